import type { DataType } from '../../shared/model/data-type.ts';
import type { Place } from '../inspection.ts';
import type { Collector } from './collector.ts';
import type { TextFormat } from './text-format.ts';
import { BLANK, KIND, mayHold } from './token-gate.ts';
import { createTokenScanner, type TokenScanner, type TokenSink } from './token-scan.ts';
import { createWindow, fillWindow, type TokenWindow, WINDOW_BYTES } from './token-window.ts';

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

/** Of a token longer than a window this many bytes are read again in the next one: more than any value is long. */
const OVERLAP = 4096;
/** Bytes before a window that the scanner may look at (a local part, a bracket). */
const CONTEXT = 64;

/**
 * Finds the observables in UTF-8 text and gives them to the collector in the order of their offsets. Time is linear in
 * the length of any input and memory does not grow with it; bytes that are not UTF-8 separate words. See `scanText`
 * for texts that do not fit into memory.
 */
export function extractInto(collector: Collector, utf8: Uint8Array, options: ExtractOptions): void {
  const { part, page, baseOffset = 0 } = options;
  const bytes = Buffer.from(utf8.buffer, utf8.byteOffset, utf8.byteLength);
  // Lines are counted only when something is found, from the last place on.
  let line = options.baseLine ?? 1;
  let countedTo = 0;

  function lineAt(offset: number): number {
    if (offset < countedTo) {
      let back = line;
      for (
        let at = bytes.lastIndexOf(10, countedTo - 1);
        at >= offset && at >= 0;
        at = at === 0 ? -1 : bytes.lastIndexOf(10, at - 1)
      )
        back--;
      return back;
    }
    for (let at = bytes.indexOf(10, countedTo); at >= 0 && at < offset; at = bytes.indexOf(10, at + 1)) line++;
    countedTo = offset;
    return line;
  }

  const sink: TokenSink = {
    found(dataType: DataType, value: string, marks: string[], start: number, end: number) {
      const place: Place = {
        part,
        offset: baseOffset + start,
        length: end - start,
        text: bytes.toString('utf8', start, end),
        line: lineAt(start),
      };
      if (page !== undefined) place.page = page;
      collector.add({ dataType, value, place, marks });
    },
    refused: (dataType, text, reason, start) =>
      collector.reject({ text, part, offset: baseOffset + start, reason, dataType }),
  };
  const scanner = createTokenScanner(sink, options.format, options.derive ?? false);
  scanTokens(bytes, scanner, createWindow(), options.format);
}

function scanTokens(bytes: Uint8Array, scanner: TokenScanner, window: TokenWindow, format: TextFormat): void {
  const end = bytes.length;
  let start = 0;
  let bits = 0;
  for (let i = 0; i <= end; i++) {
    const kind = i < end ? (KIND[bytes[i] as number] as number) : BLANK;
    if (kind !== BLANK) {
      bits |= kind;
      continue;
    }
    if (bits !== 0 && mayHold(bytes, start, i, bits)) {
      const resume = scanToken(bytes, start, i, scanner, window, format);
      if (resume > i) i = resume - 1;
    }
    start = i + 1;
    bits = 0;
  }
}

/** Scans one token, in windows when it is long. Returns the byte after it, or further on when a value ran beyond it. */
function scanToken(
  bytes: Uint8Array,
  start: number,
  end: number,
  scanner: TokenScanner,
  window: TokenWindow,
  format: TextFormat,
): number {
  let at = start;
  for (;;) {
    const from = Math.max(start, at - CONTEXT);
    const to = Math.min(end, from + WINDOW_BYTES);
    fillWindow(window, bytes, from, to, format);
    const whole = to === end;
    let first = 0;
    while (first < window.length && (window.starts[first] as number) < at) first++;
    let limit = window.length;
    if (!whole) while (limit > 0 && (window.starts[limit - 1] as number) >= to - OVERLAP) limit--;
    const reached = scanner.scan(window, bytes, bytes.length, first, limit);
    if (reached < 0) {
      at = -reached;
      if (at >= end) return at;
      continue;
    }
    if (whole) return end;
    at = Math.max(at + 1, reached < window.length ? (window.starts[reached] as number) : to);
  }
}
