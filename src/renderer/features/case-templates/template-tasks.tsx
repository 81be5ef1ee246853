import { Checkbox, NumberInput, Textarea, TextInput } from '@mantine/core';
import { IconChevronDown, IconChevronRight, IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { Button } from '../../ui/controls.tsx';
import { plural } from '../../ui/format.ts';
import { moved, SortableList } from '../../ui/sortable-list.tsx';
import { Text } from '../../ui/text.tsx';
import type { DraftTask } from './template-draft.ts';

/** The tasks of a template, in the order in which they are done. */
export function TemplateTasks({
  tasks,
  onChange,
}: {
  tasks: readonly DraftTask[];
  onChange(tasks: DraftTask[]): void;
}) {
  const [open, setOpen] = useState<string>();
  const change = (key: string, patch: Partial<DraftTask>): void =>
    onChange(tasks.map((task) => (task.key === key ? { ...task, ...patch } : task)));
  const add = (): void => {
    const key = crypto.randomUUID();
    const group = tasks.at(-1)?.group ?? '';
    onChange([...tasks, { key, title: '', group, description: '', assignee: '', isMandatory: false, dueDays: null }]);
    setOpen(key);
  };
  return (
    <div>
      <div className="row">
        <span className="label">Tasks</span>
        <span className="right" />
        <Button size="small" onClick={add}>
          <IconPlus size={13} stroke={1.75} aria-hidden="true" />
          Add task
        </Button>
      </div>
      {tasks.length === 0 && <p className="help">What is always to be done, in its order.</p>}
      <SortableList
        label="Tasks of the template"
        items={tasks}
        itemKey={({ key }) => key}
        itemName={({ title }) => (title.trim() === '' ? 'a task without a title' : title)}
        onMove={(from, to) => onChange(moved(tasks, from, to))}
        renderItem={(task, index) =>
          open === task.key ? (
            <TaskForm
              task={task}
              number={index + 1}
              onChange={(patch) => change(task.key, patch)}
              onClose={() => setOpen(undefined)}
            />
          ) : (
            <div className="row">
              <button type="button" className="grow template-task" onClick={() => setOpen(task.key)}>
                <IconChevronRight size={13} stroke={1.75} className="t3" aria-hidden="true" />
                <span className="el">
                  <Text>{task.title === '' ? 'Without a title' : task.title}</Text>
                </span>
                <span className="f12 t3 el">
                  <Text>{factsOf(task)}</Text>
                </span>
              </button>
              <Button
                kind="ghost"
                size="small"
                isIcon
                label={`Remove ${task.title}`}
                onClick={() => onChange(tasks.filter(({ key }) => key !== task.key))}
              >
                <IconX size={14} stroke={1.75} />
              </Button>
            </div>
          )
        }
      />
    </div>
  );
}

const factsOf = ({ group, assignee, isMandatory, dueDays }: DraftTask): string =>
  [
    group,
    assignee,
    isMandatory ? 'mandatory' : '',
    dueDays === null ? '' : dueDays === 0 ? 'due on the first day' : `due after ${plural(dueDays, 'day')}`,
  ]
    .filter((fact) => fact !== '')
    .join(', ');

function TaskForm(props: {
  task: DraftTask;
  number: number;
  onChange(patch: Partial<DraftTask>): void;
  onClose(): void;
}) {
  const { task, onChange } = props;
  return (
    <div className="template-task-form">
      <TextInput
        label={`Title of task ${props.number}`}
        maxLength={500}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user just opened it
        autoFocus
        value={task.title}
        onChange={(event) => onChange({ title: event.target.value })}
      />
      <div className="template-marks">
        <TextInput
          label="Group"
          placeholder="default"
          maxLength={200}
          value={task.group}
          onChange={(event) => onChange({ group: event.target.value })}
        />
        <TextInput
          label="Assignee"
          placeholder="Nobody"
          maxLength={200}
          value={task.assignee}
          onChange={(event) => onChange({ assignee: event.target.value })}
        />
        <NumberInput
          label="Due after days"
          placeholder="No date"
          min={0}
          max={3_650}
          allowDecimal={false}
          clampBehavior="strict"
          value={task.dueDays ?? ''}
          onChange={(value) => onChange({ dueDays: typeof value === 'number' ? value : null })}
        />
      </div>
      <Textarea
        label="What is to be done"
        autosize
        minRows={2}
        maxRows={12}
        value={task.description}
        onChange={(event) => onChange({ description: event.target.value })}
      />
      <div className="row">
        <Checkbox
          label="Mandatory: the case cannot be closed before it is done"
          checked={task.isMandatory}
          onChange={(event) => onChange({ isMandatory: event.target.checked })}
        />
        <span className="right" />
        <Button size="small" onClick={props.onClose}>
          <IconChevronDown size={13} stroke={1.75} aria-hidden="true" />
          Fold
        </Button>
      </div>
    </div>
  );
}
