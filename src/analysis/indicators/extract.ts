import type { DataType } from '../../shared/model/data-type.ts';
import type { Place } from '../inspection.ts';
import type { Collector } from './collector.ts';
import type { TextFormat } from './text-format.ts';
import { AT_BIT, BLANK, BRACKET_BIT, KIND, mayHold } from './token-gate.ts';
import { createTokenScanner, type TokenScanner, type TokenSink } from './token-scan.ts';
import { createWindow, fillWindow, joinedSign, type TokenWindow, WINDOW_BYTES } from './token-window.ts';
import { nextSign, tokenStart } from './word-skip.ts';

export interface ExtractOptions {
  /** Path of the part the text belongs to, as in `Place.part`. */
  part: string;
  format: TextFormat;
  /** Bytes of the part's text that come before this array; 0 by default. */
  baseOffset?: number;
  /** The line (from 1) the array begins in; 1 by default. */
  baseLine?: number;
  /** The page (from 1) the array stands on. */
  page?: number;
  /** Also give the host of every URL and mail address, with the mark `derived`. */
  derive?: boolean;
}

const NEWLINE = 10;
const SPACE = 0x20;
/** A hash may consist of letters alone. */
const SHORTEST_HASH = 32;

/** What a defanged sign set off by blanks begins with: a bracket, or the first letter of `at` and `dot`. */
const SIGN_START: Uint8Array = (() => {
  const starts = new Uint8Array(256);
  for (const letter of '[({aAdD') starts[letter.charCodeAt(0)] = 1;
  return starts;
})();

/** What follows the bracket of a defanged sign. */
const SIGN_INSIDE: Uint8Array = (() => {
  const inside = new Uint8Array(256);
  for (const letter of '.dDpP@aA:/\\') inside[letter.charCodeAt(0)] = 1;
  return inside;
})();

/** No address is spelt out (`john at evil dot com`) without this; words this many bytes before it are looked at. */
const SPELT_DOT = ' dot ';
const SPELT_REACH = 512;

/** Of a token longer than a window this many bytes are read again in the next one: more than any value is long. */
const OVERLAP = 4096;
/** Bytes before a window that the scanner may look at (a local part, a bracket). */
export const CONTEXT = 128;

/** One for all calls: scanning is synchronous, and a new one for each short text would cost more than scanning it. */
const WINDOW = createWindow();

/**
 * Finds the observables in UTF-8 text and gives them to the collector in the order of their offsets. Time is linear in
 * the length of any input and memory does not grow with it; bytes that are not UTF-8 separate words. See
 * `createTextStream` for texts that do not fit into memory.
 */
export function extractInto(collector: Collector, utf8: Uint8Array, options: ExtractOptions): void {
  extractPiece(collector, utf8, options, 0, false);
}

/**
 * As `extractInto`, for a text that goes on (`more`) or that went before (`from`: bytes at the start that were scanned
 * already and are only looked at as context). Returns the byte to go on at; the next piece must begin at most
 * CONTEXT bytes before it.
 */
export function extractPiece(
  collector: Collector,
  utf8: Uint8Array,
  options: ExtractOptions,
  from: number,
  more: boolean,
): number {
  const { part, page, baseOffset = 0 } = options;
  const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
  const position: Position = { line: options.baseLine ?? 1 };
  const sink: TokenSink = {
    found(dataType: DataType, value: string, marks: string[], start: number, end: number) {
      const place: Place = {
        part,
        offset: baseOffset + start,
        length: end - start,
        text: bytes.toString('utf8', start, end),
        line: position.line,
      };
      if (page !== undefined) place.page = page;
      collector.add({ dataType, value, place, marks });
    },
    refused: (dataType, reason, start, end) => {
      const text = bytes.toString('utf8', start, end);
      collector.reject({ text, part, offset: baseOffset + start, reason, dataType });
    },
  };
  const scanner = createTokenScanner(sink, options.format, options.derive ?? false);
  return scanTokens(bytes, scanner, WINDOW, options.format, from, more, position);
}

/** Where scanning is, for the places. No value goes on over a line end. */
interface Position {
  line: number;
}

function scanTokens(
  bytes: Buffer,
  scanner: TokenScanner,
  window: TokenWindow,
  format: TextFormat,
  from: number,
  more: boolean,
  position: Position,
): number {
  const end = bytes.length;
  // What begins behind this line may run on beyond the array, and is left to the next piece.
  const line = more ? end - OVERLAP : end;
  let start = from;
  // The bits of a token that was cut off before say nothing, so it is scanned in any case.
  let bits = from > 0 ? AT_BIT : 0;
  let spelt = false;
  let newlines = 0;
  let i = from;
  for (let at = 0; at < from; at++) if (bytes[at] === NEWLINE) newlines++;
  const firstLine = position.line;
  let speltDot = -1;
  for (;;) {
    if (bits === 0 && i === start) {
      if (i > speltDot) {
        const next = bytes.indexOf(SPELT_DOT, i, 'latin1');
        speltDot = next < 0 ? end + SPELT_REACH : next;
      }
      const sign = nextSign(bytes, i, Math.min(line, speltDot - SPELT_REACH));
      if (sign > i) {
        // A bracket behind a blank may be a sign set off, which belongs to the token before.
        const setOff = sign < end && bytes[sign - 1] === SPACE && KIND[bytes[sign] as number] === BRACKET_BIT;
        i = setOff ? sign - 1 : sign;
        start = tokenStart(bytes, start, i);
      }
    }
    for (; i < end; i++) {
      const kind = KIND[bytes[i] as number] as number;
      // Most bytes are letters: this branch first.
      if (kind === 0) continue;
      if (kind === BLANK) break;
      bits |= kind;
    }
    if (i > start && i + 4 < end && SIGN_START[bytes[i + 1] as number] !== 0 && maySetOff(bytes, i, spelt)) {
      const after = joinedSign(bytes, i, spelt);
      if (after > 0) {
        spelt = true;
        bits = AT_BIT;
        i = after;
        continue;
      }
    }
    spelt = false;
    if (more && i > line) {
      if (start >= line) return start;
      position.line = firstLine + newlines;
      return scanToken(bytes, start === from ? 0 : start, start, i, line, scanner, window, format);
    }
    if ((bits !== 0 || i - start >= SHORTEST_HASH) && mayHold(bytes, start, i, bits)) {
      position.line = firstLine + newlines;
      const resume = scanToken(bytes, start === from ? 0 : start, start, i, i, scanner, window, format);
      if (resume > i) i = resume - 1;
    }
    if (i >= end) return end;
    if (bytes[i] === NEWLINE) newlines++;
    start = ++i;
    bits = 0;
  }
}

/** Whether a bracket, ` at ` or (in a spelt-out name) ` dot ` follows the blank at `at`. */
function maySetOff(bytes: Uint8Array, at: number, spelt: boolean): boolean {
  if (bytes[at] !== SPACE) return false;
  const next = bytes[at + 1] as number;
  if ((KIND[next] as number) === BRACKET_BIT) return SIGN_INSIDE[bytes[at + 2] as number] !== 0;
  if ((next | 0x20) === 0x61) return ((bytes[at + 2] as number) | 0x20) === 0x74 && bytes[at + 3] === SPACE;
  return spelt && (next | 0x20) === 0x64;
}

/**
 * Scans the token that ends at `end` from the byte `at` on, in windows when it is long, up to values that begin before
 * `line`. Bytes from `context` on may be looked back at. Returns the byte to go on at, beyond `end` when a value was.
 */
function scanToken(
  bytes: Buffer,
  context: number,
  first: number,
  end: number,
  line: number,
  scanner: TokenScanner,
  window: TokenWindow,
  format: TextFormat,
): number {
  let at = first;
  while (at < line) {
    const from = Math.max(context, at - CONTEXT);
    const to = Math.min(end, from + WINDOW_BYTES);
    fillWindow(window, bytes, from, to, format);
    const frontier = to === end ? line : Math.min(line, to - OVERLAP);
    const low = unitAt(window, at);
    const limit = frontier >= to ? window.length : unitAt(window, frontier);
    const reached = scanner.scan(window, bytes, bytes.length, low, limit);
    if (reached < 0) at = -reached;
    else at = Math.max(at + 1, reached < window.length ? (window.starts[reached] as number) : to);
  }
  return at;
}

/** The first unit that begins at or behind a byte. */
function unitAt(window: TokenWindow, byte: number): number {
  let low = 0;
  let high = window.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((window.starts[middle] as number) < byte) low = middle + 1;
    else high = middle;
  }
  return low;
}
