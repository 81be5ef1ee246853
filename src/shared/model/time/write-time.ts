import type { GivenTime } from './parse-time.ts';
import type { TimePrecision } from './precision.ts';
import { offsetAt, offsetText } from './zones.ts';

const LENGTHS: Readonly<Record<TimePrecision, number>> = {
  year: 4,
  month: 7,
  day: 10,
  hour: 13,
  minute: 16,
  second: 19,
  millisecond: 23,
};

/** The clock on the wall in a zone: `2026-11-20 14:03`, as exactly as it is known. An unknown zone is written as UTC. */
export function wallText(at: number, zone: string, precision: TimePrecision): string {
  const wall = new Date(at + (offsetAt(zone, at) ?? 0)).toISOString();
  const text = wall.slice(0, LENGTHS[precision]).replace('T', ' ');
  return precision === 'hour' ? `${text}:00` : text;
}

/** `+01:00`, or `Z` in UTC. */
export const zoneSuffix = (at: number, zone: string): string =>
  zone === 'UTC' ? 'Z' : offsetText(offsetAt(zone, at) ?? 0);

/** RFC 3339 with the zone's offset then; of a coarse time only what is known. */
export function rfc3339(at: number, zone: string, precision: TimePrecision): string {
  const text = wallText(at, zone, precision);
  return precision === 'year' || precision === 'month' || precision === 'day'
    ? text
    : `${text.replace(' ', 'T')}${precision === 'hour' || precision === 'minute' ? ':00' : ''}${zoneSuffix(at, zone)}`;
}

/** A text that `parseTime` reads as this time again. */
export function editableTime(time: Pick<GivenTime, 'at' | 'endAt' | 'zone' | 'precision'>): string {
  const { zone, precision } = time;
  const one = (at: number): string => {
    const text = wallText(at, zone, precision);
    // Two such times in one night are told apart by the offset.
    return text.length > 10 ? `${text} ${zone.includes('/') ? zoneSuffix(at, zone) : zone}` : text;
  };
  return time.endAt === null ? one(time.at) : `${one(time.at)} .. ${one(time.endAt)}`;
}
