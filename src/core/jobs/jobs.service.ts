import type { z } from 'zod';
import type { Job } from '../../shared/contract/entities.ts';
import type { RunOutcome, RunRow, RunSheet } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { createCaseCounters } from '../cases/case-counters.repo.ts';
import type { Db } from '../db/open.ts';
import type { Engine, RecordedReport } from '../engine/engine.ts';
import type { JobRow } from '../engine/job-row.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SetsService } from '../sets/sets.service.ts';
import { createJobsRepo, type JobPage } from './jobs.repo.ts';
import { createPlanner, gateOf, type PlanInput, type QuotaForecaster } from './plan.ts';
import { createQueueService, type QueueService } from './queue.service.ts';
import { createReportsRepo } from './reports.repo.ts';
import { createSheets } from './run-sheet.ts';
import { createStarter, type StartedRow, type StartWishes } from './start.ts';
import { createWaitingSheets, type WaitingSheets } from './waiting-sheets.ts';

export interface JobsService {
  plan(input: PlanInput, signal?: AbortSignal): Promise<RunSheet>;
  /** Rows of a sheet as shown, in the order asked for. */
  sheetRows(sheetId: string, rows: readonly number[]): RunRow[];
  start(sheetId: string, rows: readonly number[], wishes?: Partial<StartWishes>): Promise<z.infer<typeof Job>[]>;
  /** The same, told in numbers: a sheet may be large. */
  run(sheetId: string, rows: readonly number[], wishes?: Partial<StartWishes>): Promise<RunOutcome>;
  list(filter: JobPage): { items: z.infer<typeof Job>[]; next: string | null };
  get(id: string): z.infer<typeof Job>;
  /** Resolves when none of them is queued or running. Rejects with `cancelled` when the signal aborts. */
  wait(ids: readonly string[], signal: AbortSignal): Promise<z.infer<typeof Job>[]>;
  cancel(ids: readonly string[]): Promise<number>;
  queue: QueueService;
  waitingSheets: WaitingSheets;
}

/** Refusals that are told one by one. */
const MOST_REFUSALS = 100;

export function createJobsService(deps: {
  db: Db;
  engine: Engine;
  events: EventBus;
  clock: Clock;
  osmiaVersion: string;
  recordReport(tx: { job: JobRow; report: RecordedReport }): void;
  quota?: QuotaForecaster;
  setRuns?: SetsService['runs'];
}): JobsService {
  const { db, engine, events, clock } = deps;
  const repo = createJobsRepo(db);
  const reports = createReportsRepo(db);
  const counters = createCaseCounters(db);
  const sheets = createSheets(() => clock.monotonic());
  const ask = gateOf(engine);
  const plan = createPlanner({ engine, repo, clock, ask, quota: deps.quota, setRuns: deps.setRuns });
  const start = createStarter({ ...deps, repo, reports, counters, ask });

  const queue = createQueueService({
    db,
    engine,
    events,
    clock,
    isOffline: (engagementId) => repo.engagement(engagementId)?.isOffline ?? true,
  });
  const waitingSheets = createWaitingSheets({
    db,
    engine,
    repo,
    clock,
    ask,
    quota: deps.quota,
    closed: queue.closed,
    keep: sheets.keep,
    find: sheets.get,
  });

  const startRows = (sheetId: string, rows: readonly number[], wishes: Partial<StartWishes>): Promise<StartedRow[]> => {
    const { force = [], overrides = [] } = wishes;
    return start(sheets.get(sheetId), rows, { force, overrides }, (portion) => {
      engine.announce(portion);
      for (const { id, case_id, isCached } of portion) if (isCached) events.publish('report', id, case_id);
      engine.nudge();
    });
  };

  const getAll = (ids: readonly string[]): z.infer<typeof Job>[] =>
    ids.flatMap((id) => {
      const job = repo.get(id);
      return job === undefined ? [] : [queue.withWaits(job)];
    });

  return {
    async plan(input, signal) {
      const planned = await plan(input, signal);
      sheets.keep(planned);
      return planned.sheet;
    },
    sheetRows: (sheetId, rows) => rows.flatMap((row) => sheets.get(sheetId).shown(row) ?? []),
    async start(sheetId, rows, wishes = {}) {
      return getAll((await startRows(sheetId, rows, wishes)).map(({ id }) => id));
    },
    async run(sheetId, rows, wishes = {}) {
      const started = await startRows(sheetId, rows, wishes);
      const refused = started.filter(({ status }) => status === 'refused');
      const count = (status: StartedRow['status']): number => started.filter((each) => each.status === status).length;
      return {
        started: count('queued'),
        waiting: count('waiting'),
        answered: count('done'),
        refused: refused.length,
        refusals: refused.slice(0, MOST_REFUSALS).map(({ row, id, reason }) => ({
          row,
          jobId: id,
          message: reason?.message ?? '',
        })),
      };
    },
    queue,
    waitingSheets,
    list(filter) {
      const { items, next } = repo.list(filter, queue.closed());
      return { items: items.map(queue.withWaits), next };
    },
    get(id) {
      const job = repo.get(id);
      if (job === undefined) throw new AppError('not_found', 'There is no such job.');
      return queue.withWaits(job);
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
