import type { EventSource } from '../../shared/contract/timeline.ts';
import type { EventKind } from '../../shared/model/event-kind.ts';
import { parseTime, type TimeOptions, type TimeReading } from '../../shared/model/time/parse-time.ts';

/** A time that stands in a report. */
export interface ReportTime {
  source: EventSource;
  /** Where: `date`, `received.2`, `pe.timestamp`. */
  ref: string;
  given: string;
  reading: Exclude<TimeReading, { state: 'bad' }>;
  title: string;
  kind: EventKind;
  notes: string[];
}

type Values = Record<string, unknown>;

/** Names of fields that hold a time, whatever the analyzer. */
const TIME_NAME =
  /(?:^|[_\-. ])(?:date|time|timestamp|datetime|created|modified|updated|compiled|registered|expires|expiry|expiration|issued|seen|submitted|submission|first_?seen|last_?seen)(?:$|[_\-. ])|(?:Date|Time|Timestamp|Seen|Created|Modified|At|On)$|^(?:date|time|timestamp)[A-Z]/;
/** Of those, what is no time that something happened at. */
const NO_TIME = /(?:zone|delay|duration|elapsed|timeout|runtime|age|interval|time_?ms|seconds)$/i;

const MAX_NODES = 20_000;
const MAX_DEPTH = 10;
const MAX_FOUND = 60;
const MAX_HOPS = 60;

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * Times of a report: a mail's own headers and a program's link time by name, of other reports every field that is called a
 * time and reads as one. The report is hostile text: bounded in nodes, depth and finds.
 */
export function reportTimes(
  full: unknown,
  about: { label: string; flavor: string },
  options: TimeOptions,
): ReportTime[] {
  if (!isObject(full)) return [];
  if (Array.isArray(full['received']) && Array.isArray(full['headers'])) return mailTimes(full, options);
  const program = programTimes(full, about.label, options);
  return program.length > 0 ? program : namedTimes(full, about, options);
}

function read(given: string, options: TimeOptions): ReportTime['reading'] | undefined {
  const reading = parseTime(given, options);
  return reading.state === 'bad' ? undefined : reading;
}

/** Date, then the hops from the sender on, each with how far its clock is from the one before. */
function mailTimes(full: Values, options: TimeOptions): ReportTime[] {
  const headers = (full['headers'] as unknown[]).filter(isObject);
  const valuesOf = (name: string): string[] =>
    headers.filter((header) => textOf(header['name']).toLowerCase() === name).map((header) => textOf(header['value']));
  const subject = textOf(full['subject']).slice(0, 150);
  const found: ReportTime[] = [];
  const date = valuesOf('date')[0]?.trim().slice(0, 200);
  const sent = date === undefined ? undefined : read(date, options);
  if (date !== undefined && sent)
    found.push({
      source: 'mail',
      ref: 'Date',
      given: date,
      reading: sent,
      title: `Mail sent${subject === '' ? '' : `: ${subject}`}`,
      kind: 'delivery',
      notes: ['As the sender’s program wrote it; nothing proves it.'],
    });
  const hops = full['received'] as unknown[];
  let before: number | undefined;
  valuesOf('received')
    .reverse()
    .slice(0, MAX_HOPS)
    .forEach((value, index) => {
      const given = value
        .slice(value.lastIndexOf(';') + 1)
        .trim()
        .slice(0, 200);
      const reading = read(given, options);
      if (!reading) return;
      const hop = isObject(hops[index]) ? hops[index] : {};
      const by = textOf(hop['by']).slice(0, 120);
      const at = reading.state === 'known' ? reading.time.at : undefined;
      const notes = at === undefined || before === undefined ? [] : [delayWords(at - before)];
      before = at ?? before;
      found.push({
        source: 'mail',
        ref: `Received ${index + 1}`,
        given,
        reading,
        title: `Mail received${by === '' ? '' : ` by ${by}`}${subject === '' ? '' : `: ${subject}`}`.slice(0, 300),
        kind: 'delivery',
        notes,
      });
    });
  return found;
}

function delayWords(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1_000);
  const words =
    seconds < 120
      ? `${seconds} s`
      : seconds < 7_200
        ? `${Math.round(seconds / 60)} min`
        : `${(seconds / 3_600).toFixed(1)} h`;
  return ms < 0
    ? `${words} before the hop before it: a wrong clock or a forged header.`
    : `${words} after the hop before it.`;
}

function programTimes(full: Values, label: string, options: TimeOptions): ReportTime[] {
  const pe = full['pe'];
  const given = isObject(pe) ? textOf(pe['timestamp']).slice(0, 60) : '';
  const reading = given === '' ? undefined : read(given, options);
  return reading
    ? [
        {
          source: 'file',
          ref: 'pe.timestamp',
          given,
          reading,
          title: `Program linked: ${label.slice(0, 200)}`,
          kind: 'other',
          notes: ['As the linker wrote it; some write a hash of the build there instead.'],
        },
      ]
    : [];
}

function namedTimes(full: Values, about: { label: string; flavor: string }, options: TimeOptions): ReportTime[] {
  const found: ReportTime[] = [];
  const work: { value: unknown; path: string; depth: number }[] = [{ value: full, path: '', depth: 0 }];
  for (let seen = 0; work.length > 0 && seen < MAX_NODES && found.length < MAX_FOUND; seen += 1) {
    const { value, path, depth } = work.shift() as (typeof work)[number];
    if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) continue;
    const entries: [string, unknown][] = Array.isArray(value)
      ? value.slice(0, 200).map((each, index) => [String(index + 1), each])
      : Object.entries(value).slice(0, 500);
    for (const [name, each] of entries) {
      const ref = path === '' ? name.slice(0, 60) : `${path}.${name.slice(0, 60)}`;
      if (typeof each === 'object') work.push({ value: each, path: ref.slice(0, 200), depth: depth + 1 });
      else if (TIME_NAME.test(name.slice(0, 80)) && !NO_TIME.test(name.slice(0, 80))) {
        const given = typeof each === 'number' ? String(each) : textOf(each);
        if (given.length < 8 || given.length > 80) continue;
        const reading = read(given, options);
        if (!reading || found.length >= MAX_FOUND) continue;
        found.push({
          source: 'report',
          ref: ref.slice(0, 200),
          given,
          reading,
          title: `${about.flavor.slice(0, 80)}, ${ref.slice(0, 120)}: ${about.label.slice(0, 150)}`,
          kind: 'other',
          notes: [],
        });
      }
    }
  }
  return found;
}
