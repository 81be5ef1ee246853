import type { TimePrecision } from './precision.ts';

/** An instant read from a bare number, which needs no zone. */
export interface NumericReading {
  at: number;
  precision: TimePrecision;
  form: string;
  notes: string[];
}

const LATEST = Date.UTC(2100, 0, 1);
/** Milliseconds from 1601-01-01, where FILETIME starts (MS-DTYP 2.3.3), to 1970-01-01. */
const FROM_1601 = 11_644_473_600_000n;

const isPlausible = (at: number): boolean => at >= 0 && at < LATEST;

/**
 * What a bare number may mean as an instant: seconds, milliseconds, microseconds or nanoseconds of Unix time (POSIX), or a
 * Windows FILETIME (100 ns since 1601). The number of digits tells them apart for all dates from 2001 to 2100.
 */
export function readNumber(text: string): NumericReading[] {
  const hex = /^0x([0-9a-f]{15,16})$/i.exec(text);
  if (hex) return fileTime(BigInt(`0x${hex[1]}`), true);
  const match = /^(@?)(\d{9,20})(?:\.(\d{1,9}))?$/.exec(text);
  if (!match?.[2]) return [];
  const [, sign, digits, fraction = ''] = match;
  const value = BigInt(digits);
  const found: NumericReading[] = [];
  const add = (at: number, precision: TimePrecision, form: string, notes: string[] = []): void => {
    if (isPlausible(at)) found.push({ at, precision, form, notes });
  };
  const cut = 'Finer than a millisecond: cut.';
  if (digits.length <= 10) {
    const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
    const notes = fraction.length > 3 ? [cut] : [];
    add(Number(value) * 1_000 + ms, fraction === '' ? 'second' : 'millisecond', 'Unix time in seconds', notes);
  } else if (fraction === '' && sign === '') {
    if (digits.length <= 13) add(Number(value), 'millisecond', 'Unix time in milliseconds');
    if (digits.length === 16) add(Number(value / 1_000n), 'millisecond', 'Unix time in microseconds', [cut]);
    if (digits.length === 17)
      add(Number(value / 1_000n - FROM_1601), 'millisecond', 'WebKit time (microseconds since 1601)', [cut]);
    if (digits.length === 18) found.push(...fileTime(value, false));
    if (digits.length === 19) add(Number(value / 1_000_000n), 'millisecond', 'Unix time in nanoseconds', [cut]);
  }
  return found;
}

function fileTime(value: bigint, isHex: boolean): NumericReading[] {
  const at = Number(value / 10_000n - FROM_1601);
  if (!isPlausible(at)) return [];
  const notes = value % 10_000n === 0n ? [] : ['Finer than a millisecond: cut.'];
  return [{ at, precision: 'millisecond', form: isHex ? 'Windows FILETIME in hex' : 'Windows FILETIME', notes }];
}
