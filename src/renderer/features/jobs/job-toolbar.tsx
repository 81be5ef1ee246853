import { Menu } from '@mantine/core';
import {
  IconArrowDown,
  IconArrowUp,
  IconLayoutSidebar,
  IconPlayerPause,
  IconPlayerPlay,
  IconRefresh,
  IconSettings,
  IconX,
} from '@tabler/icons-react';
import { Button, Check } from '../../ui/controls.tsx';
import { count, plural } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';

/** What can be done to the queue: to all that is shown, as long as nothing is selected. */
export function QueueToolbar(props: {
  isPaused: boolean;
  /** Unfinished jobs among what is shown; a number with `+` where more were not counted. */
  active: string;
  hasActive: boolean;
  canRetry: boolean;
  isSideOpen: boolean;
  onSide(): void;
  onPause(): void;
  onSetUp(): void;
  onRetry(): void;
  onCancelAll(): void;
  children: React.ReactNode;
}) {
  return (
    <div className="toolbar">
      <span className="jobs-side-toggle">
        <Button
          kind="ghost"
          size="small"
          isIcon
          label="States and services"
          isPressed={props.isSideOpen}
          onClick={props.onSide}
        >
          <IconLayoutSidebar size={15} stroke={1.75} />
        </Button>
      </span>
      {props.children}
      <span className="right" />
      {props.canRetry && (
        <Button size="small" keys="r" onClick={props.onRetry}>
          <IconRefresh size={14} stroke={1.75} aria-hidden="true" />
          Try again… <Kbd keys={['R']} />
        </Button>
      )}
      <Button size="small" keys="p" onClick={props.onPause}>
        {props.isPaused ? (
          <IconPlayerPlay size={14} stroke={1.75} aria-hidden="true" />
        ) : (
          <IconPlayerPause size={14} stroke={1.75} aria-hidden="true" />
        )}
        {props.isPaused ? 'Resume' : 'Pause'} <Kbd keys={['P']} />
      </Button>
      <Button size="small" isDisabled={!props.hasActive} onClick={props.onCancelAll}>
        Cancel all{props.hasActive ? ` ${props.active}` : ''}
      </Button>
      <Button kind="ghost" size="small" isIcon label="Limits of the whole queue" onClick={props.onSetUp}>
        <IconSettings size={15} stroke={1.75} />
      </Button>
    </div>
  );
}

/** Takes the toolbar's place while rows are selected. */
export function JobSelectionBar(props: {
  selected: number;
  /** Of them not finished; only these can be cancelled or moved. */
  active: number;
  ended: number;
  onPriority(priority: number): void;
  onRetry(): void;
  onCancel(): void;
  onClear(): void;
}) {
  return (
    <div className="toolbar selection" role="toolbar" aria-label="Selection">
      <Check label="Clear selection" state="mixed" onToggle={props.onClear} />
      <span className="m">{count(props.selected)} selected</span>
      <span className="right" />
      {props.active > 0 && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button size="small">Priority</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>
              Of {plural(props.active, 'job')} that {props.active === 1 ? 'has' : 'have'} not finished
            </Menu.Label>
            <Menu.Item leftSection={<IconArrowUp size={14} stroke={1.75} />} onClick={() => props.onPriority(1)}>
              First
            </Menu.Item>
            <Menu.Item onClick={() => props.onPriority(0)}>Usual</Menu.Item>
            <Menu.Item leftSection={<IconArrowDown size={14} stroke={1.75} />} onClick={() => props.onPriority(-1)}>
              Last
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {props.ended > 0 && (
        <Button size="small" keys="r" onClick={props.onRetry}>
          <IconRefresh size={14} stroke={1.75} aria-hidden="true" />
          Try again… <Kbd keys={['R']} />
        </Button>
      )}
      <Button size="small" isDisabled={props.active === 0} onClick={props.onCancel}>
        Cancel {plural(props.active, 'job')} <Kbd keys={['Delete']} />
      </Button>
      <Button kind="ghost" size="small" isIcon label="Clear selection" onClick={props.onClear}>
        <IconX size={15} stroke={1.75} />
      </Button>
    </div>
  );
}
