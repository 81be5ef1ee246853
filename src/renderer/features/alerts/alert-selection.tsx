import { Menu } from '@mantine/core';
import { IconDotsVertical, IconX } from '@tabler/icons-react';
import { Button, Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';

/** Takes the place of the toolbar while something is selected. */
export function AlertSelection(props: {
  selected: number;
  shown: number;
  onSelectAll(): void;
  onImport(): void;
  onMerge(): void;
  onMark(isRead: boolean): void;
  onFollow(): void;
  onIgnore(): void;
  onRespond(): void;
  onTrash(): void;
  onClear(): void;
}) {
  return (
    <div className="toolbar selection" role="toolbar" aria-label="Selection">
      <Check label="Clear selection" state={props.selected >= props.shown ? 'on' : 'mixed'} onToggle={props.onClear} />
      <span className="m alert-selected">{count(props.selected)} selected</span>
      {props.selected < props.shown && (
        <button type="button" className="lnk f12 m el" onClick={props.onSelectAll}>
          Select all
        </button>
      )}
      <span className="right" />
      <Button kind="primary" size="small" keys="i" onClick={props.onImport}>
        Import <Kbd keys={['I']} />
      </Button>
      <Button size="small" keys="m" onClick={props.onMerge}>
        Merge… <Kbd keys={['M']} />
      </Button>
      <Button size="small" keys="r" onClick={() => props.onMark(true)}>
        Read <Kbd keys={['R']} />
      </Button>
      <Button size="small" keys="u" onClick={() => props.onMark(false)}>
        Unread <Kbd keys={['U']} />
      </Button>
      <Button size="small" keys="g" onClick={props.onIgnore}>
        Ignore <Kbd keys={['G']} />
      </Button>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button kind="ghost" size="small" isIcon label="More actions">
            <IconDotsVertical size={15} stroke={1.75} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={props.onFollow}>Follow updates</Menu.Item>
          <Menu.Item onClick={props.onRespond}>Respond…</Menu.Item>
          <Menu.Item onClick={props.onTrash}>Move to trash (Del)</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button kind="ghost" size="small" isIcon label="Clear selection" onClick={props.onClear}>
        <IconX size={15} stroke={1.75} />
      </Button>
    </div>
  );
}
