import type { Db } from '../db/open.ts';
import type { Engine, RecordedReport } from '../engine/engine.ts';
import type { JobRow } from '../engine/job-row.ts';
import type { EventBus } from '../events/bus.ts';
import { createJobsRepo } from '../jobs/jobs.repo.ts';
import { createReportsRepo } from '../jobs/reports.repo.ts';
import type { AnalysisWorker, Clock, Logger } from '../ports.ts';
import type { Records } from '../records.ts';
import { createObjectSource } from './object-source.ts';
import { createObjectsRepo } from './objects.repo.ts';
import { createOperationsRepo } from './operations.repo.ts';
import { createOperationsService, type OperationsService, storeOperations } from './operations.service.ts';
import { createPayloadRepo } from './payload.repo.ts';
import { createRespondersService, type RespondersService } from './responders.service.ts';
import { createRunsRepo } from './runs.repo.ts';

/** What a responder's report asks for, taken up in the transaction that stores the report. */
export type RecordOperations = (tx: { job: JobRow; report: RecordedReport }) => void;

export function createOperationRecorder(db: Db, clock: Clock): RecordOperations {
  const repo = createOperationsRepo(db);
  const reports = createReportsRepo(db);
  return ({ job, report }) => {
    const asked = reports.body(report.id)?.operations ?? [];
    storeOperations(repo, job.id, asked, clock.now());
  };
}

/** The feature over a running engine. Operations that an earlier life left waiting are applied at once. */
export function createResponders(deps: {
  db: Db;
  engine: Engine;
  records: Records;
  analysis: AnalysisWorker;
  events: EventBus;
  clock: Clock;
  logger: Logger;
  osmiaVersion: string;
}): { responders: RespondersService; operations: OperationsService; close(): Promise<void> } {
  const { db, engine, records } = deps;
  const objectsRepo = createObjectsRepo(db);
  const runsRepo = createRunsRepo(db);
  const operations = createOperationsService({
    ...deps,
    repo: createOperationsRepo(db),
    jobOf: (jobId) => runsRepo.job(jobId),
  });
  const responders = createRespondersService({
    ...deps,
    objects: createObjectSource(records, objectsRepo),
    objectsRepo,
    payloads: createPayloadRepo(db),
    runsRepo,
    operations,
    jobs: createJobsRepo(db),
    reports: createReportsRepo(db),
  });
  const apply = (): void => void operations.applyWaiting();
  const stop = engine.onJob(({ id }) => {
    if (runsRepo.job(id) !== undefined) apply();
  });
  apply();
  return {
    responders,
    operations,
    async close() {
      stop();
      await operations.settled();
    },
  };
}
