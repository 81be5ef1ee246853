import { BLANK, KIND } from './token-gate.ts';

/*
 * Most of a text are words without a sign in them. Looking for the next sign over words and blanks alike, and only then
 * for the beginning of its token, spares the stop at every blank, which the processor cannot foresee.
 */

const NEWLINE = 10;

/** 1 for what may make a token worth a look, and for line ends, which are counted. */
const STOPS: Uint8Array = KIND.reduce((stops, kind, byte) => {
  if (byte === NEWLINE || (kind !== 0 && kind !== BLANK)) stops[byte] = 1;
  return stops;
}, new Uint8Array(256));

const isHexLetter = (byte: number | undefined): boolean =>
  byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66;

/** A hash may consist of letters alone: any run of this many covers the last byte of a block of this size. */
const HASH_RUN = 32;

function isInLongHexRun(bytes: Uint8Array, at: number): boolean {
  if (!isHexLetter(bytes[at])) return false;
  let from = at;
  let to = at;
  while (at - from < HASH_RUN && isHexLetter(bytes[from - 1])) from--;
  while (to - from < HASH_RUN && isHexLetter(bytes[to + 1])) to++;
  return to - from + 1 >= HASH_RUN;
}

/** The first byte from `at` on that is a sign, a line end or part of a hash of letters alone; at most `limit`. */
export function nextSign(bytes: Uint8Array, at: number, limit: number): number {
  let i = at;
  for (let block = at + HASH_RUN; block <= limit; block += HASH_RUN) {
    for (; i < block; i += 4) {
      const stops =
        (STOPS[bytes[i] as number] as number) |
        (STOPS[bytes[i + 1] as number] as number) |
        (STOPS[bytes[i + 2] as number] as number) |
        (STOPS[bytes[i + 3] as number] as number);
      if (stops !== 0) {
        while (STOPS[bytes[i] as number] === 0) i++;
        return i;
      }
    }
    if (isInLongHexRun(bytes, i - 1)) return i - 1;
  }
  while (i < limit && STOPS[bytes[i] as number] === 0) i++;
  return i;
}

/** Where the token begins that the byte before `at` belongs to; not before `from`. */
export function tokenStart(bytes: Uint8Array, from: number, at: number): number {
  let start = at;
  while (start > from && KIND[bytes[start - 1] as number] !== BLANK) start--;
  return start;
}
