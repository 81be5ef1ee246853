import { readNumber } from './numeric-time.ts';
import { coarser, type TimePrecision } from './precision.ts';
import { readWall, type WallTime, wallMs } from './wall-time.ts';
import { zoneMeanings } from './zone-names.ts';
import { instantsOf, isZone, offsetAt, offsetText } from './zones.ts';

/** A time as it is kept: an instant (or two) with what is known of how it was written. */
export interface GivenTime {
  /** UTC milliseconds; of a coarse time its beginning. */
  at: number;
  /** End of a range; null for one point. */
  endAt: number | null;
  /** `UTC`, an offset (`+02:00`) or an IANA name. */
  zone: string;
  precision: TimePrecision;
  /** The form it was read as: `RFC 3339`, `Unix time in seconds` … */
  form: string;
  /** What the reader ought to know: a cut, a weekday that does not fit. */
  notes: string[];
}

interface Choice {
  label: string;
  time: GivenTime;
}

export type TimeReading =
  | { state: 'known'; time: GivenTime }
  /** More than one reading: whoever wrote it decides, nobody guesses. */
  | { state: 'ask'; question: string; choices: Choice[] }
  | { state: 'bad'; reason: string };

export interface TimeOptions {
  /** Where the wall stands when the text does not say; without it that is asked. */
  zone?: string | undefined;
  /** UTC milliseconds, for `now` and to offer years for a time without one. */
  now?: number | undefined;
}

const MAX_TEXT = 200;
const LATEST = Date.UTC(10_000, 0, 1) - 1;
const MAX_CHOICES = 8;

const bad = (reason: string): TimeReading => ({ state: 'bad', reason });

/**
 * Reads a time as people and machines write it: RFC 3339 and ISO 8601 (also cut short), RFC 5322, Unix time, FILETIME,
 * asctime, syslog, web server logs, and ranges of them. What can be read in two ways is asked.
 */
export function parseTime(text: string, options: TimeOptions = {}): TimeReading {
  const plain = tidy(text);
  if (plain === '') return bad('Write a time, such as 2026-11-20 14:03 UTC.');
  if (text.length > MAX_TEXT) return bad('That is too long for a time.');
  const single = parseSingle(plain, options);
  if (single.state !== 'bad') return single;
  return parseRange(plain, options) ?? single;
}

/** Comments of RFC 5322, brackets of logs, the zone in brackets of RFC 9557. */
function tidy(text: string): string {
  return text
    .slice(0, MAX_TEXT)
    .replace(/\s*\([^()]{0,60}\)\s*$/, '')
    .replace(/[\u2009\u202f\u00a0\s]+/g, ' ')
    .trim()
    .replace(/^\[([^[\]]*)\]$/, '$1')
    .trim();
}

function parseSingle(plain: string, options: TimeOptions): TimeReading {
  if (/^now$/i.test(plain) && options.now !== undefined) {
    return known({
      at: options.now,
      endAt: null,
      zone: options.zone ?? 'UTC',
      precision: 'second',
      form: 'now',
      notes: [],
    });
  }
  const numbers = readNumber(plain).map((found) => ({
    label: `${found.form}: ${iso(found.at)}`,
    time: { ...found, endAt: null, zone: 'UTC' },
  }));
  const bracket = /^(.{10,80}?)\s?\[([A-Za-z0-9_+/-]{1,60})\]$/.exec(plain);
  const read = readWall(bracket?.[1] ?? plain);
  if (read === undefined || 'wrong' in read) {
    if (numbers.length > 0) return chosen(numbers, 'That number can be read in more than one way.');
    return bad(read?.wrong ?? 'Osmia does not read this as a time. Try 2026-11-20 14:03 UTC.');
  }
  const withYears = read.walls.flatMap((wall) => (wall.year === 0 ? yearsFor(wall, options.now) : [wall]));
  if (withYears.length === 0) return bad('It says no year.');
  const hasYear = read.walls.every((wall) => wall.year !== 0);
  const [first] = withYears;
  const region = bracket?.[2];
  const readings = withYears.map((wall) =>
    region === undefined ? placed(wall, options) : inRegion(wall, region, options),
  );
  const failed = readings.find((each) => 'wrong' in each);
  if (failed && 'wrong' in failed) return numbers.length > 0 ? chosen(numbers, '') : bad(failed.wrong);
  const choices = [...numbers, ...readings.flatMap((each) => ('wrong' in each ? [] : each.choices))];
  const questions = new Set(
    readings.flatMap((each) => ('wrong' in each || each.question === '' ? [] : [each.question])),
  );
  if (numbers.length > 0) questions.add('It can be a date or a number of seconds.');
  if (!hasYear) questions.add('It says no year. Which one?');
  else if (first && withYears.length > 1) questions.add('Which number is the month?');
  const isOpen = !hasYear || readings.some((each) => !('wrong' in each) && each.isOpen);
  return chosen(choices, [...questions].join(' '), isOpen);
}

const known = (time: GivenTime): TimeReading =>
  time.at < 0 || time.at > LATEST || (time.endAt ?? 0) > LATEST
    ? bad('Osmia keeps times from 1970 to 9999.')
    : { state: 'known', time };

/** `isOpen`: something was not said, so that even a single proposal is for the writer to confirm. */
function chosen(choices: Choice[], question: string, isOpen = false): TimeReading {
  const distinct = choices.filter(
    (each, index) =>
      each.time.at >= 0 &&
      choices.findIndex(({ time }) => time.at === each.time.at && time.zone === each.time.zone) === index,
  );
  const [only] = distinct;
  if (only === undefined) return bad('Osmia keeps times from 1970 to 9999.');
  if (distinct.length === 1 && !isOpen) return known(only.time);
  return { state: 'ask', question, choices: distinct.slice(0, MAX_CHOICES) };
}

/** Syslog says no year: the two that it can be, the nearer one first. */
function yearsFor(wall: WallTime, now: number | undefined): WallTime[] {
  if (now === undefined) return [];
  const year = new Date(now).getUTCFullYear();
  return [year, year - 1]
    .map((each) => ({ ...wall, year: each }))
    .filter((each) => new Date(wallMs(each)).getUTCDate() === each.day || each.hour === 24);
}

type Placed = { choices: Choice[]; question: string; isOpen?: boolean } | { wrong: string };

/** RFC 9557: an offset says which instant, the name in brackets where. */
function inRegion(wall: WallTime, region: string, options: TimeOptions): Placed {
  const offset = offsetAt(wall.zone, 0);
  if (offset === undefined || !/^(?:z|[+-]\d)/i.test(wall.zone)) return placed({ ...wall, zone: region }, options);
  const at = wallMs(wall) - offset;
  const there = offsetAt(region, at);
  if (there === undefined) return { wrong: `“${region.slice(0, 40)}” is no zone that Osmia knows.` };
  const byOffset = { label: `${wall.zone}: ${iso(at)}`, time: timeOf(wall, at, region, []) };
  if (there === offset || wall.zone.toUpperCase() === 'Z') return { choices: [byOffset], question: '' };
  const byRegion = placed({ ...wall, zone: region }, options);
  return {
    choices: [byOffset, ...('wrong' in byRegion ? [] : byRegion.choices)],
    question: `${region} was at ${offsetText(there)} then, not at ${wall.zone}.`,
  };
}

/** Where the wall stands, and what its clock does there. */
function placed(wall: WallTime, options: TimeOptions): Placed {
  const ms = wallMs(wall);
  const isUnsaid = wall.zone === '';
  // What is known to a day or less is the same everywhere, for our purposes: it begins at midnight of some zone.
  const given = options.zone ?? (isUnsaid && isCoarse(wall.precision) ? 'UTC' : undefined);
  if (isUnsaid && given === undefined) {
    const local = wallText(wall);
    return {
      question: 'It says no zone. Where was that clock?',
      isOpen: true,
      choices: [{ label: `${local} UTC`, time: timeOf(wall, ms, 'UTC', []) }, ...localChoice(wall, ms)],
    };
  }
  const meanings = isUnsaid
    ? [{ zone: given ?? 'UTC', label: given ?? 'UTC' }]
    : isZone(wall.zone) && wall.zone.includes('/')
      ? [{ zone: wall.zone, label: wall.zone }]
      : zoneMeanings(wall.zone, ms, wall.isMail);
  if (meanings.length === 0)
    return { wrong: `“${wall.zone.slice(0, 40)}” is no zone that Osmia knows. Write the offset, such as +01:00.` };
  const questions = new Set<string>();
  if (meanings.length > 1) questions.add(`What does ${wall.zone.toUpperCase()} mean here?`);
  const choices = meanings.flatMap((meaning) => {
    const instants = instantsOf(ms, meaning.zone);
    if (instants === undefined) return [];
    const notes = 'note' in meaning && meaning.note !== undefined ? [meaning.note] : [];
    const label = (at: number): string => `${meaning.label}: ${iso(at)}`;
    if (instants.kind === 'one')
      return [{ label: label(instants.at), time: timeOf(wall, instants.at, meaning.zone, notes) }];
    if (instants.kind === 'two') {
      questions.add(`In ${meaning.zone} the clock was put back that night: this time was there twice.`);
      return [instants.first, instants.second].map((at, index) => ({
        label: `the ${index === 0 ? 'first' : 'second'} time, at ${offsetText(offsetAt(meaning.zone, at) ?? 0)}: ${iso(at)}`,
        time: timeOf(wall, at, meaning.zone, [
          ...notes,
          `The ${index === 0 ? 'first' : 'second'} of two such times that night.`,
        ]),
      }));
    }
    questions.add(`In ${meaning.zone} the clock was put forward that night: this time was never there.`);
    return [instants.early, instants.late].map((at) => ({
      label: `${offsetText(ms - at)} still or already in use: ${iso(at)}`,
      time: timeOf(wall, at, meaning.zone, [...notes, 'Written as a time that the clock skipped that night.']),
    }));
  });
  if (choices.length === 0) return { wrong: `“${(given ?? wall.zone).slice(0, 40)}” is no zone that Osmia knows.` };
  return { choices, question: [...questions].join(' ') };
}

const isCoarse = (precision: TimePrecision): boolean => ['year', 'month'].includes(precision);

/** Also offers the zone of this machine, where it is another one. */
function localChoice(wall: WallTime, ms: number): Choice[] {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const instants = zone === 'UTC' ? undefined : instantsOf(ms, zone);
  return instants?.kind === 'one'
    ? [{ label: `${wallText(wall)} ${zone}: ${iso(instants.at)}`, time: timeOf(wall, instants.at, zone, []) }]
    : [];
}

function timeOf(wall: WallTime, at: number, zone: string, notes: string[]): GivenTime {
  const { precision, form } = wall;
  return { at, endAt: null, zone, precision, form, notes: [...wall.notes, ...notes] };
}

const iso = (at: number): string => new Date(at).toISOString().replace('.000Z', 'Z');
const wallText = (wall: WallTime): string => new Date(wallMs(wall)).toISOString().slice(0, 19).replace('T', ' ');

/** Between two times; tried in this order. ISO 8601 writes a slash. */
const BETWEEN = [' .. ', '..', ' … ', ' until ', ' to ', ' – ', ' — ', '–', ' - ', '/'];
const CLOCK_ONLY = /^(\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)\s*(.{0,40})$/;
const ZONE_AT_END =
  /:\d{2}(?:[.,]\d{1,9})?\s*(Z|[+-]\d{2}:?\d{2}|[A-Za-z]{1,12}\/[A-Za-z0-9_+/-]{1,40}|[A-Z]{2,5}|UTC[+-]\d{1,2})$/;

function parseRange(plain: string, options: TimeOptions): TimeReading | undefined {
  for (const sign of BETWEEN) {
    const at = plain.indexOf(sign);
    if (at <= 0 || plain.indexOf(sign, at + sign.length) >= 0) continue;
    const from = plain.slice(0, at).trim();
    let to = plain.slice(at + sign.length).trim();
    const clock = CLOCK_ONLY.exec(to);
    const day = /^(.*?)\d{1,2}:\d{2}/.exec(from)?.[1];
    if (clock && day) to = `${day}${clock[1]} ${clock[2]}`.trim();
    // A zone that stands behind the end holds for both.
    const zone = ZONE_AT_END.exec(to)?.[1];
    const start = parseSingle(
      zone !== undefined && !ZONE_AT_END.test(from) && /:\d{2}(?:[.,]\d{1,9})?$/.test(from) ? `${from} ${zone}` : from,
      options,
    );
    const end = parseSingle(to, options);
    if (start.state === 'bad' || end.state === 'bad') continue;
    return joined(start, end);
  }
  return undefined;
}

function joined(start: TimeReading, end: TimeReading): TimeReading {
  const starts =
    start.state === 'ask' ? start.choices : start.state === 'known' ? [{ label: '', time: start.time }] : [];
  const ends = end.state === 'ask' ? end.choices : end.state === 'known' ? [{ label: '', time: end.time }] : [];
  const pairs = starts.flatMap((from) =>
    ends
      // An open question about a zone is answered for both ends alike.
      .filter((to) => starts.length === 1 || ends.length === 1 || from.time.zone === to.time.zone)
      .filter((to) => lastOf(to.time) >= from.time.at)
      .map((to) => ({
        label: `${iso(from.time.at)} to ${iso(lastOf(to.time))}`,
        time: {
          ...from.time,
          endAt: lastOf(to.time),
          precision: coarser(from.time.precision, to.time.precision),
          notes: [...new Set([...from.time.notes, ...to.time.notes])],
        },
      })),
  );
  const [only] = pairs;
  if (only === undefined) return bad('The end lies before the beginning.');
  if (pairs.length === 1) return known(only.time);
  const question = [start, end].flatMap((each) => (each.state === 'ask' ? [each.question] : []));
  return { state: 'ask', question: [...new Set(question)].join(' '), choices: pairs.slice(0, MAX_CHOICES) };
}

/** The last millisecond of what a coarse time covers: a range to a day includes it. */
export function lastOf(time: Pick<GivenTime, 'at' | 'zone' | 'precision'>): number {
  if (!['year', 'month', 'day'].includes(time.precision)) return time.at;
  const wall = new Date(time.at + (offsetAt(time.zone, time.at) ?? 0));
  const [year, month, day] = [wall.getUTCFullYear(), wall.getUTCMonth(), wall.getUTCDate()];
  const next =
    time.precision === 'year'
      ? Date.UTC(year + 1, 0, 1)
      : time.precision === 'month'
        ? Date.UTC(year, month + 1, 1)
        : Date.UTC(year, month, day + 1);
  const instants = instantsOf(next, time.zone);
  const at =
    instants === undefined
      ? next
      : instants.kind === 'one'
        ? instants.at
        : instants.kind === 'two'
          ? instants.first
          : instants.late;
  return at - 1;
}
