import type { z } from 'zod';
import type { Job } from '../../shared/contract/entities.ts';
import type { RunSheet } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { createCaseCounters } from '../cases/case-counters.repo.ts';
import type { Db } from '../db/open.ts';
import type { Engine, RecordedReport } from '../engine/engine.ts';
import type { JobRow } from '../engine/job-row.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import { createJobsRepo, type JobFilter } from './jobs.repo.ts';
import { cacheLookUp, createPlanner, gateOf, type PlanInput } from './plan.ts';
import { createReportsRepo } from './reports.repo.ts';
import { createSheets } from './run-sheet.ts';
import { createStarter } from './start.ts';

export interface JobsService {
  plan(input: PlanInput): z.infer<typeof RunSheet>;
  start(sheetId: string, rows: readonly number[], force: readonly number[]): z.infer<typeof Job>[];
  list(filter: JobFilter): { items: z.infer<typeof Job>[]; next: string | null };
  get(id: string): z.infer<typeof Job>;
  /** Resolves when none of them is queued or running. Rejects with `cancelled` when the signal aborts. */
  wait(ids: readonly string[], signal: AbortSignal): Promise<z.infer<typeof Job>[]>;
  cancel(ids: readonly string[]): Promise<number>;
}

export function createJobsService(deps: {
  db: Db;
  engine: Engine;
  events: EventBus;
  clock: Clock;
  osmiaVersion: string;
  recordReport(tx: { job: JobRow; report: RecordedReport }): void;
}): JobsService {
  const { db, engine, events, clock } = deps;
  const repo = createJobsRepo(db);
  const reports = createReportsRepo(db);
  const counters = createCaseCounters(db);
  const sheets = createSheets(() => clock.monotonic());
  const ask = gateOf(engine);
  const findCached = cacheLookUp(repo, clock);
  const plan = createPlanner({ engine, repo, clock, ask, findCached });
  const start = createStarter({ ...deps, repo, reports, counters, ask, findCached });

  const getAll = (ids: readonly string[]): z.infer<typeof Job>[] =>
    ids.map((id) => repo.get(id)).filter((job) => job !== undefined);

  return {
    plan(input) {
      const planned = plan(input);
      sheets.keep(planned);
      return planned.sheet;
    },
    start(sheetId, rows, force) {
      const planned = sheets.find(sheetId);
      if (planned === undefined)
        throw new AppError('not_found', 'This run sheet is older than ten minutes. Look at it again.');
      const jobs = getAll(start(planned, rows, force));
      for (const job of jobs) {
        events.publish('job', job.id, job.caseId);
        if (job.reportId !== null) events.publish('report', job.id, job.caseId);
      }
      engine.nudge();
      return jobs;
    },
    list: (filter) => repo.list(filter),
    get(id) {
      const job = repo.get(id);
      if (job === undefined) throw new AppError('not_found', 'There is no such job.');
      return job;
    },
    async wait(ids, signal) {
      const open = new Set(ids.filter((id) => repo.isActive(id)));
      if (open.size > 0) {
        await new Promise<void>((resolve, reject) => {
          const stop = engine.onJob(({ id }) => {
            if (!open.has(id) || repo.isActive(id)) return;
            open.delete(id);
            if (open.size === 0) finish(resolve);
          });
          const onAbort = (): void => finish(() => reject(new AppError('cancelled', 'The wait was ended.')));
          const finish = (then: () => void): void => {
            stop();
            signal.removeEventListener('abort', onAbort);
            then();
          };
          signal.addEventListener('abort', onAbort, { once: true });
          if (signal.aborted) onAbort();
        });
      }
      return getAll(ids);
    },
    cancel: (ids) => engine.cancel(ids),
  };
}
