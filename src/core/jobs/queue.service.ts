import type { z } from 'zod';
import { JOB_STATUSES, type Job, WAITING_KINDS, type WaitingKind } from '../../shared/contract/entities.ts';
import { COUNT_MOST, EVERYTHING, type QueueOverview, type QueueRule } from '../../shared/contract/queue.ts';
import type { Db } from '../db/open.ts';
import type { Engine } from '../engine/engine.ts';
import { closedByRule, openings, usualAtOnce } from '../engine/openings.ts';
import type { QueueRule as StoredRule } from '../engine/queue-rules.repo.ts';
import type { Named } from '../engine/waiting.repo.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { ClosedServices, JobFilter } from './job-filter.ts';
import { createQueueRepo, FIRST_ID, type Selection } from './queue.repo.ts';
import { createTurns } from './turns.ts';

export interface QueueService {
  overview(caseId?: string): QueueOverview;
  pause(service: string, isPaused: boolean): void;
  setLimits(input: {
    service: string;
    atOnce?: number | null | undefined;
    hours?: { from: number; to: number } | null | undefined;
    expireHours?: number | null | undefined;
  }): void;
  /** Changes jobs that have not started, in short turns; returns how many. */
  prioritize(selection: Selection, priority: number): Promise<number>;
  /** Ends everything unfinished that matches; resolves when the trees of what ran are dead. */
  cancelMatching(filter: JobFilter): Promise<number>;
  /** What the user's rules hold back now. */
  closed(): ClosedServices;
  /** The job with what it waits for, the rules of the queue included. */
  withWaits(job: z.infer<typeof Job>): z.infer<typeof Job>;
}

/** Jobs changed in one statement: a few milliseconds. */
const PORTION = 500;
const LINK_IS_BACK = 'There is a link now. Look at the flush and release it.';
const UNSTARTED = ['queued', 'waiting'] as const;

/** Pauses, limits, priorities and cancelling: what an analyst does to a queue, over any number of jobs. */
export function createQueueService(deps: {
  db: Db;
  engine: Engine;
  events: EventBus;
  clock: Clock;
  isOffline(engagementId: string): boolean;
}): QueueService {
  const { db, engine, events, clock } = deps;
  const { rules } = engine;
  const repo = createQueueRepo(db);

  const ruleOf = (service: string): z.infer<typeof QueueRule> => {
    const rule = rules.all().get(service);
    return {
      service,
      pausedAt: rule?.pausedAt ?? null,
      atOnce: rule?.atOnce ?? null,
      openFrom: rule?.openFrom ?? null,
      openTo: rule?.openTo ?? null,
    };
  };

  const closedNow = (service: string): ReturnType<typeof closedByRule> =>
    closedByRule(service, rules.all(), clock.now(), clock.zone());

  const closed = (): ClosedServices => {
    const pause: string[] = [];
    const time: string[] = [];
    if (rules.all().size === 0) return { pause, time };
    for (const { service } of repo.services(1)) {
      const kind = closedNow(service)?.kind;
      if (kind === 'pause') pause.push(service);
      if (kind === 'time') time.push(service);
    }
    return { pause, time };
  };

  const change = (service: string, patch: Partial<Omit<StoredRule, 'service'>>): void => {
    db.transaction(() => rules.set(service, patch)).immediate();
    // Everybody who shows the queue reads it again.
    events.publish('job', service);
    engine.nudge();
  };

  /** Calls `step` with portions of ids until there are no more, letting everything else run between them. */
  const inPortions = async (
    selection: Selection,
    only: readonly (typeof UNSTARTED)[number][],
    step: (ids: readonly string[]) => readonly Named[],
  ): Promise<number> => {
    const turns = createTurns(() => clock.monotonic());
    const held = closed();
    let after = FIRST_ID;
    let changed = 0;
    for (;;) {
      const ids = repo.ids(selection, held, only, after, PORTION);
      const last = ids.at(-1);
      if (last === undefined) return changed;
      after = last;
      const named = db.transaction(() => step(ids)).immediate();
      changed += named.length;
      engine.announce(named);
      await turns.next();
    }
  };

  return {
    closed,
    overview(caseId) {
      const now = clock.now();
      const held = closed();
      const places = openings(rules.all(), [], engine.width, now, clock.zone());
      const services = new Map(repo.services(COUNT_MOST).map((counts) => [counts.service, counts]));
      for (const service of ['', ...rules.all().keys()]) {
        if (service === EVERYTHING || services.has(service)) continue;
        services.set(service, { service, queued: 0, waiting: 0, running: 0 });
      }
      const count = (filter: JobFilter): number => repo.count({ ...filter, caseId }, held, COUNT_MOST);
      const waiting = WAITING_KINDS.map((kind) => ({
        kind,
        count: count({ waitingFor: [kind] }),
        until: kind === 'time' || kind === 'quota' ? earliest(repo.nextOf(kind), now) : null,
      }));
      return {
        everything: ruleOf(EVERYTHING),
        expireHours: engine.expireHours(),
        services: [...services.values()]
          .sort((a, b) => (a.service < b.service ? -1 : 1))
          .map((counts) => ({
            ...ruleOf(counts.service),
            ...counts,
            usualAtOnce: usualAtOnce(counts.service, engine.width),
            closed: places.closed(counts.service) ?? null,
          })),
        counts: Object.fromEntries(
          JOB_STATUSES.map((status) => [status, count({ statuses: [status] })]),
        ) as QueueOverview['counts'],
        waiting: waiting.filter((each) => each.count > 0),
        releasable: repo.releasable(caseId, COUNT_MOST),
      };
    },
    pause: (service, isPaused) => change(service, { pausedAt: isPaused ? clock.now() : null }),
    setLimits: ({ service, atOnce, hours, expireHours }) =>
      change(service, {
        ...(atOnce === undefined ? {} : { atOnce }),
        ...(hours === undefined ? {} : { openFrom: hours?.from ?? null, openTo: hours?.to ?? null }),
        ...(expireHours === undefined ? {} : { expireHours }),
      }),
    async prioritize(selection, priority) {
      const changed = await inPortions(selection, UNSTARTED, (ids) => repo.prioritize(ids, priority));
      engine.nudge();
      return changed;
    },
    async cancelMatching(filter) {
      const selection = { filter };
      const idle = await inPortions(selection, UNSTARTED, (ids) => engine.queue.cancelIdle(ids, clock.now()));
      // Only now: what ran would otherwise make places for jobs that are about to be cancelled.
      const running = repo.ids(selection, closed(), ['running'], FIRST_ID, PORTION);
      return idle + (await engine.cancel(running));
    },
    withWaits(job) {
      if (job.status === 'waiting' && job.waiting.some(({ kind }) => kind === 'link')) {
        // What was written down when it had to wait is not so any more; only somebody's look at the flush ends the wait.
        if (deps.isOffline(job.engagementId)) return job;
        const waiting = job.waiting.map((each) => (each.kind === 'link' ? { ...each, detail: LINK_IS_BACK } : each));
        return { ...job, waiting };
      }
      if (job.status !== 'queued') return job;
      const { kind, detail, until }: { kind: WaitingKind; detail: string; until: number | null } = closedNow(
        job.service,
      ) ?? { kind: 'slot', detail: 'It starts as soon as a place is free.', until: null };
      return { ...job, waiting: [{ kind, detail, until }] };
    },
  };
}

const earliest = (at: number | null, now: number): number | null => (at === null ? null : Math.max(at, now));
