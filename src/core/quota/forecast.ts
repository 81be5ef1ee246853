import { calendarPeriod, type WindowName } from './windows.ts';

/** One limit as the forecast starts from it. All times are UTC milliseconds. */
export interface ForecastWindow {
  window: WindowName;
  units: number;
  /** For a calendar window: when it is new, and its zone. */
  calendar: { newAt: number; zone: string } | null;
  /** For a sliding one: its length. */
  lengthMs: number;
  /** What counts now; of a sliding window with the times, the oldest first. */
  used: readonly { at: number; units: number }[];
}

export interface Course {
  /** How many go through at once. */
  now: number;
  /** When the last one is through; null when that is never, or beyond the horizon. */
  doneAt: number | null;
  isNever: boolean;
}

/** Beyond two years nobody plans, and no forecast takes longer than a moment. */
const HORIZON_MS = 2 * 366 * 86_400_000;
const MAX_STEPS = 200_000;

interface Gauge {
  limit: ForecastWindow;
  used: number;
  newAt: number;
  log: { at: number; units: number }[];
  /** Entries of `log` before this have left the window. */
  oldest: number;
}

/**
 * Walks through the time to come: as many calls as all windows allow, then on to the moment that allows more. Calls take
 * no time of their own, so this is the earliest end that the budgets permit.
 */
export function forecastCourse(
  calls: number,
  windows: readonly ForecastWindow[],
  now: number,
  blockedUntil: number,
): Course {
  if (windows.some(({ units }) => units === 0) && calls > 0) return { now: 0, doneAt: null, isNever: true };
  if (calls === 0) return { now: 0, doneAt: now, isNever: false };
  const gauges = windows.map(
    (limit): Gauge => ({
      limit,
      used: limit.used.reduce((sum, { units }) => sum + units, 0),
      newAt: limit.calendar?.newAt ?? 0,
      log: [...limit.used],
      oldest: 0,
    }),
  );
  let at = Math.max(now, blockedUntil);
  let rest = calls;
  let atOnce = 0;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    for (const gauge of gauges) advance(gauge, at);
    const free = gauges.reduce((least, gauge) => Math.min(least, gauge.limit.units - gauge.used), rest);
    if (free > 0) {
      rest -= free;
      if (at === now) atOnce = free;
      for (const gauge of gauges) {
        gauge.used += free;
        if (gauge.limit.calendar === null) gauge.log.push({ at, units: free });
      }
      if (rest === 0) return { now: atOnce, doneAt: at, isNever: false };
    }
    at = gauges.reduce((latest, gauge) => Math.max(latest, freeAt(gauge, at)), at + 1);
    if (at - now > HORIZON_MS) break;
  }
  return { now: atOnce, doneAt: null, isNever: false };
}

function advance(gauge: Gauge, at: number): void {
  const { calendar, window, lengthMs } = gauge.limit;
  if (calendar !== null) {
    if (at < gauge.newAt) return;
    gauge.used = 0;
    gauge.newAt = calendarPeriod(window, calendar.zone, at).end;
    return;
  }
  for (
    let first = gauge.log[gauge.oldest];
    first !== undefined && first.at + lengthMs < at;
    first = gauge.log[gauge.oldest]
  ) {
    gauge.used -= first.units;
    gauge.oldest += 1;
  }
}

/** The next moment at which this window, if it is full, has room for one. */
function freeAt(gauge: Gauge, at: number): number {
  const { calendar, units, lengthMs } = gauge.limit;
  if (gauge.used < units) return at;
  if (calendar !== null) return gauge.newAt;
  let over = gauge.used - units;
  for (let i = gauge.oldest; i < gauge.log.length; i += 1) {
    const entry = gauge.log[i];
    if (entry === undefined) break;
    over -= entry.units;
    if (over < 0) return entry.at + lengthMs + 1;
  }
  return at + lengthMs + 1;
}
