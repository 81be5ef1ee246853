import type { CaseCounters } from '../cases/case-counters.repo.ts';
import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { OpenTasksRepo } from './open-tasks.repo.ts';

type TaskRow = SharedRow<'task'>;

/** Keeps what follows from tasks: how many a case has, and what is open over all cases. */
export function keepOpenTasks(store: SyncedStore, counters: CaseCounters, open: OpenTasksRepo): void {
  const count = (row: TaskRow | undefined, by: 1 | -1): void => {
    if (row?.deletedAt !== null) return;
    counters.gather(row.caseId, 'tasks', by);
    if (isOpen(row)) counters.gather(row.caseId, 'tasksOpen', by);
    if (row.status === 'completed') counters.gather(row.caseId, 'tasksDone', by);
  };
  store.project('task', ({ id, before, after }) => {
    if (before && !COUNTED.every((field) => before[field] === after[field])) count(before, -1);
    if (!before || !COUNTED.every((field) => before[field] === after[field])) count(after, 1);
    if (after.deletedAt === null && isOpen(after)) open.put(id, after);
    else open.remove(id);
  });
}

/** What the counters look at. */
const COUNTED = ['caseId', 'status', 'deletedAt'] as const satisfies (keyof TaskRow)[];

const isOpen = ({ status }: Pick<TaskRow, 'status'>): boolean => status === 'waiting' || status === 'in_progress';
