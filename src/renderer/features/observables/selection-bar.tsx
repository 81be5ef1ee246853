import { Menu } from '@mantine/core';
import { IconDots, IconPlayerPlay, IconTrash, IconX } from '@tabler/icons-react';
import { Button, Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';
import { RefreshMenu } from './refresh-menu.tsx';

/** Takes the toolbar's place while rows are selected. */
export function SelectionBar(props: {
  selected: number;
  total: number;
  isAll: boolean;
  onSelectAll(): void;
  onAnalyse(): void;
  onRespond(): void;
  onRefresh(olderThanMinutes: number | null): void;
  onEdit(): void;
  onTags(): void;
  onRetype(): void;
  onIoc(): void;
  onSighted(): void;
  onIgnore(): void;
  onExport(): void;
  onTrash(): void;
  onClear(): void;
}) {
  return (
    <div className="toolbar selection" role="toolbar" aria-label="Selection">
      <Check label="Clear selection" state={props.selected >= props.total ? 'on' : 'mixed'} onToggle={props.onClear} />
      <span className="m nowrap">
        {props.isAll && props.selected === props.total ? `All ${count(props.total)}` : count(props.selected)} selected
      </span>
      {props.selected < props.total && (
        <button type="button" className="lnk f12 m el" onClick={props.onSelectAll}>
          Select all {count(props.total)} that match
        </button>
      )}
      <span className="right" />
      <Button kind="primary" size="small" keys="r" onClick={props.onAnalyse}>
        <IconPlayerPlay size={14} stroke={1.75} aria-hidden="true" />
        Analyse… <Kbd keys={['R']} />
      </Button>
      <Button size="small" keys="e" onClick={props.onEdit}>
        Edit <Kbd keys={['E']} />
      </Button>
      <Button size="small" keys="t" onClick={props.onTags}>
        Tag <Kbd keys={['T']} />
      </Button>
      <Button size="small" keys="i" onClick={props.onIoc}>
        IOC <Kbd keys={['I']} />
      </Button>
      <Button size="small" onClick={props.onExport}>
        Export
      </Button>
      <RefreshMenu rows={props.selected} onRefresh={props.onRefresh} />
      <Menu position="bottom-end">
        <Menu.Target>
          <Button kind="ghost" size="small" isIcon label="More for the selection">
            <IconDots size={15} stroke={1.75} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={props.onRespond}>Respond…</Menu.Item>
          <Menu.Item rightSection={<Kbd keys={['S']} />} onClick={props.onSighted}>
            Sighted, or not
          </Menu.Item>
          <Menu.Item rightSection={<Kbd keys={['U']} />} onClick={props.onIgnore}>
            Compare with other cases, or not
          </Menu.Item>
          <Menu.Item onClick={props.onRetype}>Change the type…</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button kind="ghost" size="small" isIcon label="Move to trash" onClick={props.onTrash}>
        <IconTrash size={15} stroke={1.75} />
      </Button>
      <Button kind="ghost" size="small" isIcon label="Clear selection" onClick={props.onClear}>
        <IconX size={15} stroke={1.75} />
      </Button>
    </div>
  );
}
