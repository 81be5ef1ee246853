import type { Collector } from './collector.ts';
import { CONTEXT, type ExtractOptions, extractPiece } from './extract.ts';

/** Extraction from a text that comes in pieces. */
export interface TextStream {
  /** The next bytes of the text; pieces may be cut anywhere. */
  push(bytes: Uint8Array): void;
  /** No more will come: what was held back is scanned. Returns where the text ended: its byte offset and line. */
  end(): { offset: number; line: number };
}

/** Bytes held back at most while waiting for the end of a line; a longer line is scanned in overlapping pieces. */
export const MAX_HELD = 1 << 20;

const NEWLINE = 10;

/**
 * Feeds a text of any length to the extractor in pieces cut at line ends, or within a line that is longer than
 * MAX_HELD at a place from which scanning can go on. The result is that of one call on the whole text; memory stays
 * under about three times MAX_HELD.
 */
export function createTextStream(collector: Collector, options: ExtractOptions): TextStream {
  let held: Uint8Array = new Uint8Array(0);
  /** How much of what is held has been scanned and is kept as context. */
  let scanned = 0;
  let offset = options.baseOffset ?? 0;
  let line = options.baseLine ?? 1;

  function scan(bytes: Uint8Array, more: boolean): number {
    return extractPiece(collector, bytes, { ...options, baseOffset: offset, baseLine: line }, scanned, more);
  }

  function drop(bytes: Uint8Array, count: number): Uint8Array {
    for (let at = bytes.indexOf(NEWLINE); at >= 0 && at < count; at = bytes.indexOf(NEWLINE, at + 1)) line++;
    offset += count;
    // The caller may use its array again, so what is held back is a copy.
    return bytes.slice(count);
  }

  function take(bytes: Uint8Array): void {
    const joined = held.length === 0 ? bytes : Buffer.concat([held, bytes]);
    const cut = joined.lastIndexOf(NEWLINE) + 1;
    if (cut > scanned) {
      scan(joined.subarray(0, cut), false);
      scanned = 0;
      held = drop(joined, cut);
    } else if (joined.length >= MAX_HELD) {
      const reached = scan(joined, true);
      const keepFrom = Math.max(0, reached - CONTEXT);
      scanned = reached - keepFrom;
      held = drop(joined, keepFrom);
    } else held = joined.slice();
  }

  return {
    push(bytes) {
      for (let at = 0; at < bytes.length; at += MAX_HELD) take(bytes.subarray(at, at + MAX_HELD));
    },
    end() {
      if (held.length > scanned) scan(held, false);
      held = drop(held, held.length);
      scanned = 0;
      return { offset, line };
    },
  };
}
