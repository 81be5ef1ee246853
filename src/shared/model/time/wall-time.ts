import type { TimePrecision } from './precision.ts';

/** What a calendar and a clock on the wall show, before it is known where the wall stands. */
export interface WallTime {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  ms: number;
  precision: TimePrecision;
  /** As written; empty where the text names none. */
  zone: string;
  form: string;
  /** The standard of mail, where names of zones have one meaning. */
  isMail: boolean;
  notes: string[];
}

type Groups = Readonly<Record<string, string | undefined>>;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const CLOCK = String.raw`(?<h>\d{1,2}):(?<mi>\d{2})(?::(?<s>\d{2})(?:[.,](?<f>\d{1,12}))?)?(?:\s?(?<ap>[ap])\.?m\.?)?`;
const ZONE = String.raw`(?:\s*(?<z>z|[+-]\d{2}:?\d{2}|(?:utc|gmt)\s?[+-]\d{1,2}(?::?\d{2})?|[a-z]{1,12}(?:\/[a-z0-9_+-]{1,30}){1,2}|[a-z]{2,5}|[+-]\d{1,2}))?`;
const WEEKDAY = String.raw`(?:(?<wd>sun|mon|tue|wed|thu|fri|sat)[a-z]{0,6},?\s+)?`;
const MONTH = String.raw`(?<mon>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}`;

const rule = (source: string): RegExp => new RegExp(`^${source}$`, 'i');

/** RFC 3339, the profile of ISO 8601, also with a space for T, cut short, or with slashes between year, month and day. */
const ISO = rule(
  String.raw`(?<y>\d{4})(?:(?<sep>[-/.])(?<mo>\d{2})(?:\k<sep>(?<d>\d{2})(?:(?:\s*t\s*|\s+|_)(?:${CLOCK}${ZONE}|(?<hh>\d{2})h?(?<hz>z)?))?)?)?`,
);
/** ISO 8601 basic form. */
const BASIC = rule(
  String.raw`(?<y>\d{4})(?<mo>\d{2})(?<d>\d{2})(?:t?(?<h>\d{2})(?:(?<mi>\d{2})(?:(?<s>\d{2})(?:[.,](?<f>\d{1,12}))?)?)?(?<z>z|[+-]\d{2}:?\d{2})?)?`,
);
/** RFC 5322 3.3, the common log format of web servers, and how people write it. */
const DAY_FIRST = rule(
  String.raw`${WEEKDAY}(?<d>\d{1,2})(?:st|nd|rd|th)?\.?[ \/-]\s?${MONTH}\.?[ \/-]?,?\s?(?<y>\d{4})(?:(?:,?\s+(?:at\s+)?|:|t)${CLOCK}${ZONE})?`,
);
/** asctime of C, date(1), RFC 3164 (syslog, without a year), and how Americans write it. */
const MONTH_FIRST = rule(
  String.raw`${WEEKDAY}${MONTH}\.?\s+(?<d>\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(?<y>\d{4}))?(?:,?\s+(?:at\s+)?${CLOCK}(?:\s+(?<y2>\d{4}))?${ZONE}(?:\s+(?<y3>\d{4}))?)?`,
);
/** Numbers alone: which one is the month depends on who wrote it. */
const NUMBERS = rule(
  String.raw`(?<a>\d{1,2})(?<sep>[/.-])(?<b>\d{1,2})\k<sep>(?<y>\d{4})(?:(?:,?\s+(?:at\s+)?|t)${CLOCK}${ZONE})?`,
);

/** What is read of a text, or what is wrong with it. Without a year it is 0 and to be asked for. */
export type WallReading = { walls: WallTime[] } | { wrong: string } | undefined;

/** Reads one time of the calendar. More than one reading is a question for the writer. */
export function readWall(text: string): WallReading {
  const iso = ISO.exec(text)?.groups ?? BASIC.exec(text)?.groups;
  if (iso) return one(iso, Number(iso['mo'] ?? 1), Number(iso['d'] ?? 1), 'RFC 3339');
  const dayFirst = DAY_FIRST.exec(text)?.groups;
  if (dayFirst) {
    const isMail = dayFirst['s'] !== undefined && /^(?:[a-z]{3},\s+)?\d{1,2} [a-z]{3} \d{4} /i.test(text);
    return one(dayFirst, monthOf(dayFirst), Number(dayFirst['d']), isMail ? 'RFC 5322' : 'written date', isMail);
  }
  const monthFirst = MONTH_FIRST.exec(text)?.groups;
  if (monthFirst) {
    const year = monthFirst['y'] ?? monthFirst['y2'] ?? monthFirst['y3'];
    const form = year === undefined ? 'syslog (RFC 3164), without a year' : 'written date';
    if (year === undefined && monthFirst['h'] === undefined) return { wrong: 'It says no year.' };
    return one({ ...monthFirst, y: year ?? '0' }, monthOf(monthFirst), Number(monthFirst['d']), form);
  }
  const numbers = NUMBERS.exec(text)?.groups;
  if (!numbers) return undefined;
  const [a, b] = [Number(numbers['a']), Number(numbers['b'])];
  // With dots the day stands first wherever they are used.
  const orders: [month: number, day: number, words: string][] =
    numbers['sep'] === '.' || a === b
      ? [[b, a, 'day first']]
      : [
          [b, a, 'day first'],
          [a, b, 'month first'],
        ];
  const walls: WallTime[] = [];
  let wrong = '';
  for (const [month, day, words] of orders) {
    const read = one(numbers, month, day, `date in numbers, ${words}`);
    if (read && 'walls' in read) walls.push(...read.walls);
    else if (read) wrong = read.wrong;
  }
  return walls.length > 0 ? { walls } : { wrong };
}

const monthOf = (groups: Groups): number => MONTHS.indexOf((groups['mon'] ?? '').toLowerCase()) + 1;

function one(groups: Groups, month: number, day: number, form: string, isMail = false): WallReading {
  const year = Number(groups['y']);
  const notes: string[] = [];
  let hour = Number(groups['h'] ?? groups['hh'] ?? 0);
  const minute = Number(groups['mi'] ?? 0);
  let second = Number(groups['s'] ?? 0);
  const fraction = groups['f'] ?? '';
  let ms = Number(fraction.slice(0, 3).padEnd(3, '0'));
  if (fraction.length > 3 && /[1-9]/.test(fraction.slice(3))) notes.push('Finer than a millisecond: cut.');
  const half = groups['ap']?.toLowerCase();
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return { wrong: `${hour} is no hour of a clock with am and pm.` };
    hour = (hour % 12) + (half === 'p' ? 12 : 0);
  }
  if (month < 1 || month > 12) return { wrong: `There is no month ${month}.` };
  // 2000 had a 29 February: without a year it may be one.
  const days = new Date(Date.UTC(year === 0 ? 2000 : year, month, 0)).getUTCDate();
  if (day < 1 || day > days) return { wrong: `That month has no day ${day}.` };
  const isEndOfDay = hour === 24 && minute === 0 && second === 0 && ms === 0;
  if (hour > 23 && !isEndOfDay) return { wrong: `There is no hour ${hour}.` };
  if (minute > 59) return { wrong: `There is no minute ${minute}.` };
  if (second > 60) return { wrong: `There is no second ${second}.` };
  if (second === 60) {
    // An instant in Unix time has no leap seconds: the last millisecond before it is as near as it gets.
    notes.push('A leap second: kept as the last millisecond before it.');
    [second, ms] = [59, 999];
  }
  if (isEndOfDay) notes.push('24:00 is midnight at the end of that day.');
  const precision: TimePrecision =
    groups['mo'] === undefined && groups['mon'] === undefined && groups['a'] === undefined
      ? 'year'
      : groups['d'] === undefined && groups['a'] === undefined
        ? 'month'
        : groups['h'] === undefined && groups['hh'] === undefined
          ? 'day'
          : groups['mi'] === undefined
            ? 'hour'
            : groups['s'] === undefined
              ? 'minute'
              : fraction === ''
                ? 'second'
                : 'millisecond';
  const said = groups['wd']?.toLowerCase();
  if (said !== undefined && year !== 0) {
    const is = WEEKDAYS[new Date(Date.UTC(year, month - 1, day)).getUTCDay()] ?? '';
    if (is !== said) notes.push(`It says ${capital(said)}, but that day is a ${capital(is)}.`);
  }
  const zone = groups['z'] ?? groups['hz'] ?? '';
  return { walls: [{ year, month, day, hour, minute, second, ms, precision, zone, form, isMail, notes }] };
}

const capital = (word: string): string => `${word.charAt(0).toUpperCase()}${word.slice(1)}`;

/** Milliseconds as if the wall stood in UTC. */
export const wallMs = (wall: WallTime): number =>
  Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second, wall.ms);
