import type { CaseCounters } from '../cases/case-counters.repo.ts';
import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { ObservablesRepo } from './observables.repo.ts';

type Row = SharedRow<'observable'>;

/** Keeps the counters that follow from observables. */
export function keepObservableCounts(deps: {
  store: SyncedStore;
  repo: ObservablesRepo;
  counters: CaseCounters;
}): void {
  const { store, repo, counters } = deps;

  const count = (row: Row, by: 1 | -1): void => {
    counters.gather(row.caseId, 'observables', by);
    counters.gather(row.caseId, `type:${row.dataType}`, by);
    if (row.isIoc) counters.gather(row.caseId, 'ioc', by);
    if (row.isSighted) counters.gather(row.caseId, 'sighted', by);
    if (row.ignoreSimilarity) counters.gather(row.caseId, 'ignored', by);
    const level = repo.levelOf(row.id);
    if (level !== undefined) counters.gather(row.caseId, level, by);
  };

  store.project('observable', ({ before, after }) => {
    if (before === undefined || isCountedOtherwise(before, after)) {
      if (before?.deletedAt === null) count(before, -1);
      if (after.deletedAt === null) count(after, 1);
    }
  });
}

const isCountedOtherwise = (before: Row, after: Row): boolean =>
  (before.deletedAt === null) !== (after.deletedAt === null) ||
  before.caseId !== after.caseId ||
  before.dataType !== after.dataType ||
  before.isIoc !== after.isIoc ||
  before.isSighted !== after.isSighted ||
  before.ignoreSimilarity !== after.ignoreSimilarity;
