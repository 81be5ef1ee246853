import type { Interval } from '../../shared/contract/dashboards.ts';

/**
 * Counters are kept for each day (UTC), and added up for its week and for all time: longer intervals are few weeks. One
 * number names a bucket: its level in millions, and which one it is. Migration 0017 computes the same in SQL.
 */
export const DAY_MS = 86_400_000;

const LEVEL = 1_000_000;
const ALL = 0;
const WEEKS = LEVEL;
export const DAYS = 2 * LEVEL;

export const dayOf = (at: number): number => Math.floor(at / DAY_MS);
/** Weeks begin on Monday, and 1 January 1970 was a Thursday. */
const weekOf = (day: number): number => Math.floor((day + 3) / 7);
const firstDayOfWeek = (week: number): number => week * 7 - 3;
const monthOf = (day: number): number => {
  const date = new Date(day * DAY_MS);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
};
const firstDayOfMonth = (month: number): number => dayOf(Date.UTC(Math.floor(month / 12), month % 12, 1));

/** The buckets that a moment belongs to. */
export function bucketsOf(at: number): readonly [number, number, number] {
  const day = dayOf(at);
  return [ALL, WEEKS + weekOf(day), DAYS + day];
}

/** One bucket, and the group of the chart that it is counted in (UTC milliseconds; 0 where there is no interval). */
export interface Piece {
  bucket: number;
  group: number;
}

/** Days from `from` up to and without `to`, as few buckets as will do. */
function cover(from: number, to: number, group: number, into: Piece[]): void {
  let day = from;
  while (day < to) {
    const week = weekOf(day);
    const afterWeek = firstDayOfWeek(week + 1);
    if (firstDayOfWeek(week) === day && afterWeek <= to) {
      into.push({ bucket: WEEKS + week, group });
      day = afterWeek;
      continue;
    }
    into.push({ bucket: DAYS + day, group });
    day += 1;
  }
}

/** The first moment of the group that a moment is in. */
export function groupStart(at: number, interval: Interval): number {
  const day = dayOf(at);
  switch (interval) {
    case 'day':
      return day * DAY_MS;
    case 'week':
      return firstDayOfWeek(weekOf(day)) * DAY_MS;
    case 'month':
      return firstDayOfMonth(monthOf(day)) * DAY_MS;
    case 'year':
      return Date.UTC(new Date(at).getUTCFullYear(), 0, 1);
  }
}

const nextGroup = (start: number, interval: Interval): number => {
  switch (interval) {
    case 'day':
      return start + DAY_MS;
    case 'week':
      return start + 7 * DAY_MS;
    case 'month':
      return firstDayOfMonth(monthOf(dayOf(start)) + 1) * DAY_MS;
    case 'year':
      return Date.UTC(new Date(start).getUTCFullYear() + 1, 0, 1);
  }
};

/** Starts of all groups of a period, also of those where nothing was. */
export function groupStarts(from: number, to: number, interval: Interval): number[] {
  const starts: number[] = [];
  for (let at = groupStart(from, interval); at < to; at = nextGroup(at, interval)) starts.push(at);
  return starts;
}

/**
 * The buckets that make up a period of whole days (UTC milliseconds, without `to`), each with its group. A period
 * without bounds and interval is one bucket.
 */
export function piecesOf(period: { from: number; to: number } | undefined, interval: Interval | undefined): Piece[] {
  if (period === undefined) return [{ bucket: ALL, group: 0 }];
  const from = dayOf(period.from);
  const to = dayOf(period.to + DAY_MS - 1);
  const pieces: Piece[] = [];
  if (interval === undefined) cover(from, to, 0, pieces);
  else {
    for (const start of groupStarts(from * DAY_MS, to * DAY_MS, interval)) {
      const end = nextGroup(start, interval);
      cover(Math.max(from, dayOf(start)), Math.min(to, dayOf(end)), start, pieces);
    }
  }
  return pieces;
}
