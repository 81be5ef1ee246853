import { MAX_READ, type ByteSource } from '../byte-source.ts';
import type { TextPiece } from './windows.ts';

/** Shorter runs of printable bytes are noise in a binary. */
const MIN_RUN = 6;
const MAX_RUN = 64 * 1024;
/** How much of a binary is searched, and how much text is taken from it. */
const MAX_SCANNED = 256 * 2 ** 20;
const MAX_TEXT = 32 * 2 ** 20;

export interface StringsNotes {
  /** Bytes looked at; less than the size where a limit was reached. */
  scanned: number;
  limited: boolean;
}

/** The printable ASCII and UTF-16LE runs of a binary, one per line, in file order; linear, with bounded memory. */
export async function* printableStrings(
  source: ByteSource,
  notes: StringsNotes,
  signal: AbortSignal,
  search: Pick<TextPiece, 'search'> = { search: 'strings' },
): AsyncGenerator<TextPiece> {
  const end = Math.min(source.size, MAX_SCANNED);
  let carry: Uint8Array = new Uint8Array(0);
  let produced = 0;
  for (let at = 0; at < end; ) {
    signal.throwIfAborted();
    const raw = await source.read(at, Math.min(MAX_READ, end - at));
    if (raw.length === 0) break;
    at += raw.length;
    const { lines, again } = runsOf(carry.length === 0 ? raw : Buffer.concat([carry, raw]), at >= end);
    notes.scanned = at;
    carry = Uint8Array.from(again);
    if (lines.length > 0) {
      produced += lines.length;
      yield { utf8: lines, ...search };
    }
    if (produced > MAX_TEXT) break;
  }
  notes.limited = notes.scanned < source.size;
}

const isPrintable = (byte: number | undefined): boolean =>
  byte !== undefined && ((byte >= 0x20 && byte < 0x7f) || byte === 0x09);

function endOfRun(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end - from < MAX_RUN && isPrintable(bytes[end])) end += 1;
  return end;
}

function endOfWideRun(bytes: Uint8Array, from: number): number {
  let end = from;
  while (end - from < MAX_RUN && isPrintable(bytes[end]) && bytes[end + 1] === 0) end += 2;
  return end;
}

/** `again` is what to look at again with the next bytes: a run that touches the end of these. */
function runsOf(bytes: Uint8Array, last: boolean): { lines: Uint8Array; again: Uint8Array } {
  const out: string[] = [];
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const none = bytes.subarray(bytes.length);
  for (let at = 0; at < bytes.length; ) {
    if (!isPrintable(bytes[at])) {
      at += 1;
      continue;
    }
    const wide = bytes[at + 1] === 0 && isPrintable(bytes[at + 2]);
    const step = wide ? 2 : 1;
    const end = wide ? endOfWideRun(bytes, at) : endOfRun(bytes, at);
    if (!last && end >= bytes.length - 2 && end - at < MAX_RUN) {
      return { lines: Buffer.from(out.join(''), 'latin1'), again: bytes.subarray(at) };
    }
    if ((end - at) / step >= MIN_RUN) {
      out.push(view.toString(wide ? 'utf16le' : 'latin1', at, Math.min(end, bytes.length)), '\n');
    }
    at = Math.max(end, at + 1);
  }
  return { lines: Buffer.from(out.join(''), 'latin1'), again: none };
}
