import type { Clock } from '../../ui/format.ts';

/** When the day of `now` ends by the clock that the window shows, in UTC milliseconds. */
export function endOfDay(now: number, clock: Clock): number {
  const date = new Date(now);
  if (clock === 'utc') return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
}
