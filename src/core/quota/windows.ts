import { AppError } from '../../shared/errors.ts';

export type WindowName = 'minute' | 'hour' | 'day' | 'month';

/** The shortest first; a budget's windows are shown and checked in this order. */
export const WINDOW_NAMES: readonly WindowName[] = ['minute', 'hour', 'day', 'month'];

/** From its first millisecond to the first of the next one, UTC milliseconds. */
export interface Period {
  start: number;
  end: number;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Length of a sliding window in milliseconds; a month is 30 days, as Cortex counts it. */
export const SLIDING_MS: Readonly<Record<WindowName, number>> = {
  minute: MINUTE,
  hour: HOUR,
  day: DAY,
  month: 30 * DAY,
};

/**
 * No calendar window of this name is longer, in any zone: days of 25 hours are common, 26 happened (Troll station), and a
 * month may have 31 days and one such.
 */
export const LONGEST_MS: Readonly<Record<WindowName, number>> = {
  minute: MINUTE,
  hour: HOUR,
  day: 27 * HOUR,
  month: 31 * DAY + 3 * HOUR,
};

const formats = new Map<string, Intl.DateTimeFormat>();
const MAX_ZONES = 1_000;

/** Throws `invalid_input` for a name that is no IANA zone. */
function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        calendar: 'iso8601',
        numberingSystem: 'latn',
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
    } catch {
      throw new AppError(
        'invalid_input',
        `“${zone.slice(0, 60)}” is not a time zone. Use a name such as Europe/Madrid or UTC.`,
      );
    }
    if (formats.size >= MAX_ZONES) formats.clear();
    formats.set(zone, format);
  }
  return format;
}

export const assertZone = (zone: string): void => void formatOf(zone);

/** The local clock of a zone, written as if it were UTC milliseconds; whole seconds. */
function localOf(zone: string, at: number): number {
  const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** Local minus UTC, in milliseconds. */
const offsetAt = (zone: string, at: number): number => localOf(zone, at) - Math.floor(at / 1_000) * 1_000;

/**
 * The first moment whose local date is this one or later: midnight, or where the clocks skip midnight what comes after.
 * Where they are set back over midnight and the date comes twice, the first time counts, so that no date starts twice.
 */
function startOfDate(zone: string, year: number, month: number, day: number): number {
  const midnight = Date.UTC(year, month, day);
  // No offset is beyond ±16 h, and no zone changes twice within three days.
  let before = midnight - 36 * HOUR;
  let after = midnight + 36 * HOUR;
  const early = offsetAt(zone, before);
  const late = offsetAt(zone, after);
  if (early === late) return midnight - early;
  while (after - before > 1_000) {
    const middle = Math.floor((before + after) / 2_000) * 1_000;
    if (offsetAt(zone, middle) === early) before = middle;
    else after = middle;
  }
  const change = after;
  const start = midnight - early;
  return start < change ? start : Math.max(change, midnight - late);
}

/** Remembers the last answer for each zone and window: thousands of jobs ask within one. */
const lastPeriods = new Map<string, Period>();

/**
 * The calendar window around a moment. Minutes and hours are those of UTC, which no zone's clock change can repeat or
 * tear; days and months are those of the zone.
 */
export function calendarPeriod(window: WindowName, zone: string, at: number): Period {
  if (window === 'minute' || window === 'hour') {
    const length = SLIDING_MS[window];
    const start = Math.floor(at / length) * length;
    return { start, end: start + length };
  }
  const key = `${window} ${zone}`;
  const last = lastPeriods.get(key);
  if (last !== undefined && at >= last.start && at < last.end) return last;
  const local = new Date(localOf(zone, at));
  const [year, month, date] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  const startOf = (step: number): number =>
    window === 'day' ? startOfDate(zone, year, month, date + step) : startOfDate(zone, year, month + step, 1);
  let [step, start, end] = [0, startOf(0), startOf(1)];
  // The date may come twice, or be one that the zone left out.
  while (at < start) [step, start, end] = [step - 1, startOf(step - 1), start];
  while (at >= end) [step, start, end] = [step + 1, end, startOf(step + 2)];
  const period = { start, end };
  if (lastPeriods.size >= MAX_ZONES) lastPeriods.clear();
  lastPeriods.set(key, period);
  return period;
}
