import { EVERYTHING, type QueueRule } from './queue-rules.repo.ts';

/** Why a service takes no more jobs at this moment. `until` is UTC milliseconds; null where only the user knows. */
export interface Closed {
  kind: 'pause' | 'time' | 'slot';
  detail: string;
  until: number | null;
}

/**
 * Places for what waits for a service far away. They are beside those for work on this computer, so that a service that
 * hangs never holds up local analysis; and one service gets at most all but one, so that it does not hold up the others.
 */
const REMOTE_AT_ONCE = 4;
const ONE_SERVICE_AT_ONCE = REMOTE_AT_ONCE - 1;

/** How many jobs of a service run at once where the user set nothing. */
export const usualAtOnce = (service: string, width: number): number => (service === '' ? width : ONE_SERVICE_AT_ONCE);

/** Rules that do not depend on what runs: paused, or outside the hours. */
export function closedByRule(
  service: string,
  rules: ReadonlyMap<string, QueueRule>,
  now: number,
  zone: string,
): Closed | undefined {
  const everything = rules.get(EVERYTHING);
  const own = rules.get(service);
  if (everything !== undefined && everything.pausedAt !== null) {
    return { kind: 'pause', detail: 'The queue is paused.', until: null };
  }
  if (own !== undefined && own.pausedAt !== null) {
    return { kind: 'pause', detail: `${nameOf(service)} is paused.`, until: null };
  }
  for (const rule of [everything, own]) {
    if (rule === undefined || rule.openFrom === null || rule.openTo === null) continue;
    const minute = minuteOfDay(now, zone);
    if (isWithin(minute, rule.openFrom, rule.openTo)) continue;
    const wait = (rule.openFrom - minute + 1_440) % 1_440;
    return {
      kind: 'time',
      detail: `${rule === own ? nameOf(service) : 'The queue'} runs from ${clockText(rule.openFrom)} to ${clockText(rule.openTo)}.`,
      // Seconds of this minute are left out; the clock may also be put forward. It is looked at again then.
      until: now - (now % 60_000) + wait * 60_000,
    };
  }
  return undefined;
}

/**
 * Which services may start one more job, given what runs. `width` is how many jobs on this computer run at once where
 * the user set nothing.
 */
export function openings(
  rules: ReadonlyMap<string, QueueRule>,
  running: Iterable<{ service: string }>,
  width: number,
  now: number,
  zone: string,
): { take(service: string): void; closed(service: string): Closed | undefined } {
  const counts = new Map<string, number>();
  let total = 0;
  const count = (service: string): number => counts.get(service) ?? 0;
  const take = (service: string): void => {
    counts.set(service, count(service) + 1);
    total += 1;
  };
  for (const { service } of running) take(service);
  const most = rules.get(EVERYTHING)?.atOnce ?? undefined;
  const localMost = rules.get('')?.atOnce ?? width;
  const isFull = (): boolean => most !== undefined && total >= most;
  const byRule = new Map<string, Closed | undefined>();
  const full = (detail: string): Closed => ({ kind: 'slot', detail, until: null });

  return {
    take,
    closed(service) {
      if (!byRule.has(service)) byRule.set(service, closedByRule(service, rules, now, zone));
      const rule = byRule.get(service);
      if (rule !== undefined) return rule;
      if (isFull()) return full(`${most} run at once.`);
      if (service === '') return count('') < localMost ? undefined : full(`${localMost} run at once on this computer.`);
      const own = rules.get(service)?.atOnce ?? undefined;
      const limit = own ?? ONE_SERVICE_AT_ONCE;
      if (count(service) >= limit) return full(`${service} gets ${limit} at once.`);
      // A number that the user set is kept whatever the other services do.
      if (own === undefined && total - count('') >= REMOTE_AT_ONCE)
        return full(`${REMOTE_AT_ONCE} ask services at once.`);
      return undefined;
    },
  };
}

const nameOf = (service: string): string => (service === '' ? 'This computer' : service);
const clockText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

const isWithin = (minute: number, from: number, to: number): boolean =>
  from === to ? true : from < to ? minute >= from && minute < to : minute >= from || minute < to;

const formats = new Map<string, Intl.DateTimeFormat>();

function minuteOfDay(at: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone });
    formats.set(zone, format);
  }
  const [hour = '0', minute = '0'] = format.format(at).split(':');
  return Number(hour) * 60 + Number(minute);
}
