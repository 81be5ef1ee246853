import { Textarea } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Task, TaskLog } from '../../../shared/contract/tasks.ts';
import { Button } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Text } from '../../ui/text.tsx';
import { Age, DateTime } from '../../ui/time.tsx';
import { undoToast } from '../../ui/toast.tsx';
import { ObjectRuns } from '../responders/object-runs.tsx';
import { restoreTask, taskLogsQuery, useAddLog, useRemoveTask, useUpdateTask } from './queries.ts';

/** One task: its state, its log, and what responders did on it. */
export function TaskDetail({ task, about }: { task: Task; about: string }) {
  const { data: logs } = useQuery(taskLogsQuery(task.id, task.caseId));
  const update = useUpdateTask();
  const remove = useRemoveTask();
  const set = (status: Task['status']): void => update.mutate({ id: task.id, patch: { status } });
  const isOpen = task.status === 'waiting' || task.status === 'in_progress';
  return (
    <>
      <div className="section">
        <h2 className="breaks">
          <Text>{task.title}</Text>
        </h2>
        {task.description !== '' && (
          <p className="f12 t2 breaks task-description">
            <Text>{task.description}</Text>
          </p>
        )}
        <dl className="kv">
          <dt>Started</dt>
          <dd>{task.startAt === null ? 'not yet' : <DateTime at={task.startAt} />}</dd>
          <dt>Ended</dt>
          <dd>{task.endAt === null ? 'not yet' : <DateTime at={task.endAt} />}</dd>
        </dl>
        <div className="row task-actions">
          {task.status === 'waiting' && <Button onClick={() => set('in_progress')}>Start</Button>}
          {isOpen ? (
            <Button onClick={() => set('completed')}>Close</Button>
          ) : (
            <Button onClick={() => set('in_progress')}>Open again</Button>
          )}
          <span className="right" />
          <Button
            kind="ghost"
            isIcon
            label="Move to trash"
            onClick={() =>
              remove.mutate(task.id, {
                onSuccess: () => undoToast('Task moved to trash', () => void restoreTask(task.id)),
              })
            }
          >
            <IconTrash size={15} stroke={1.75} />
          </Button>
        </div>
        {(update.error ?? remove.error) && <ErrorNote error={update.error ?? remove.error} />}
      </div>
      <Log taskId={task.id} logs={logs ?? []} />
      <ObjectRuns object={{ type: 'case_task', id: task.id }} about={about} caseId={task.caseId} />
    </>
  );
}

function Log({ taskId, logs }: { taskId: string; logs: readonly TaskLog[] }) {
  const [message, setMessage] = useState('');
  const add = useAddLog();
  const submit = (): void => {
    if (message.trim() !== '') add.mutate({ taskId, message }, { onSuccess: () => setMessage('') });
  };
  return (
    <div className="section">
      <h2>Log</h2>
      <ul className="task-log">
        {logs.map((log) => (
          <li key={log.id}>
            <span className="f12 t3">
              <Age at={log.createdAt} />
            </span>
            <span className="breaks">
              <Text>{log.message}</Text>
            </span>
          </li>
        ))}
      </ul>
      <form
        className="task-line"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <Textarea
          aria-label="New line"
          placeholder="What was done"
          rows={2}
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) submit();
          }}
        />
        {add.error && <ErrorNote error={add.error} />}
        <Button type="submit" size="small" isDisabled={message.trim() === '' || add.isPending}>
          Add the line
        </Button>
      </form>
    </div>
  );
}
