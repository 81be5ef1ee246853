import type { SyncedStore } from '../sync/synced-store.ts';
import type { CaseCounters } from './case-counters.repo.ts';

/** Keeps how many notes and files a case has. Lines of a task are the task's own and are not counted. */
export function keepCaseCounts(store: SyncedStore, counters: CaseCounters): void {
  store.project('evidence', ({ before, after }) => {
    counters.gather(after.caseId, 'evidence', Number(isThere(after)) - Number(isThere(before)));
  });
  store.project('note', ({ before, after }) => {
    if (after.taskId !== null) return;
    counters.gather(after.caseId, 'notes', Number(isThere(after)) - Number(isThere(before)));
  });
}

const isThere = (row: { deletedAt: number | null } | undefined): boolean => row?.deletedAt === null;
