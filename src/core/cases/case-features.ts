import type { caseListContract } from '../../shared/contract/case-list.ts';
import type { caseMergeContract } from '../../shared/contract/case-merge.ts';
import type { casesContract } from '../../shared/contract/cases.ts';
import type { trashContract } from '../../shared/contract/trash.ts';
import type { viewsContract } from '../../shared/contract/views.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { Db } from '../db/open.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { EventBus } from '../events/bus.ts';
import type { CallContext, Clock } from '../ports.ts';
import type { Records } from '../records.ts';
import { createTrashApi } from '../trash/trash.api.ts';
import { createTrashRepo } from '../trash/trash.repo.ts';
import { createTrashService } from '../trash/trash.service.ts';
import { createViewsApi } from '../views/views.api.ts';
import { createViewsRepo } from '../views/views.repo.ts';
import { createViewsService } from '../views/views.service.ts';
import { createBulkCases } from './bulk-cases.ts';
import { createCasesApi } from './cases.api.ts';
import { createCasesRepo } from './cases.repo.ts';
import { createCaseClosing } from './close-case.ts';
import { createEmptyFieldsRepo } from './empty-fields.repo.ts';
import { createMergeApi } from './merge/merge.api.ts';
import { createMergeRepo } from './merge/merge.repo.ts';
import { createMergeService } from './merge/merge.service.ts';
import { createUnmergeService } from './merge/unmerge.service.ts';
import { createRelatedCasesRepo } from './related-cases.repo.ts';

type CaseContract = typeof casesContract &
  typeof caseListContract &
  typeof caseMergeContract &
  typeof trashContract &
  typeof viewsContract;

/** Everything around a case as a whole: the list, how it ends, the trash and saved views. */
export function createCaseFeatures(deps: {
  records: Records;
  db: Db;
  blobs: BlobStore;
  events: EventBus;
  clock: Clock;
}): Handlers<CaseContract, CallContext> {
  const { records, db, blobs, events, clock } = deps;
  const { cases, store, engagements, tasks, settings, counters, observables } = records;
  const casesRepo = createCasesRepo(db, counters);
  const closing = createCaseClosing({ cases, tasks, fields: createEmptyFieldsRepo(db), store });
  const bulk = createBulkCases({ cases, closing, store });
  const trash = createTrashService({
    repo: createTrashRepo(db),
    cases: casesRepo,
    engagements,
    store,
    events,
  });
  const mergeDeps = {
    cases,
    casesRepo,
    counters,
    repo: createMergeRepo(db, store),
    store,
    blobs,
    observables,
    events,
    clock,
  };
  const merges = createMergeService(mergeDeps);
  const views = createViewsService({ repo: createViewsRepo(db), store, settings, engagements, events, clock });
  return {
    ...createCasesApi({
      cases,
      openCase: records.applier.openCase,
      closing,
      bulk,
      related: createRelatedCasesRepo(db),
    }),
    ...createMergeApi(merges, createUnmergeService({ ...mergeDeps, merges })),
    ...createTrashApi(trash),
    ...createViewsApi(views),
  };
}
