/** Numbers with a thin separation every three digits, as the analyst's locale writes them. */
export const count = (n: number): string => n.toLocaleString('en-GB');

/** `1 job`, `3 jobs`. */
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

const UNITS = ['bytes', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size for people; below 1 KB in bytes. Decimal units, as file managers and disks count. */
export function fileSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return unit === 0 ? `${count(bytes)} bytes` : `${value.toFixed(value < 100 ? 1 : 0)} ${UNITS[unit]}`;
}

/** How long ago, up to a day; then a date. `now` and `at` in UTC milliseconds. */
export function age(at: number, now: number, clock: Clock): string {
  const seconds = Math.max(0, Math.floor((now - at) / 1_000));
  if (seconds < 5) return 'now';
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return `${hours} h`;
  return day(at, now, clock);
}

export type Clock = 'utc' | 'local';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
const two = (n: number): string => String(n).padStart(2, '0');

function parts(at: number, clock: Clock): { year: number; month: number; day: number; hour: number; minute: number } {
  const date = new Date(at);
  return clock === 'utc'
    ? {
        year: date.getUTCFullYear(),
        month: date.getUTCMonth(),
        day: date.getUTCDate(),
        hour: date.getUTCHours(),
        minute: date.getUTCMinutes(),
      }
    : {
        year: date.getFullYear(),
        month: date.getMonth(),
        day: date.getDate(),
        hour: date.getHours(),
        minute: date.getMinutes(),
      };
}

/** `23 Nov`, with the year where it is another one. */
export function day(at: number, now: number, clock: Clock): string {
  const then = parts(at, clock);
  const year = then.year === parts(now, clock).year ? '' : ` ${then.year}`;
  return `${then.day} ${MONTHS[then.month]}${year}`;
}

/** `23 Nov 2026, 09:38 UTC`. */
export function dateTime(at: number, clock: Clock): string {
  const p = parts(at, clock);
  return `${p.day} ${MONTHS[p.month]} ${p.year}, ${two(p.hour)}:${two(p.minute)}${clock === 'utc' ? ' UTC' : ''}`;
}

export function timeOfDay(at: number, clock: Clock): string {
  const p = parts(at, clock);
  return `${two(p.hour)}:${two(p.minute)}`;
}

/** `2.1 s`, `340 ms`, `3 min 4 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1_000);
  return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
}
