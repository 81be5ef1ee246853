import { A_WINDOW } from '../../shared/model/quota-sentence.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { Clock } from '../ports.ts';
import { freeTick, readUses, type WindowUse } from './budget-use.ts';
import { learnHints } from './learn.ts';
import type { QuotaGate, QuotaJob } from './quota-port.ts';
import type { Hold, NewEntry, QuotaRepo } from './quota.repo.ts';
import { createSteadyTime, type SteadyMoment } from './steady-time.ts';
import { WINDOW_NAMES } from './windows.ts';

export interface QuotaLedger extends QuotaGate {
  /** Time as the ledger counts it. */
  moment(now: number): SteadyMoment;
  uses(key: string, engagementId: string, now: number): WindowUse[];
  /** Which budget the calls of a service count against in an engagement. */
  keyOf(serviceKey: string, engagementId: string): string;
  /** Puts the card's limits back where the user's were taken away. */
  restore(key: string, presets: NonNullable<KnownFlavor['quota']>['presets']): void;
}

/** One object, so that it is known again. */
const NO_PRESETS: NonNullable<KnownFlavor['quota']>['presets'] = [];

/** The name under which calls of a flavor are counted where no card gives one: flavors in one folder share a key. */
export const serviceKeyOf = (flavor: Pick<KnownFlavor, 'quota' | 'card' | 'name' | 'folder'>): string =>
  flavor.quota?.key ??
  flavor.card.hosts.find((host) => host !== '*') ??
  (flavor.folder.split(/[\\/]/).at(-1) || flavor.name);

/**
 * The quota ledger. Units are held from the claim of a job until its end, and count in every window that is open
 * meanwhile; they are spent when it ends. What the service counts in between is therefore never missing here.
 */
export function createQuotaLedger(deps: {
  repo: QuotaRepo;
  clock: Clock;
  /** After a change of a budget's state; runs inside the caller's transaction, so it only notes. */
  changed(key: string): void;
}): QuotaLedger {
  const { repo, clock, changed } = deps;
  const steady = createSteadyTime({ store: repo, clock });
  /** Cards whose limits are in the database already. */
  const adopted = new WeakMap<object, Set<string>>();

  const write = (
    hold: Hold,
    kind: NewEntry['kind'],
    change: { spent: number; held: number },
    now: number,
    detail = '',
  ): number => {
    const { key, engagementId, units, jobId } = hold;
    const total = repo.totals(key);
    const own = repo.ownTotals(key, engagementId);
    changed(key);
    return repo.append({
      key,
      engagementId,
      jobId,
      kind,
      window: null,
      units,
      at: now,
      tick: steady.read(now).tick,
      total: { spent: total.spent + change.spent, held: total.held + change.held },
      own: { spent: own.spent + change.spent, held: own.held + change.held },
      detail,
    });
  };

  const close = (jobId: string, kind: 'settle' | 'release', now: number, detail = ''): boolean => {
    const hold = repo.hold(jobId);
    if (hold === undefined) return false;
    repo.deleteHold(jobId);
    write(hold, kind, { spent: kind === 'settle' ? hold.units : 0, held: -hold.units }, now, detail);
    return true;
  };

  const uses = (key: string, engagementId: string, now: number): WindowUse[] =>
    readUses(repo, key, engagementId, steady.read(now));

  /** When `units` fit everywhere; `now` when they do. */
  const whenFree = (
    key: string,
    engagementId: string,
    units: number,
    now: number,
  ): { until: number | null; why: string } | undefined => {
    const moment = steady.read(now);
    const asWall = (tick: number): number => moment.wall + (tick - moment.tick) + moment.skew;
    const state = repo.state(key);
    let until: number | null = null;
    let why = '';
    if (state !== undefined && state.blockedTick !== null && state.blockedTick > moment.tick) {
      until = asWall(state.blockedTick);
      why = state.blockedReason;
    }
    for (const use of readUses(repo, key, engagementId, moment)) {
      if (use.left >= units) continue;
      const tick = freeTick(repo, key, engagementId, use, units, moment);
      const said = fullText(key, use, units);
      if (tick === null) return { until: null, why: said };
      const at = asWall(tick);
      if (until === null || at > until) [until, why] = [at, said];
    }
    return why === '' ? undefined : { until, why };
  };

  /** A budget exists from the first call on, with what the card says; what the user or the service said stays. */
  const adopt = (key: string, presets: NonNullable<KnownFlavor['quota']>['presets']): void => {
    const keys = adopted.get(presets) ?? new Set();
    if (keys.has(key)) return;
    adopted.set(presets, keys.add(key));
    restore(key, presets);
  };

  const restore: QuotaLedger['restore'] = (key, presets) => {
    repo.addKey(key);
    const there = repo.budgets(key);
    if (there.some(({ origin }) => origin === 'user')) return;
    for (const { window, units } of presets) {
      const old = there.find((budget) => budget.window === window);
      if (old !== undefined && (old.origin !== 'card' || old.units === units)) continue;
      const isCalendar = WINDOW_NAMES.indexOf(window) >= WINDOW_NAMES.indexOf('day');
      repo.putBudget(key, { window, units, isCalendar, zone: 'UTC', origin: 'card' });
    }
  };

  const keyOf = (serviceKey: string, engagementId: string): string =>
    repo.assigned(serviceKey, engagementId) ?? serviceKey;

  return {
    moment: (now) => steady.read(now),
    uses,
    keyOf,
    restore,
    costOf(flavor, engagementId) {
      if (flavor.isLocal) return null;
      const serviceKey = serviceKeyOf(flavor);
      const key = keyOf(serviceKey, engagementId);
      // Another key of the same service has the same published limits until somebody says otherwise.
      adopt(key, flavor.quota?.presets ?? NO_PRESETS);
      return { key, units: 1 };
    },
    reserve(job: QuotaJob, now) {
      const { quota_key: key, quota_units: units, engagement_id: engagementId } = job;
      if (key === null || units <= 0 || repo.hold(job.id) !== undefined) return { isReserved: true };
      const full = whenFree(key, engagementId, units, now);
      if (full !== undefined) return { isReserved: false, until: full.until, message: full.why };
      repo.addKey(key);
      const hold = { jobId: job.id, key, engagementId, units };
      repo.insertHold(hold, write(hold, 'reserve', { spent: 0, held: units }, now));
      return { isReserved: true };
    },
    settle: (jobId, now) => void close(jobId, 'settle', now),
    release: (jobId, now) => void close(jobId, 'release', now),
    learn(job, hints, now) {
      if (job.quota_key === null) return;
      repo.addKey(job.quota_key);
      learnHints(repo, job.quota_key, job.id, hints, now, steady.read(now));
      changed(job.quota_key);
    },
    freeAt: (key, engagementId, now) => {
      const full = whenFree(key, engagementId, 1, now);
      // What never fits is looked at again when somebody changes the budget.
      return full === undefined ? undefined : (full.until ?? Number.MAX_SAFE_INTEGER);
    },
    recover(now) {
      let settled = 0;
      let released = 0;
      for (const { jobId, jobStatus } of repo.holds()) {
        const mayHaveRun = jobStatus === 'running';
        const detail = mayHaveRun ? 'Osmia ended while this ran: it may have been asked' : 'It never started';
        close(jobId, mayHaveRun ? 'settle' : 'release', now, detail);
        if (mayHaveRun) settled += 1;
        else released += 1;
      }
      return { settled, released };
    },
  };
}

function fullText(key: string, use: WindowUse, needed: number): string {
  const whose = use.scope === 'share' ? `This engagement's share of “${key}”` : `The budget “${key}”`;
  if (needed > use.units) return `${whose} is ${use.units} ${A_WINDOW[use.window]}; this needs ${needed}.`;
  return `${whose} is used up: ${use.spent + use.held} of ${use.units} ${A_WINDOW[use.window]}.`;
}
