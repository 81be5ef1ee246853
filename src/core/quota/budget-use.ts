import type { Budget, QuotaRepo } from './quota.repo.ts';
import type { SteadyMoment } from './steady-time.ts';
import { calendarPeriod, LONGEST_MS, SLIDING_MS } from './windows.ts';

/** One window of a budget at one moment. */
export interface WindowUse extends Budget {
  /** `share`: what one engagement may use of the same window; `units` is then its share. */
  scope: 'key' | 'share';
  /** Settled, and what the service says was used beyond it. */
  spent: number;
  /** Reserved by jobs that run. */
  held: number;
  /** Never below 0. */
  left: number;
  /** Entries from this tick on count. */
  sinceTick: number;
  /** When a calendar window is new, in steady UTC milliseconds; null where units come back one by one. */
  newAt: number | null;
  /** The clock has jumped not long ago: the calendar is not believed until this tick. */
  guardedUntil: number | null;
}

/**
 * From which tick on units count. After a jump of the clock nobody knows in which calendar window the service is, so one
 * that slides over the longest possible length stands in until that length has passed: it never allows more.
 */
export function spanOf(
  { window, isCalendar, zone }: Pick<Budget, 'window' | 'isCalendar' | 'zone'>,
  { tick, wall, jumpedTick }: SteadyMoment,
): Pick<WindowUse, 'sinceTick' | 'newAt' | 'guardedUntil'> {
  if (!isCalendar) return { sinceTick: tick - SLIDING_MS[window], newAt: null, guardedUntil: null };
  const longest = LONGEST_MS[window];
  if (jumpedTick !== null && tick - jumpedTick < longest) {
    return { sinceTick: tick - longest, newAt: null, guardedUntil: jumpedTick + longest };
  }
  const { start, end } = calendarPeriod(window, zone, wall);
  return { sinceTick: tick - (wall - start), newAt: end, guardedUntil: null };
}

/** Every limit that holds for an engagement on a key, now: the key's own windows, then the engagement's share of them. */
export function readUses(repo: QuotaRepo, key: string, engagementId: string, moment: SteadyMoment): WindowUse[] {
  const budgets = repo.budgets(key);
  if (budgets.length === 0) return [];
  const total = repo.totals(key);
  const uses = budgets.map((budget): WindowUse => {
    const span = spanOf(budget, moment);
    const spent =
      total.spent - repo.spentBefore(key, span.sinceTick) + repo.learnedSince(key, budget.window, span.sinceTick);
    const left = Math.max(0, budget.units - spent - total.held);
    return { ...budget, ...span, scope: 'key', spent, held: total.held, left };
  });
  const percent = repo.share(key, engagementId);
  if (percent === undefined) return uses;
  const own = repo.ownTotals(key, engagementId);
  // A minute only sets the pace: a share of four calls would be none.
  const long = uses.filter(({ window }) => window !== 'minute');
  return [
    ...uses,
    ...(long.length > 0 ? long : uses).map((use): WindowUse => {
      const units = percent === 0 ? 0 : Math.max(Math.min(1, use.units), Math.floor((use.units * percent) / 100));
      const spent = own.spent - repo.ownSpentBefore(key, engagementId, use.sinceTick);
      return { ...use, scope: 'share', units, spent, held: own.held, left: Math.max(0, units - spent - own.held) };
    }),
  ];
}

/** The tick at which `units` fit into this window again; null when they never do, because it is too small. */
export function freeTick(
  repo: QuotaRepo,
  key: string,
  engagementId: string,
  use: WindowUse,
  units: number,
  moment: SteadyMoment,
): number | null {
  if (units > use.units) return null;
  if (use.left >= units) return moment.tick;
  if (use.newAt !== null) return moment.tick + (use.newAt - moment.wall);
  const length = use.isCalendar ? LONGEST_MS[use.window] : SLIDING_MS[use.window];
  const freed = shedTick(repo, key, engagementId, use, use.spent + use.held + units - use.units);
  // What is still held is settled later; it has gone at the latest one length from now.
  const tick = freed === undefined ? moment.tick + length : freed + length + 1;
  return use.guardedUntil === null ? tick : Math.min(tick, use.guardedUntil);
}

/** The tick of the entry with which this many units leave a sliding window; undefined when it does not hold so many. */
function shedTick(
  repo: QuotaRepo,
  key: string,
  engagementId: string,
  use: WindowUse,
  units: number,
): number | undefined {
  const isShare = use.scope === 'share';
  const base = isShare ? repo.ownSpentBefore(key, engagementId, use.sinceTick) : repo.spentBefore(key, use.sinceTick);
  const spentTick = (wanted: number): number | undefined =>
    isShare
      ? repo.ownTickOfSpent(key, engagementId, use.sinceTick, base + wanted)
      : repo.tickOfSpent(key, use.sinceTick, base + wanted);
  let rest = units;
  for (const learned of isShare ? [] : repo.learnedEntries(key, use.window, use.sinceTick)) {
    if (learned.units === 0) continue;
    const at = spentTick(rest);
    if (at !== undefined && at <= learned.tick) return at;
    rest -= learned.units;
    if (rest <= 0) return learned.tick;
  }
  return spentTick(rest);
}
