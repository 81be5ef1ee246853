import { Autocomplete, Checkbox } from '@mantine/core';
import { IconBooks, IconFlag, IconFlagFilled, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import type { Task } from '../../../shared/contract/tasks.ts';
import type { Input } from '../../api/client.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import { ObjectRuns } from '../responders/object-runs.tsx';
import { DueField } from './due-field.tsx';
import { peopleQuery, taskQuery } from './queries.ts';
import { TaskLogs } from './task-log.tsx';
import { elapsed, isOver, TASK_WORDS } from './task-words.ts';

const TaskDescription = lazy(async () => ({ default: (await import('./task-description.tsx')).TaskDescription }));

export interface TaskPlaceProps {
  engagementId: string;
  /** "a task of case #12". */
  about: string;
  /** Groups of the case, to move it to. */
  groups: readonly string[];
}

/** One task: what it is, its state, its log, and what responders did on it. */
export function TaskDetail({ id, caseId, ...place }: TaskPlaceProps & { id: string; caseId: string }) {
  const { data: task, error } = useQuery(taskQuery(id, caseId));
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} />
      </div>
    );
  if (!task) return <Skeleton />;
  return <Detail task={task} {...place} />;
}

function Detail({ task, engagementId, about, groups }: TaskPlaceProps & { task: Task }) {
  const { data: people } = useQuery(peopleQuery(engagementId));
  const [failure, setFailure] = useState<unknown>();
  const act = (change: Promise<unknown>): void => {
    change.then(() => setFailure(undefined), setFailure);
  };
  const set = (patch: Input<'tasks.update'>['patch'], message = ''): void =>
    act(undoable(message, 'tasks.update', { id: task.id, patch }));
  const Flag = task.isFlagged ? IconFlagFilled : IconFlag;
  return (
    <>
      <div className="section task-detail">
        <EditableTitle title={task.title} onChange={(title) => set({ title })} />
        <div className="row wrap task-actions">
          {task.status === 'waiting' && (
            <Button size="small" onClick={() => set({ status: 'in_progress' }, 'Task started')}>
              Start
            </Button>
          )}
          {isOver(task) ? (
            <Button
              size="small"
              onClick={() => set({ status: task.startAt === null ? 'waiting' : 'in_progress' }, 'Task opened again')}
            >
              Open again
            </Button>
          ) : (
            <>
              <Button size="small" onClick={() => set({ status: 'completed' }, 'Task completed')}>
                Complete
              </Button>
              <Button size="small" onClick={() => set({ status: 'cancelled' }, 'Task cancelled')}>
                Cancel
              </Button>
            </>
          )}
          <span className="right" />
          <Button
            kind="ghost"
            size="small"
            isIcon
            label={task.isFlagged ? 'Take the flag off' : 'Flag'}
            isPressed={task.isFlagged}
            onClick={() => set({ isFlagged: !task.isFlagged })}
          >
            <Flag size={15} stroke={1.75} />
          </Button>
          <Button
            kind="ghost"
            size="small"
            isIcon
            label="Save to the library"
            onClick={() => act(undoable('Task saved to the library', 'taskTemplates.fromTask', { taskId: task.id }))}
          >
            <IconBooks size={15} stroke={1.75} />
          </Button>
          <Button
            kind="ghost"
            size="small"
            isIcon
            label="Move to trash"
            onClick={() => act(undoable('Task moved to the trash', 'tasks.remove', { id: task.id }))}
          >
            <IconTrash size={15} stroke={1.75} />
          </Button>
        </div>
        {failure !== undefined && <ErrorNote error={failure} />}
        <dl className="kv task-facts">
          <dt>State</dt>
          <dd>{TASK_WORDS[task.status]}</dd>
          <dt>Assignee</dt>
          <dd>
            <Choice
              key={task.assignee}
              label="Assignee"
              value={task.assignee}
              placeholder="nobody"
              options={[...new Set([...(people ? [people.me] : []), ...(people?.names ?? [])])]}
              onChange={(assignee) => set({ assignee })}
            />
          </dd>
          <dt>Group</dt>
          <dd>
            <Choice
              key={task.group}
              label="Group"
              value={task.group}
              placeholder="default"
              options={groups}
              onChange={(group) => set({ group: group === '' ? 'default' : group })}
            />
          </dd>
          <dt>Due</dt>
          <dd>
            <DueField label="Due" value={task.dueAt} onChange={(dueAt) => set({ dueAt })} />
          </dd>
          <dt>Started</dt>
          <dd>{task.startAt === null ? 'not yet' : <DateTime at={task.startAt} />}</dd>
          {task.endAt !== null && (
            <>
              <dt>Ended</dt>
              <dd>
                <DateTime at={task.endAt} />
              </dd>
            </>
          )}
          {task.endAt !== null && task.startAt !== null && (
            <>
              <dt>Took</dt>
              <dd>{elapsed(task.endAt - task.startAt)}</dd>
            </>
          )}
        </dl>
        <Checkbox
          radius={3}
          size="xs"
          label="Must be closed before the case is"
          checked={task.isMandatory}
          onChange={(event) => set({ isMandatory: event.currentTarget.checked })}
        />
      </div>
      <Suspense fallback={<Skeleton lines={1} />}>
        <TaskDescription
          key={task.id}
          task={task}
          onChange={(description) => set({ description }, 'Description changed')}
        />
      </Suspense>
      <TaskLogs key={`log ${task.id}`} task={task} engagementId={engagementId} />
      <ObjectRuns object={{ type: 'case_task', id: task.id }} about={about} caseId={task.caseId} />
    </>
  );
}

function EditableTitle({ title, onChange }: { title: string; onChange(title: string): void }) {
  const [draft, setDraft] = useState<string>();
  const take = (): void => {
    const next = draft?.trim();
    setDraft(undefined);
    if (next !== undefined && next !== '' && next !== title) onChange(next);
  };
  if (draft === undefined)
    return (
      <button type="button" className="task-title breaks" title="Edit the title" onClick={() => setDraft(title)}>
        <h2>
          <Text>{title}</Text>
        </h2>
      </button>
    );
  return (
    <input
      className="field task-title-field"
      aria-label="Title of the task"
      maxLength={500}
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the user just asked to edit it
      autoFocus
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take();
        if (event.key === 'Escape') {
          event.preventDefault();
          setDraft(undefined);
        }
      }}
    />
  );
}

/** Free text with what was used before; taken on leaving the field, Enter, or choosing. */
function Choice(props: {
  label: string;
  value: string;
  placeholder: string;
  options: readonly string[];
  onChange(value: string): void;
}) {
  const [typed, setTyped] = useState(props.value);
  const take = (text: string): void => {
    if (text.trim() !== props.value) props.onChange(text.trim());
  };
  return (
    <Autocomplete
      size="xs"
      aria-label={props.label}
      placeholder={props.placeholder}
      maxLength={200}
      data={[...new Set(props.options)].filter((option) => option !== '')}
      value={typed}
      onChange={setTyped}
      onOptionSubmit={take}
      onBlur={() => take(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take(typed);
      }}
    />
  );
}
