import type { Db } from '../db/open.ts';
import type { GateAllowed } from '../jobs/gate.ts';
import type { PackedReport } from '../jobs/reports.repo.ts';
import type { Clock, Logger } from '../ports.ts';
import type { JobRow } from './job-row.ts';
import type { Queue } from './queue.ts';
import type { Finished } from './runner.ts';

type Claimed = JobRow & { lease_token: string };

/** What the gate said of a claimed job, and how to run it when it said yes. */
export type Admission = { permit: GateAllowed; run(signal: AbortSignal): Promise<Finished> } | 'put_back';

export interface Scheduler {
  /** Something may run now: looks at the queue in the next turn. */
  nudge(): void;
  /** Ends running jobs among these; resolves with how many, when their process trees are dead and that is stored. */
  cancelRunning(ids: readonly string[]): Promise<number>;
  runningCount(): number;
  /** Resolves when no job is queued or running. */
  drain(): Promise<void>;
  /** Stops claiming, ends what runs and puts it back into the queue. */
  close(): Promise<void>;
}

/** A lease outlives several renewals that come late, in milliseconds. */
const LEASE_MS = 60_000;
const RENEW_MS = 15_000;
/** Before an attempt that learnt nothing is made again, and before a failed commit is tried again. */
const RETRY_MS = 1_000;
const MAX_TIMER_MS = 60_000;

interface Running {
  job: Claimed;
  abort: AbortController;
  /** Why it is being ended, when we end it. */
  wish: 'cancel' | 'park' | undefined;
  /** Resolves when the end is committed; tells whether it ended as cancelled. */
  settled: PromiseWithResolvers<boolean>;
}

/**
 * Runs what the queue holds, `width` at a time. Driven by nudges: a timer only waits for a job that may not run yet. Ends
 * and claims that come together are one transaction, so a job costs about one commit.
 */
export function createScheduler(deps: {
  db: Db;
  queue: Queue;
  clock: Clock;
  logger: Logger;
  width: number;
  /** Inside the claiming transaction: asks the gate again, stores its answer and, where it is no, the new state. */
  admit(job: Claimed, now: number): Admission;
  /** Inside the finishing transaction, after the row was written. */
  stored(job: JobRow, report: PackedReport, now: number): void;
  /** After a commit, with the jobs whose state it changed. */
  changed(jobs: readonly JobRow[]): void;
}): Scheduler {
  const { db, queue, clock, logger } = deps;
  const running = new Map<string, Running>();
  const finished: { running: Running; result: Finished | undefined }[] = [];
  const drains: (() => void)[] = [];
  let isNudged = false;
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;

  const nudge = (): void => {
    if (isNudged) return;
    isNudged = true;
    setImmediate(() => {
      isNudged = false;
      tick();
    });
  };

  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(nudge, Math.min(ms, MAX_TIMER_MS));
    // A job that waits for its time must not keep the process alive.
    timer.unref();
  };

  const tick = (): void => {
    const batch = finished.splice(0);
    const changed: JobRow[] = [];
    const started: { running: Running; run(signal: AbortSignal): Promise<Finished> }[] = [];
    const ends: { running: Running; isCancelled: boolean }[] = [];
    try {
      db.transaction(() => {
        const now = clock.now();
        for (const { running: one, result } of batch) ends.push({ running: one, isCancelled: end(one, result, now) });
        let free = isClosing ? 0 : deps.width - (running.size - batch.length);
        while (free > 0) {
          const job = queue.claim(now, now + LEASE_MS);
          if (job === undefined) break;
          changed.push(job);
          const admission = deps.admit(job, now);
          if (admission === 'put_back') continue;
          const one: Running = { job, abort: new AbortController(), wish: undefined, settled: Promise.withResolvers() };
          started.push({ running: one, run: admission.run });
          free -= 1;
        }
      }).immediate();
    } catch (error) {
      logger.error('the queue could not be written', { error: String(error) });
      if (isDiskTrouble(error) || batch.length === 0) {
        // Nothing was changed; what has ended is kept and stored as soon as that works.
        finished.unshift(...batch);
        if (isClosing) for (const { running: one } of finished.splice(0)) forget(one, false);
        else later(RETRY_MS);
      } else {
        for (const { running: one, result } of batch) endAlone(one, result);
        nudge();
      }
      return;
    }
    for (const { running: one, isCancelled } of ends) {
      changed.push(one.job);
      forget(one, isCancelled);
    }
    if (changed.length > 0) deps.changed(changed);
    for (const { running: one, run } of started) launch(one, run);
    if (running.size > 0) renewal ??= setInterval(renew, RENEW_MS);
    else {
      clearInterval(renewal);
      renewal = undefined;
    }
    afterTick();
  };

  const afterTick = (): void => {
    if (!isClosing && running.size < deps.width) {
      const next = queue.nextRunAt();
      if (next !== undefined) later(Math.max(1, next - clock.now()));
    }
    if (drains.length > 0 && running.size === 0 && queue.countActive() === 0)
      for (const done of drains.splice(0)) done();
  };

  const forget = (one: Running, isCancelled: boolean): void => {
    running.delete(one.job.id);
    one.settled.resolve(isCancelled);
  };

  /** Writes how a run ended. Returns whether it ended as cancelled. */
  const end = (one: Running, result: Finished | undefined, now: number): boolean => {
    const { job } = one;
    const key = { id: job.id, token: job.lease_token };
    if (!queue.holds(key)) {
      logger.warn('a result came for a job that is gone or was given to another', { job: job.id });
      return false;
    }
    if (one.wish === 'park' && result?.end.status !== 'done') {
      queue.requeue(key, now, true);
      return false;
    }
    if (result === undefined) {
      const reason = { code: 'internal', message: 'Osmia hit a bug while this ran. The log has the details.' };
      queue.finish(
        key,
        { status: 'failed', reason, reportId: null, exitCode: null, stderr: '', sandbox: 'none', sandboxNotes: [] },
        now,
      );
      return false;
    }
    const isCancelled = one.wish === 'cancel' && result.end.status !== 'done';
    if (result.retry && !isCancelled && job.attempt < job.max_attempts) {
      queue.requeue(key, now + RETRY_MS, false);
      return false;
    }
    const { report } = result;
    const status = isCancelled ? 'cancelled' : result.end.status;
    const reason = isCancelled ? null : result.end.reason;
    // The job names its report, so the report is there first.
    if (report !== undefined) deps.stored(job, report, now);
    queue.finish(key, { ...result.end, status, reason, reportId: report?.id ?? null }, now);
    return isCancelled;
  };

  /** One end that cannot be stored must not hold up the others: it is stored as a failure, without its report. */
  const endAlone = (one: Running, result: Finished | undefined): void => {
    let isCancelled = false;
    try {
      db.transaction(() => {
        isCancelled = end(one, result, clock.now());
      }).immediate();
    } catch (error) {
      logger.error('the end of a job could not be stored', { job: one.job.id, error: String(error) });
      try {
        db.transaction(() => end(one, undefined, clock.now())).immediate();
      } catch (again) {
        logger.error('nor could its failure', { job: one.job.id, error: String(again) });
      }
    }
    forget(one, isCancelled);
    deps.changed([one.job]);
  };

  const launch = (one: Running, run: (signal: AbortSignal) => Promise<Finished>): void => {
    running.set(one.job.id, one);
    void run(one.abort.signal)
      .catch((error: unknown) => {
        logger.error('a run failed in our own code', {
          job: one.job.id,
          error: error instanceof Error ? (error.stack ?? error.message) : String(error),
        });
        return undefined;
      })
      .then((result) => {
        finished.push({ running: one, result });
        nudge();
      });
    if (one.wish !== undefined) one.abort.abort();
  };

  const renew = (): void => {
    try {
      queue.renew(
        [...running.values()].map((one) => one.job.lease_token),
        clock.now() + LEASE_MS,
      );
    } catch (error) {
      logger.warn('leases could not be renewed', { error: String(error) });
    }
  };

  return {
    nudge,
    runningCount: () => running.size,
    async cancelRunning(ids) {
      const mine = ids.map((id) => running.get(id)).filter((one) => one !== undefined);
      for (const one of mine) {
        one.wish ??= 'cancel';
        one.abort.abort();
      }
      const ended = await Promise.all(mine.map((one) => one.settled.promise));
      return ended.filter(Boolean).length;
    },
    drain: () =>
      new Promise((resolve) => {
        drains.push(resolve);
        nudge();
      }),
    async close() {
      isClosing = true;
      clearTimeout(timer);
      const all = [...running.values()];
      for (const one of all) {
        one.wish ??= 'park';
        one.abort.abort();
      }
      await Promise.all(all.map((one) => one.settled.promise));
      clearInterval(renewal);
      for (const done of drains.splice(0)) done();
    },
  };
}

const isDiskTrouble = (error: unknown): boolean =>
  /^SQLITE_(FULL|IOERR|BUSY|LOCKED|READONLY)/.test(String((error as { code?: unknown }).code));
