import { decodeEntity } from './html-entity.ts';
import type { TextFormat } from './text-format.ts';

/** Set on a character that stood there defanged. */
export const DEFANGED = 1;
/** Set on a character next to which invisible ones were dropped. */
export const HIDDEN = 2;

/** Bytes of one window; a longer token is read in windows that overlap. */
export const WINDOW_BYTES = 8192;

const CAPACITY = WINDOW_BYTES + 16;

/**
 * A stretch of the text as UTF-16 units, decoded and refanged, each with the bytes it came from. One instance is used
 * over and over, so that scanning allocates nothing per token.
 */
export interface TokenWindow {
  length: number;
  codes: Uint16Array;
  starts: Uint32Array;
  ends: Uint32Array;
  touched: Uint8Array;
}

export function createWindow(): TokenWindow {
  return {
    length: 0,
    codes: new Uint16Array(CAPACITY),
    starts: new Uint32Array(CAPACITY),
    ends: new Uint32Array(CAPACITY),
    touched: new Uint8Array(CAPACITY),
  };
}

/** The units from `from` to `to` as a string. */
export function sliceWindow(window: TokenWindow, from: number, to: number): string {
  return String.fromCharCode.apply(null, window.codes.subarray(from, to) as unknown as number[]);
}

const OPENERS: Readonly<Record<number, number>> = { 0x5b: 0x5d, 0x28: 0x29, 0x7b: 0x7d };
const DOT = 0x2e;
const SPACE = 0x20;

const lower = (code: number): number => (code >= 0x41 && code <= 0x5a ? code | 0x20 : code);
const isAlnum = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code >= 0x80;

/** Zero-width and soft-hyphen characters, put inside values so that filters do not match them. */
const isHidden = (code: number): boolean =>
  code === 0xad ||
  (code >= 0x200b && code <= 0x200f) ||
  (code >= 0x202a && code <= 0x202e) ||
  (code >= 0x2060 && code <= 0x2064) ||
  code === 0xfeff;

/** What a bracket pair stands for when it is a defanged sign: [.] (dot) {at} [:] [://] … with the bytes it takes. */
interface Bracketed {
  text: string;
  size: number;
}

const SIGNS: readonly (readonly [inside: string, sign: string])[] = [
  ['.', '.'],
  ['dot', '.'],
  ['punkt', '.'],
  ['point', '.'],
  ['@', '@'],
  ['at', '@'],
  ['://', '://'],
  [':\\\\', '://'],
  [':/', ':/'],
  [':', ':'],
  ['/', '/'],
  ['//', '//'],
  ['\\.', '.'],
];

function bracketed(bytes: Uint8Array, at: number, end: number): Bracketed | undefined {
  const closer = OPENERS[bytes[at] as number];
  for (const [inside, sign] of SIGNS) {
    const close = at + 1 + inside.length;
    if (close >= end || bytes[close] !== closer) continue;
    let same = true;
    for (let i = 0; i < inside.length && same; i++) same = lower(bytes[at + 1 + i] as number) === inside.charCodeAt(i);
    if (same) return { text: sign, size: inside.length + 2 };
  }
  return undefined;
}

/** The sign that the word at `at` spells when a blank follows: `dot` or `at`; 0 for any other word. */
function plainSign(bytes: Uint8Array, at: number): number {
  const first = lower(bytes[at] ?? 0);
  if (first === 0x61 && lower(bytes[at + 1] ?? 0) === 0x74 && bytes[at + 2] === SPACE) return 0x40;
  const isDot = first === 0x64 && lower(bytes[at + 1] ?? 0) === 0x6f && lower(bytes[at + 2] ?? 0) === 0x74;
  return isDot && bytes[at + 3] === SPACE ? DOT : 0;
}

const SPELT_HOST = /^[a-z0-9-]{1,63}(?: dot [a-z0-9-]{2,63}){1,5}(?![A-Za-z0-9])/;
/** The longest bracketed sign that may stand alone: `[punkt]`. */
const MAX_SIGN = 8;
const MAX_SPELT = 200;

/**
 * When the blank at `at` only sets off a defanged sign (`evil [dot] com`, `john (at) evil.com`, `john at evil dot com`),
 * the byte behind the sign and its second blank, so that the token goes on there; else 0. Unbracketed words count only
 * as an `at` with a `dot` behind it, in lower case: "the dot com bubble" and "works at Foo dot net" are prose.
 */
export function joinedSign(bytes: Uint8Array, at: number, spelt: boolean): number {
  const byte = bytes[at + 1] as number;
  if (OPENERS[byte] !== undefined) {
    const sign = bracketed(bytes, at + 1, Math.min(bytes.length, at + 1 + MAX_SIGN));
    if (sign === undefined || sign.text.length !== 1 || sign.text === '/') return 0;
    const after = at + 1 + sign.size;
    return bytes[after] === SPACE && isAlnum(bytes[after + 1] ?? 0) ? after + 1 : 0;
  }
  const sign = plainSign(bytes, at + 1);
  if (sign === DOT) return spelt ? at + 5 : 0;
  if (sign === 0) return 0;
  let host = '';
  for (let i = at + 4; i < bytes.length && i < at + 4 + MAX_SPELT && (bytes[i] as number) >= SPACE; i++) {
    host += String.fromCharCode(bytes[i] as number);
  }
  return SPELT_HOST.test(host) ? at + 4 : 0;
}

function push(window: TokenWindow, code: number, start: number, end: number, touched: number): void {
  const n = window.length;
  if (n >= CAPACITY) return;
  window.codes[n] = code;
  window.starts[n] = start;
  window.ends[n] = end;
  window.touched[n] = touched;
  window.length = n + 1;
}

function hexAt(bytes: Uint8Array, at: number, digits: number): number {
  let value = 0;
  for (let i = 0; i < digits; i++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[at + i] ?? 0x20), 16);
    if (Number.isNaN(digit)) return -1;
    value = value * 16 + digit;
  }
  return value;
}

const JSON_SHORT: Readonly<Record<number, number>> = {
  0x6e: 10,
  0x74: 9,
  0x72: 13,
  0x62: 8,
  0x66: 12,
  0x22: 0x22,
  0x5c: 0x5c,
};

/**
 * Fills the window from `bytes[start..end)`. Refanged here: bracketed signs, half brackets, `\.`, `h**p`, `http[s]`,
 * JSON escapes, HTML entities (in HTML), invisible characters. What depends on more context (hxxp) is the scanner's.
 */
export function fillWindow(
  window: TokenWindow,
  bytes: Uint8Array,
  start: number,
  end: number,
  format: TextFormat,
): void {
  window.length = 0;
  let i = start;
  let hidden = 0;
  while (i < end) {
    const byte = bytes[i] as number;
    const next = i + 1 < end ? (bytes[i + 1] as number) : 0;
    if (byte >= 0x80) {
      const [code, size] = decodeUtf8(bytes, i, end);
      if (isHidden(code)) {
        hidden = HIDDEN;
        i += size;
        continue;
      }
      if (code === 0x2010 || code === 0x2011) {
        // Typesetters turn the hyphen of CVE-2021-44228 into one that does not break.
        push(window, 0x2d, i, i + size, 0);
      } else if (code > 0xffff) {
        push(window, 0xd800 + ((code - 0x10000) >> 10), i, i + size, hidden);
        push(window, 0xdc00 + ((code - 0x10000) & 0x3ff), i, i + size, hidden);
      } else push(window, code, i, i + size, hidden);
      hidden = 0;
      i += size;
      continue;
    }
    if (byte === 0x5b || byte === 0x28 || byte === 0x7b) {
      const sign = bracketed(bytes, i, end);
      if (sign !== undefined) {
        // Blanks within a token stand only around signs (see `joinedSign`).
        if (window.length > 0 && window.codes[window.length - 1] === SPACE) window.length--;
        for (let k = 0; k < sign.text.length; k++) {
          push(window, sign.text.charCodeAt(k), i, i + sign.size, DEFANGED);
        }
        i += sign.size;
        if (i < end && bytes[i] === SPACE) i++;
        continue;
      }
      // http[s]:// and a lone opening bracket before the dot: evil[.com
      const before = i > start ? lower(bytes[i - 1] as number) : 0;
      if (lower(next) === 0x73 && bytes[i + 2] === OPENERS[byte] && before === 0x70 && i + 2 < end) {
        push(window, 0x73, i, i + 3, DEFANGED);
        i += 3;
        continue;
      }
      if (byte === 0x5b && next === DOT && isAlnum(before) && i + 2 < end && isAlnum(bytes[i + 2] as number)) {
        push(window, DOT, i, i + 2, DEFANGED);
        i += 2;
        continue;
      }
    } else if (byte === SPACE && plainSign(bytes, i + 1) !== 0) {
      const sign = plainSign(bytes, i + 1);
      const size = sign === DOT ? 5 : 4;
      push(window, sign, i, i + size, DEFANGED);
      i += size;
      continue;
    } else if (byte === DOT && next === 0x5d && i > start && i + 2 < end) {
      if (isAlnum(bytes[i - 1] as number) && isAlnum(bytes[i + 2] as number)) {
        push(window, DOT, i, i + 2, DEFANGED);
        i += 2;
        continue;
      }
    } else if (byte === 0x5c) {
      const size = unescape(window, bytes, i, end, format);
      if (size > 0) {
        i += size;
        continue;
      }
    } else if (byte === 0x26 && format === 'html') {
      const entity = decodeEntity(bytes, i, end);
      if (entity !== undefined) {
        if (isHidden(entity.code)) hidden = HIDDEN;
        else push(window, entity.code, i, i + entity.size, 0);
        i += entity.size;
        continue;
      }
    } else if (byte === 0x2a && next === 0x2a && i > start && i + 2 < end) {
      if (lower(bytes[i - 1] as number) === 0x68 && lower(bytes[i + 2] as number) === 0x70) {
        push(window, 0x74, i, i + 1, DEFANGED);
        push(window, 0x74, i + 1, i + 2, DEFANGED);
        i += 2;
        continue;
      }
    }
    push(window, byte, i, i + 1, hidden);
    hidden = 0;
    i++;
  }
}

/** A backslash: JSON's escapes, `\/` anywhere, and the defanged `\.` before a letter or digit. Returns bytes taken. */
function unescape(window: TokenWindow, bytes: Uint8Array, i: number, end: number, format: TextFormat): number {
  const next = i + 1 < end ? (bytes[i + 1] as number) : 0;
  if (next === 0x2f) {
    push(window, 0x2f, i, i + 2, 0);
    return 2;
  }
  if (next === 0x75 && i + 6 <= end) {
    const code = hexAt(bytes, i + 2, 4);
    if (code >= 0 && (format === 'json' || (code >= 0x21 && code < 0x7f))) {
      if (!isHidden(code)) push(window, code, i, i + 6, 0);
      return 6;
    }
  }
  if (next === DOT && i + 2 < end && isAlnum(bytes[i + 2] as number) && i > 0 && isAlnum(bytes[i - 1] as number)) {
    push(window, DOT, i, i + 2, DEFANGED);
    return 2;
  }
  if (format === 'json') {
    const code = JSON_SHORT[next];
    if (code !== undefined) {
      push(window, code, i, i + 2, 0);
      return 2;
    }
  }
  return 0;
}

/** One character and its size in bytes; a byte that starts none comes back as U+FFFD. */
function decodeUtf8(bytes: Uint8Array, at: number, end: number): readonly [code: number, size: number] {
  const first = bytes[at] as number;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
  if (size === 1 || first > 0xf4 || at + size > end) return [0xfffd, 1];
  let code = first & (0xff >> (size + 1));
  for (let i = 1; i < size; i++) {
    const byte = bytes[at + i] as number;
    if ((byte & 0xc0) !== 0x80) return [0xfffd, 1];
    code = (code << 6) | (byte & 0x3f);
  }
  return code > 0x10ffff ? [0xfffd, 1] : [code, size];
}
