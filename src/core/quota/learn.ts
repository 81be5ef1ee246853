import { A_WINDOW } from '../../shared/model/quota-sentence.ts';
import { spanOf } from './budget-use.ts';
import type { Budget, QuotaRepo } from './quota.repo.ts';
import type { RateHint, RateHints } from './rate-hints.ts';
import type { SteadyMoment } from './steady-time.ts';
import { LONGEST_MS, SLIDING_MS, WINDOW_NAMES, type WindowName } from './windows.ts';

/** Nobody is made to wait longer than the longest window, whatever an answer claims. */
const LONGEST_WAIT_MS = LONGEST_MS.month;
/** After a refusal that names no time: doubled with each, until an hour. */
const FIRST_WAIT_MS = 60_000;
const MAX_BACKOFF_MS = 3_600_000;
/** A refusal this long after the one before is the first again. */
const FORGIVEN_MS = 2 * 3_600_000;
/** A limit above this is nonsense or as good as none. */
const MAX_UNITS = 1_000_000_000;

/**
 * Takes what a service said about itself into the ledger. It can only make a budget smaller than we counted: a service
 * that says more is left than we think may mean another window, and a hostile analyzer must not print itself credit. A
 * limit replaces the one on the card, never the one that the user set.
 */
export function learnHints(
  repo: QuotaRepo,
  key: string,
  jobId: string,
  hints: RateHints,
  now: number,
  moment: SteadyMoment,
): void {
  const note = (detail: string, window: WindowName | null = null, units = 0): number =>
    repo.append({
      key,
      engagementId: '',
      jobId,
      kind: 'learned',
      window,
      units,
      at: now,
      tick: moment.tick,
      total: repo.totals(key),
      own: { spent: 0, held: 0 },
      detail,
    });
  for (const hint of hints.limits) learnLimit(repo, key, hint, moment, note);
  if (!hints.isRefused) return;

  const state = repo.state(key);
  if (state === undefined) return;
  const isRecent = state.refusedTick !== null && moment.tick - state.refusedTick < FORGIVEN_MS;
  const refusals = isRecent ? state.refusals + 1 : 1;
  const resetMs = hints.limits.find(({ remaining, resetMs: reset }) => remaining === 0 && reset !== null)?.resetMs;
  const asked = hints.retryAfterMs ?? resetMs;
  const wait = Math.min(
    asked ?? Math.min(MAX_BACKOFF_MS, FIRST_WAIT_MS * 2 ** Math.min(refusals - 1, 10)),
    LONGEST_WAIT_MS,
  );
  const blockedTick = moment.tick + Math.max(1, Math.ceil(wait));
  // Another answer may have asked for longer.
  if (state.blockedTick !== null && state.blockedTick > blockedTick) return;
  const reason =
    asked === undefined || asked === null
      ? `“${key}” refused: too many requests.`
      : `“${key}” refused: too many requests. It asked to wait ${durationText(wait)}.`;
  repo.putState(key, { blockedTick, blockedReason: reason, refusals, refusedTick: moment.tick });
  note(reason);
}

function learnLimit(
  repo: QuotaRepo,
  key: string,
  hint: RateHint,
  moment: SteadyMoment,
  note: (detail: string, window: WindowName, units: number) => number,
): void {
  const budgets = repo.budgets(key);
  const window = hint.window ?? guessWindow(hint, budgets);
  if (window === undefined) return;
  const limit = hint.limit !== null && hint.limit > 0 && hint.limit <= MAX_UNITS ? hint.limit : null;
  let budget = budgets.find((one) => one.window === window);
  if (limit !== null && (budget === undefined || (budget.origin !== 'user' && budget.units !== limit))) {
    const isCalendar = budget?.isCalendar ?? WINDOW_NAMES.indexOf(window) >= WINDOW_NAMES.indexOf('day');
    const learned: Budget = { window, isCalendar, zone: budget?.zone ?? 'UTC', units: limit, origin: 'service' };
    repo.putBudget(key, learned);
    note(
      budget === undefined
        ? `The service says its limit: ${limit} ${A_WINDOW[window]}`
        : `The service says ${limit} ${A_WINDOW[window]}, the card said ${budget.units}`,
      window,
      0,
    );
    budget = learned;
  }
  if (hint.remaining === null || hint.remaining < 0 || budget === undefined) return;
  const total = repo.totals(key);
  const { sinceTick } = spanOf(budget, moment);
  const counted =
    total.spent - repo.spentBefore(key, sinceTick) + repo.learnedSince(key, window, sinceTick) + total.held;
  const base = limit ?? budget.units;
  const missing = Math.min(base, base - hint.remaining) - counted;
  if (missing <= 0) return;
  note(`The service says ${hint.remaining} left, we counted ${Math.max(0, base - counted)}`, window, missing);
}

/** By an equal limit, else by how far its end is: a window that is new in 50 minutes is longer than a minute. */
function guessWindow(hint: RateHint, budgets: readonly Budget[]): WindowName | undefined {
  const same = budgets.filter(({ units }) => units === hint.limit);
  if (same.length === 1) return same[0]?.window;
  if (hint.resetMs !== null && hint.resetMs > 0) {
    const { resetMs } = hint;
    return WINDOW_NAMES.find((name) => resetMs <= Math.max(SLIDING_MS[name], LONGEST_MS[name]));
  }
  return budgets.length === 1 ? budgets[0]?.window : undefined;
}

function durationText(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.ceil(seconds / 60)} min`;
  return `${Math.ceil(seconds / 3_600)} h`;
}
