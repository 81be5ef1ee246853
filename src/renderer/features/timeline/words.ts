import type { EventSource, TimelineEvent } from '../../../shared/contract/timeline.ts';
import { offsetAt, offsetText } from '../../../shared/model/time/zones.ts';

export const SOURCE_WORDS: Readonly<Record<EventSource, string>> = {
  manual: 'By hand',
  note: 'Note',
  observable: 'Observable',
  report: 'Report',
  mail: 'Mail header',
  file: 'File time',
  evidence: 'Evidence',
};

/** Where an event's source is opened; null for one made by hand. */
export function sourcePath(event: Pick<TimelineEvent, 'source' | 'sourceId'>, caseNumber: number): string | null {
  const { source, sourceId } = event;
  if (sourceId === null) return null;
  switch (source) {
    case 'note':
      return `/cases/${caseNumber}/notes/${sourceId}`;
    case 'observable':
      return `/observables/${sourceId}`;
    case 'evidence':
      return `/cases/${caseNumber}/evidence`;
    case 'report':
    case 'mail':
    case 'file':
      return `/reports/${sourceId}`;
    case 'manual':
      return null;
  }
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const wall = (at: number, zone: string): Date => new Date(at + (offsetAt(zone, at) ?? 0));
const two = (n: number): string => String(n).padStart(2, '0');

/** Days since 1970 on the wall of a zone. */
export const dayNumber = (at: number, zone: string): number =>
  Math.floor((at + (offsetAt(zone, at) ?? 0)) / 86_400_000);

/** `Friday, 20 Nov 2026`. */
export function dayWords(day: number): string {
  const date = new Date(day * 86_400_000);
  return `${WEEKDAYS[date.getUTCDay()]}, ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]} ${date.getUTCFullYear()}`;
}

export function shortDay(at: number, zone: string): string {
  const date = wall(at, zone);
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
}

/** `14:03:11.120`, as exactly as it is known; of a coarse time what is known instead. */
export function clockWords(event: Pick<TimelineEvent, 'at' | 'precision'>, zone: string): string {
  const date = wall(event.at, zone);
  const minute = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  switch (event.precision) {
    case 'year':
      return `in ${date.getUTCFullYear()}`;
    case 'month':
      return `in ${MONTHS[date.getUTCMonth()]}`;
    case 'day':
      return 'that day';
    case 'hour':
      return `~${two(date.getUTCHours())} h`;
    case 'minute':
      return minute;
    case 'second':
      return `${minute}:${two(date.getUTCSeconds())}`;
    case 'millisecond':
      return `${minute}:${two(date.getUTCSeconds())}.${String(date.getUTCMilliseconds()).padStart(3, '0')}`;
  }
}

/** `20 Nov, 14:03`. */
export function momentWords(at: number, zone: string): string {
  const date = wall(at, zone);
  return `${shortDay(at, zone)}, ${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
}

/** `Europe/Madrid, +01:00`; the offset of that instant, which summer changes. */
export const zoneWords = (zone: string, at: number): string =>
  zone === 'UTC' ? 'UTC' : zone.includes('/') ? `${zone}, ${offsetText(offsetAt(zone, at) ?? 0)}` : zone;

/** `12 min`, `3 h 5 min`, `12 days`. */
export function spanWords(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 1) return `${Math.round(ms / 1_000)} s`;
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} days`;
}
