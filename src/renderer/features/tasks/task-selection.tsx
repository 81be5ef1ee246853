import { Autocomplete, Popover } from '@mantine/core';
import { IconTrash, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { TaskAction } from '../../../shared/contract/tasks.ts';
import { Button, Check } from '../../ui/controls.tsx';
import { count } from '../../ui/format.ts';
import { Kbd } from '../../ui/kbd.tsx';

/** Takes the toolbar's place while tasks are selected. */
export function TaskSelection(props: {
  selected: number;
  shown: number;
  people: readonly string[];
  isAssignOpen: boolean;
  onAssignOpen(isOpen: boolean): void;
  onSelectAll(): void;
  onAction(action: TaskAction): void;
  onAssign(assignee: string): void;
  onClear(): void;
}) {
  const { onAction } = props;
  return (
    <div className="toolbar selection" role="toolbar" aria-label="Selection">
      <Check label="Clear selection" state={props.selected >= props.shown ? 'on' : 'mixed'} onToggle={props.onClear} />
      <span className="m">{count(props.selected)} selected</span>
      {props.selected < props.shown && (
        <button type="button" className="lnk f12 m el" onClick={props.onSelectAll}>
          Select all {count(props.shown)}
        </button>
      )}
      <span className="right" />
      <Button size="small" kind="primary" keys="s" onClick={() => onAction('start')}>
        Start <Kbd keys={['S']} />
      </Button>
      <Button size="small" keys="c" onClick={() => onAction('complete')}>
        Complete <Kbd keys={['C']} />
      </Button>
      <Button size="small" onClick={() => onAction('cancel')}>
        Cancel
      </Button>
      <Button size="small" keys="o" onClick={() => onAction('reopen')}>
        Open again <Kbd keys={['O']} />
      </Button>
      <Popover opened={props.isAssignOpen} onChange={props.onAssignOpen} trapFocus position="bottom-end">
        <Popover.Target>
          <Button size="small" keys="a" onClick={() => props.onAssignOpen(!props.isAssignOpen)}>
            Assign <Kbd keys={['A']} />
          </Button>
        </Popover.Target>
        <Popover.Dropdown>
          <AssignForm people={props.people} onAssign={props.onAssign} />
        </Popover.Dropdown>
      </Popover>
      <Button size="small" onClick={() => onAction('flag')}>
        Flag
      </Button>
      <Button kind="ghost" size="small" isIcon label="Move to trash" keys="Delete" onClick={() => onAction('trash')}>
        <IconTrash size={15} stroke={1.75} />
      </Button>
      <Button kind="ghost" size="small" isIcon label="Clear selection" onClick={props.onClear}>
        <IconX size={15} stroke={1.75} />
      </Button>
    </div>
  );
}

function AssignForm({ people, onAssign }: { people: readonly string[]; onAssign(assignee: string): void }) {
  const [name, setName] = useState('');
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault();
        onAssign(name.trim());
      }}
    >
      <Autocomplete
        size="xs"
        aria-label="Assignee"
        placeholder="nobody"
        maxLength={200}
        data={[...people]}
        comboboxProps={{ withinPortal: false }}
        data-autofocus
        value={name}
        onChange={setName}
      />
      <Button type="submit" size="small">
        Assign
      </Button>
    </form>
  );
}
