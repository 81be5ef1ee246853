import { TextInput } from '@mantine/core';
import {
  IconCircleCheck,
  IconCircleDashed,
  IconCircleX,
  IconListDetails,
  IconPlayerPlay,
  IconPlus,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Task } from '../../../shared/contract/tasks.ts';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { plural } from '../../ui/format.ts';
import { Hint } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { stepCursor, VirtualGrid } from '../../ui/virtual-grid.tsx';
import { tasksQuery, useCreateTask, useUpdateTask } from './queries.ts';
import { TaskDetail } from './task-detail.tsx';
import { TASK_WORDS } from './task-words.ts';
import './tasks.css';

const ICONS = {
  waiting: IconCircleDashed,
  in_progress: IconPlayerPlay,
  completed: IconCircleCheck,
  cancelled: IconCircleX,
} as const;

/** What is to be done in a case: a line each, the current one beside the list with its log. */
export default function TasksTab({ caseId, caseNumber }: { caseId: string; caseNumber: number }) {
  const { data, error, refetch } = useQuery(tasksQuery(caseId));
  const [cursor, setCursor] = useState(0);
  const [title, setTitle] = useState('');
  const create = useCreateTask();
  const update = useUpdateTask();
  const field = useRef<HTMLInputElement>(null);
  const [, navigate] = useLocation();
  const rows = data ?? [];
  const at = Math.min(cursor, rows.length - 1);
  const current = rows[at];
  const set = (status: Task['status']): void => {
    if (current && current.status !== status) update.mutate({ id: current.id, patch: { status } });
  };
  useKeys([
    { keys: 'j', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'k', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'ArrowDown', run: () => setCursor(stepCursor(rows, at, 1)) },
    { keys: 'ArrowUp', run: () => setCursor(stepCursor(rows, at, -1)) },
    { keys: 'n', run: () => field.current?.focus() },
    { keys: 's', run: () => set('in_progress') },
    { keys: 'c', run: () => set('completed') },
    { keys: 'Escape', run: () => navigate('/cases') },
  ]);
  const add = (): void => {
    if (title.trim() === '') return;
    create.mutate(
      { caseId, title: title.trim() },
      {
        onSuccess: () => {
          setTitle('');
          setCursor(rows.length);
        },
      },
    );
  };
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton />;
  const open = rows.filter((task) => task.status === 'waiting' || task.status === 'in_progress').length;
  return (
    <>
      <div className="toolbar">
        <form
          className="row grow task-new"
          onSubmit={(event) => {
            event.preventDefault();
            add();
          }}
        >
          <TextInput
            ref={field}
            className="grow"
            size="xs"
            aria-label="New task"
            placeholder="New task"
            maxLength={500}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') {
                event.preventDefault();
                event.currentTarget.blur();
              }
            }}
          />
          <Button type="submit" size="small" isDisabled={title.trim() === '' || create.isPending}>
            <IconPlus size={14} stroke={1.75} aria-hidden="true" />
            Add
          </Button>
        </form>
        <span className="f12 t3">{open} open</span>
      </div>
      {(create.error ?? update.error) && (
        <div className="section">
          <ErrorNote error={create.error ?? update.error} />
        </div>
      )}
      {rows.length === 0 ? (
        <Empty icon={IconListDetails} title="No task yet">
          Type what is to be done above. A task has a log; responders can add tasks, write to their logs and close them.
        </Empty>
      ) : (
        <div className="tasks">
          <section aria-label="Tasks">
            <VirtualGrid
              label="Tasks"
              rows={rows}
              rowKey={(row) => row.id}
              rowHeight={() => 30}
              columns="14px minmax(120px, 1fr) 88px minmax(60px, 0.3fr) 56px 48px"
              head={
                <>
                  <span role="columnheader">
                    <span className="visually-hidden">State</span>
                  </span>
                  <span role="columnheader">Task</span>
                  <span role="columnheader">State</span>
                  <span role="columnheader">Assignee</span>
                  <span role="columnheader">Log</span>
                  <span role="columnheader" className="num">
                    Age
                  </span>
                </>
              }
              cursor={at}
              onCursor={setCursor}
              renderRow={(task) => <Cells task={task} />}
            />
          </section>
          <aside className="scroll task-side" aria-label="Task">
            {current && <TaskDetail key={current.id} task={current} about={`a task of case #${caseNumber}`} />}
          </aside>
        </div>
      )}
      <div className="hints">
        <Hint keys={['J', 'K']}>Move</Hint>
        <Hint keys={['N']}>New</Hint>
        <Hint keys={['S']}>Start</Hint>
        <Hint keys={['C']}>Close</Hint>
      </div>
    </>
  );
}

function Cells({ task }: { task: Task }) {
  const Icon = ICONS[task.status];
  return (
    <>
      <span role="gridcell" className="t3">
        <Icon size={14} stroke={1.75} aria-hidden="true" />
      </span>
      <span role="gridcell" className="el m" title={task.title}>
        <Text>{task.title}</Text>
      </span>
      <span role="gridcell" className="f12 t2">
        {TASK_WORDS[task.status]}
      </span>
      <span role="gridcell" className="f12 t2 el">
        <Text>{task.assignee === '' ? 'nobody' : task.assignee}</Text>
      </span>
      <span role="gridcell" className="f12 t3">
        {task.logs === 0 ? 'empty' : plural(task.logs, 'line')}
      </span>
      <span role="gridcell" className="f12 t3 num">
        <Age at={task.createdAt} />
      </span>
    </>
  );
}
