import type { Db } from '../db/open.ts';
import type { GateAllowed } from '../jobs/gate.ts';
import type { PackedReport } from '../jobs/reports.repo.ts';
import type { Clock, Logger } from '../ports.ts';
import type { RateHints } from '../quota/rate-hints.ts';
import type { Claimed } from './fair-claim.repo.ts';
import type { JobEnd, JobRow } from './job-row.ts';
import type { Closed } from './openings.ts';
import type { Queue } from './queue.ts';
import type { Contact } from './network/contact.ts';
import type { Finished } from './runner.ts';
import { type Named, NO_TIME } from './waiting.repo.ts';

/** How to run a claimed job, or that it does not run: refused, waiting or answered, and stored so. */
export type Admission = { permit: GateAllowed; run(signal: AbortSignal): Promise<Finished> } | 'not_run';

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
/** How long one turn may hold the core, in milliseconds; the rest comes in the next. */
const TURN_MS = 12;
/** Jobs whose wait ends in one go. */
const PORTION = 64;
/** A clock that was put back by so much takes the times of waiting jobs with it. */
const CLOCK_WENT_BACK_MS = 5_000;

const notLearnt: Pick<JobEnd, 'exitCode' | 'stderr' | 'sandbox' | 'sandboxNotes'> = {
  exitCode: null,
  stderr: '',
  sandbox: 'none',
  sandboxNotes: [],
};

interface Running {
  job: Claimed;
  abort: AbortController;
  /** Why it is being ended, when we end it. */
  wish: 'cancel' | 'park' | undefined;
  /** Resolves when the end is committed; tells whether it ended as cancelled. */
  settled: PromiseWithResolvers<boolean>;
}

/**
 * Runs what the queue holds, as many at a time as there are places. Driven by nudges: a timer only waits for a job that may
 * not run yet. Ends and claims that come together are one transaction, so a job costs about one commit; no turn holds the
 * core for longer than a frame, however much there is to claim.
 */
export function createScheduler(deps: {
  db: Db;
  queue: Queue;
  clock: Clock;
  logger: Logger;
  /** Places that are free while these run. */
  openings(
    running: Iterable<JobRow>,
    now: number,
  ): { take(service: string): void; closed(service: string): Closed | undefined };
  /** Inside the claiming transaction: asks gate, cache and quota, and stores the new state of what does not run. */
  admit(job: Claimed, now: number): Admission;
  /** Inside the finishing transaction: whether the process may have done something, or surely never started. */
  left(job: JobRow, mayHaveRun: boolean, now: number, hints: RateHints | undefined): void;
  /** Inside the finishing transaction, also where the job is put back: the hosts that its run asked for. */
  contacted(job: JobRow, contacts: readonly Contact[], now: number): void;
  /** Inside the finishing transaction, after the row was written. */
  stored(job: JobRow, report: PackedReport, now: number): void;
  /** After a commit, with the jobs whose state it changed. */
  changed(jobs: readonly Named[]): void;
}): Scheduler {
  const { db, queue, clock, logger } = deps;
  const running = new Map<string, Running>();
  const finished: { running: Running; result: Finished | undefined }[] = [];
  const drains: (() => void)[] = [];
  let isNudged = false;
  let isClosing = false;
  let timer: NodeJS.Timeout | undefined;
  let renewal: NodeJS.Timeout | undefined;
  /** The earliest time at which a service that is closed now opens; learnt while claiming. */
  let opensAt: number | undefined;
  let lastNow = clock.now();

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
    const changed: Named[] = [];
    const started: { running: Running; run(signal: AbortSignal): Promise<Finished> }[] = [];
    const ends: { running: Running; isCancelled: boolean }[] = [];
    let isCut = false;
    try {
      db.transaction(() => {
        const now = clock.now();
        if (now < lastNow - CLOCK_WENT_BACK_MS) queue.waiting.reconsider(now);
        lastNow = now;
        for (const { running: one, result } of batch) {
          ends.push({ running: one, isCancelled: end(one, result, now) });
          changed.push(...queue.waiting.wakeTwins(one.job.id));
        }
        if (!isClosing) isCut = claimAll(batch, started, changed, now);
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
    if (isCut && !isClosing) nudge();
    else afterTick();
  };

  /** Fills the free places; true when the time for one turn ended first. */
  const claimAll = (
    batch: readonly { running: Running }[],
    started: { running: Running; run(signal: AbortSignal): Promise<Finished> }[],
    changed: Named[],
    now: number,
  ): boolean => {
    const until = clock.monotonic() + TURN_MS;
    const leaving = new Set(batch.map(({ running: one }) => one));
    const places = deps.openings(
      [...running.values()].filter((one) => !leaving.has(one)).map((one) => one.job),
      now,
    );
    opensAt = undefined;
    const isOpen = (service: string): boolean => {
      const closed = places.closed(service);
      if (closed !== undefined && closed.until !== null) opensAt = Math.min(opensAt ?? closed.until, closed.until);
      return closed === undefined;
    };
    const expired = queue.waiting.expire(now, PORTION);
    changed.push(...expired);
    const isCut = expired.length === PORTION;
    for (;;) {
      if (clock.monotonic() >= until) return true;
      const job = queue.claim(now, now + LEASE_MS, isOpen);
      if (job === undefined) {
        // Those whose wait is over come in portions: a budget that is free again may be spent by the first of them.
        const woken = queue.waiting.wakeDue(now, PORTION, isOpen);
        if (woken.length === 0) return isCut;
        changed.push(...woken);
        continue;
      }
      changed.push(job);
      const admission = deps.admit(job, now);
      if (admission === 'not_run') continue;
      const one: Running = { job, abort: new AbortController(), wish: undefined, settled: Promise.withResolvers() };
      started.push({ running: one, run: admission.run });
      places.take(job.service);
    }
  };

  const afterTick = (): void => {
    if (!isClosing) {
      const now = clock.now();
      const next = Math.min(queue.waiting.nextTime(now) ?? NO_TIME, opensAt ?? NO_TIME);
      if (next < NO_TIME) later(Math.max(1, next - now));
    }
    if (drains.length > 0 && running.size === 0 && !queue.hasActive()) for (const done of drains.splice(0)) done();
  };

  const forget = (one: Running, isCancelled: boolean): void => {
    running.delete(one.job.id);
    one.settled.resolve(isCancelled);
  };

  /** Writes how a run ended. Returns whether it ended as cancelled. */
  const end = (one: Running, result: Finished | undefined, now: number): boolean => {
    const { job } = one;
    const key = { id: job.id, token: job.lease_token };
    deps.left(job, result?.end.reason?.code !== 'spawn_failed', now, result?.hints);
    if (!queue.holds(key)) {
      logger.warn('a result came for a job that is gone or was given to another', { job: job.id });
      return false;
    }
    if (result?.contacts !== undefined) deps.contacted(job, result.contacts, now);
    // A responder that was ended while it ran may have acted: it is neither parked nor cancelled.
    const isSettled = result?.end.status === 'done' || result?.end.status === 'unknown';
    if (one.wish === 'park' && !isSettled && job.kind === 'analyzer') {
      queue.requeue(key);
      return false;
    }
    if (result === undefined) {
      const reason = { code: 'internal', message: 'Osmia hit a bug while this ran. The log has the details.' };
      queue.finish(
        key,
        { ...notLearnt, status: job.kind === 'responder' ? 'unknown' : 'failed', reason, reportId: null },
        now,
      );
      return false;
    }
    const isCancelled = one.wish === 'cancel' && !isSettled;
    if (result.retry && !isCancelled && job.attempt < job.max_attempts) {
      const again = now + RETRY_MS;
      const why = {
        code: 'retry',
        message: `${result.end.reason?.message ?? 'It learnt nothing.'} It is tried once more.`,
      };
      queue.park(key, why, { kind: 'time', detail: why.message, until: again }, again, now, false);
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
