/**
 * Offsets of zones from the engine's own copy of the IANA time zone database (through Intl), and the way from a clock on
 * the wall to an instant. A zone is `UTC`, an offset as in RFC 3339 (`+02:00`) or an IANA name (`Europe/Madrid`).
 */
const MINUTE = 60_000;
const DAY = 86_400_000;
/** No zone changes its offset at another place of the hour. */
const BUCKET = 15 * MINUTE;
const MAX_FORMATS = 40;
const MAX_OFFSETS = 20_000;

const OFFSET = /^([+-])(\d{2}):?(\d{2})$/;
const IANA = /^[A-Za-z]{1,20}(?:[/_+-][A-Za-z0-9_+-]{1,30}){0,3}$/;

const formats = new Map<string, Intl.DateTimeFormat | null>();
const offsets = new Map<string, number>();

function formatOf(zone: string): Intl.DateTimeFormat | null {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  let made: Intl.DateTimeFormat | null = null;
  try {
    if (IANA.test(zone))
      made = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      });
  } catch {
    // A name that the database does not have.
  }
  if (formats.size >= MAX_FORMATS) formats.clear();
  formats.set(zone, made);
  return made;
}

/** Milliseconds east of UTC at an instant; undefined for a zone that nobody knows. */
export function offsetAt(zone: string, at: number): number | undefined {
  if (zone === 'UTC' || zone === 'Z') return 0;
  const fixed = OFFSET.exec(zone);
  if (fixed) {
    const minutes = Number(fixed[2]) * 60 + Number(fixed[3]);
    if (minutes > 18 * 60 || Number(fixed[3]) > 59) return undefined;
    return (fixed[1] === '-' ? -minutes : minutes) * MINUTE;
  }
  const bucket = Math.floor(at / BUCKET);
  const key = `${zone} ${bucket}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const format = formatOf(zone);
  if (format === null) return undefined;
  const instant = bucket * BUCKET;
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(instant)) part[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
  const offset = Date.UTC(year, month - 1, day, hour, minute, second) - instant;
  if (offsets.size >= MAX_OFFSETS) offsets.clear();
  offsets.set(key, offset);
  return offset;
}

export const isZone = (zone: string): boolean => offsetAt(zone, 0) !== undefined;

/** `+02:00`; `Z` would hide that a zone happens to be at zero. */
export function offsetText(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / MINUTE);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** Which instants a clock in a zone shows a wall time at: none where it is put forward, two where it is put back. */
export type WallInstants =
  | { kind: 'one'; at: number }
  | { kind: 'two'; first: number; second: number }
  /** `early` and `late`: read with the offset after, and before, the clock was put forward. */
  | { kind: 'none'; early: number; late: number };

/** `wall` is the wall time written as if it were UTC, in milliseconds. Undefined for an unknown zone. */
export function instantsOf(wall: number, zone: string): WallInstants | undefined {
  const before = offsetAt(zone, wall - DAY);
  const after = offsetAt(zone, wall + DAY);
  if (before === undefined || after === undefined) return undefined;
  const found = [...new Set([wall - before, wall - after])].filter((at) => offsetAt(zone, at) === wall - at);
  const [first, second] = found.sort((a, b) => a - b);
  if (first === undefined) {
    const [early, late] = [wall - after, wall - before].sort((a, b) => a - b) as [number, number];
    return { kind: 'none', early, late };
  }
  return second === undefined ? { kind: 'one', at: first } : { kind: 'two', first, second };
}
