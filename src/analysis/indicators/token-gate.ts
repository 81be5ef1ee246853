import { isHashLength } from './hash-value.ts';

/*
 * The cheap look that spares most of a text the scanner. `KIND` gives each byte a bit; the bits of a token, or-ed
 * together, and a second look at the bytes of the few tokens that remain, decide whether it can hold anything.
 */

export const BLANK = 1 << 15;
const IS_DIGIT = 1;
const IS_DOT = 2;
/** Enough for a token to be scanned. */
export const AT_BIT = 4;
export const BRACKET_BIT = 8;
const IS_COLON = 16;
const IS_BACKSLASH = 32;
const IS_SLASH = 64;
const IS_WIDE = 128;
const IS_AMPERSAND = 256;

export const KIND: Uint16Array = (() => {
  const kind = new Uint16Array(256);
  for (let c = 0; c <= 0x20; c++) kind[c] = BLANK;
  for (const c of '"<>`|\x7f') kind[c.charCodeAt(0)] = BLANK;
  for (let c = 0x30; c <= 0x39; c++) kind[c] = IS_DIGIT;
  for (let c = 0x80; c <= 0xff; c++) kind[c] = IS_WIDE;
  const bits: readonly (readonly [string, number])[] = [
    ['.', IS_DOT],
    ['@', AT_BIT],
    ['[({', BRACKET_BIT],
    [':', IS_COLON],
    ['\\', IS_BACKSLASH],
    ['/', IS_SLASH],
    ['&', IS_AMPERSAND],
  ];
  for (const [letters, bit] of bits) for (const c of letters) kind[c.charCodeAt(0)] = bit;
  return kind;
})();

/** No value without a sign in it is shorter than this (the shortest coin address, RFC-less but fixed by Base58Check). */
const SHORTEST_PLAIN = 25;
/** `::1` */
const SHORTEST = 3;

const isLetter = (byte: number): boolean => (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** Whether the token `start..end`, whose bytes have the bits `bits`, may hold an observable. Errs towards yes. */
export function mayHold(bytes: Uint8Array, start: number, end: number, bits: number): boolean {
  if (bits === 0) return isHashLength(end - start);
  // `AS 13335`, `CVE 2021-44228`: the letters stand in the token before.
  if (bits === IS_DIGIT && bytes[start - 1] === 0x20 && end - start <= 14) {
    const before = bytes[start - 2];
    if (before === 0x53 || before === 0x4e || before === 0x3a) return true;
    if (before !== undefined && (before | 0x20) === 0x65 && end - start >= 9) return true;
  }
  if (end - start < SHORTEST) return false;
  if ((bits & (AT_BIT | IS_BACKSLASH | IS_AMPERSAND)) !== 0) return true;
  if ((bits & IS_DIGIT) !== 0 && end - start >= SHORTEST_PLAIN) return true;
  if ((bits & (IS_COLON | IS_SLASH)) === (IS_COLON | IS_SLASH)) return true;
  return (bits & ~IS_WIDE) !== 0 && secondLook(bytes, start, end);
}

function secondLook(bytes: Uint8Array, start: number, end: number): boolean {
  let dots = 0;
  let colons = 0;
  let lastColon = start - 1;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number;
    const next = i + 1 < end ? (bytes[i + 1] as number) : 0;
    switch (byte) {
      case 0x2e:
        // A letter after a dot: host or file name; a closing bracket: half a defanged dot.
        if (isLetter(next) || next >= 0x80 || next === 0x5d) return true;
        if (isDigit(next)) {
          // .7z, .3gp; and four numbers
          if (++dots >= 3 || isLetter(i + 2 < end ? (bytes[i + 2] as number) : 0)) return true;
        }
        break;
      case 0x5b:
      case 0x28:
      case 0x7b:
        if (next === 0x2e || next === 0x3a || next === 0x40 || next === 0x5c || next === 0x2f) return true;
        if (i > start && ((next | 0x20) === 0x64 || (next | 0x20) === 0x61 || (next | 0x20) === 0x70)) return true;
        break;
      case 0x3a:
        // IPv6 and MAC; an ssdeep hash has a long stretch between two colons.
        colons++;
        if (next === 0x3a || colons >= 5 || (colons >= 2 && i - lastColon > 3 && lastColon >= start)) return true;
        lastColon = i;
        break;
      case 0x2f:
        // An absolute Unix path begins a token or stands behind a sign.
        if (isLetter(next) && (i === start || !(isLetter(bytes[i - 1] as number) || isDigit(bytes[i - 1] as number))))
          return true;
        if (isDigit(next) && i > start && isLetter(bytes[i - 1] as number)) return true;
        break;
      case 0x2d:
        // CVE-2021-44228, 00-11-22-33-44-55
        if (
          (i >= start + 3 &&
            ((bytes[i - 1] as number) | 0x20) === 0x65 &&
            ((bytes[i - 2] as number) | 0x20) === 0x76) ||
          (i >= start + 2 && end - i >= 15 && bytes[i + 3] === 0x2d && bytes[i + 6] === 0x2d && bytes[i + 9] === 0x2d)
        )
          return true;
        break;
      case 0x41: // AS…
      case 0x43:
      case 0x44:
      case 0x47:
      case 0x4d:
      case 0x53:
      case 0x54: {
        // A capital with a number behind it, at the start of a word: ATT&CK and AS numbers.
        const before = i > start ? (bytes[i - 1] as number) : 0;
        if (isLetter(before) || isDigit(before)) break;
        const two = i + 2 < end ? (bytes[i + 2] as number) : 0;
        if (isDigit(next) && isDigit(two)) return true;
        if ((next === 0x41 || next === 0x53) && (isDigit(two) || two === 0x4e)) return true;
        break;
      }
      default:
        if (byte === 0xe2 && next === 0x80) return true;
    }
  }
  return false;
}
