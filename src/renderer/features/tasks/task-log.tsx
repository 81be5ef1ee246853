import { IconArrowsSort, IconPencil, IconTrash } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Link } from 'wouter';
import type { Task, TaskLog } from '../../../shared/contract/tasks.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { fileSize } from '../../ui/format.ts';
import { Age } from '../../ui/time.tsx';
import { draftQuery } from '../notes/queries.ts';
import { taskLogsQuery } from './queries.ts';
import { Attached } from './task-rows.tsx';
import { useTaskView } from './task-view.ts';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));
const LogComposer = lazy(async () => ({ default: (await import('./log-composer.tsx')).LogComposer }));

/** The log of a task: lines with text, pictures and files, and the next one. */
export function TaskLogs({ task, engagementId }: { task: Task; engagementId: string }) {
  const { isNewestFirst, setNewestFirst } = useTaskView();
  const query = useInfiniteQuery(taskLogsQuery(task.id, task.caseId, isNewestFirst));
  const draft = useQuery(draftQuery({ caseId: task.caseId, noteId: null, taskId: task.id, writer: '' }));
  const [edited, setEdited] = useState<string>();
  const [failure, setFailure] = useState<unknown>();
  const lines = query.data?.pages.flatMap(({ items }) => items) ?? [];
  const remove = (id: string): void => {
    undoable('Line moved to the trash', 'tasks.removeLog', { id }).then(() => setFailure(undefined), setFailure);
  };
  const error = query.error ?? failure;
  const composer = draft.isPending ? null : (
    <Suspense fallback={<Skeleton lines={1} />}>
      <LogComposer task={task} engagementId={engagementId} draft={draft.data ?? undefined} />
    </Suspense>
  );
  return (
    <section className="section task-log-section" aria-label="Log">
      <div className="row">
        <h2>Log</h2>
        <span className="right" />
        <Button kind="ghost" size="small" onClick={() => setNewestFirst(!isNewestFirst)}>
          <IconArrowsSort size={14} stroke={1.75} aria-hidden="true" />
          {isNewestFirst ? 'Newest first' : 'Oldest first'}
        </Button>
      </div>
      {isNewestFirst && composer}
      {error !== null && error !== undefined && <ErrorNote error={error} />}
      <ul className="task-log">
        {lines.map((line) => (
          <li key={line.id}>
            {edited === line.id ? (
              <Suspense fallback={<Skeleton lines={1} />}>
                <LogComposer task={task} engagementId={engagementId} line={line} onDone={() => setEdited(undefined)} />
              </Suspense>
            ) : (
              <Line line={line} onEdit={() => setEdited(line.id)} onRemove={() => remove(line.id)} />
            )}
          </li>
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" className="lnk" onClick={() => void query.fetchNextPage()}>
          {isNewestFirst ? 'Older lines' : 'Newer lines'}
        </button>
      )}
      {!isNewestFirst && composer}
    </section>
  );
}

function Line({ line, onEdit, onRemove }: { line: TaskLog; onEdit(): void; onRemove(): void }) {
  return (
    <>
      <div className="row task-line-head">
        <span className="f12 t3">
          <Age at={line.createdAt} />
          {line.updatedAt > line.createdAt && ', edited'}
        </span>
        <span className="right" />
        <Button kind="ghost" size="small" isIcon label="Edit the line" onClick={onEdit}>
          <IconPencil size={13} stroke={1.75} />
        </Button>
        <Button kind="ghost" size="small" isIcon label="Move the line to the trash" onClick={onRemove}>
          <IconTrash size={13} stroke={1.75} />
        </Button>
      </div>
      {line.message !== '' && (
        <Suspense fallback={<Skeleton lines={1} />}>
          <Markdown text={line.message} />
        </Suspense>
      )}
      {line.attachments.length > 0 && (
        <span className="row wrap tight">
          {line.attachments.map(({ id, name, size, observableId }) =>
            observableId === null ? (
              <Attached key={id} name={name} />
            ) : (
              <Link key={id} href={`/observables/${observableId}`} title={fileSize(size)}>
                <Attached name={name} />
              </Link>
            ),
          )}
        </span>
      )}
    </>
  );
}
