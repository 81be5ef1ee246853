import { isAscii, isUtf8 } from 'node:buffer';
import { MAX_READ, type ByteSource } from '../byte-source.ts';
import { detectEncoding, ENCODING_SAMPLE, endOfLastCharacter, type TextEncoding } from './encoding.ts';

/** A stretch of decoded text; the stretches of a part follow each other without gap. */
export interface TextPiece {
  utf8: Uint8Array;
  /** Page of the stretch, from 1, where the part has pages. */
  page?: number;
  /** What has the form of an address in here is a message id. */
  messageIds?: boolean;
}

export interface DecodeNotes {
  encoding: TextEncoding;
  /** True where at least one byte could not be decoded and stands as U+FFFD. */
  damaged: boolean;
  /** Cuts made in the middle of an unbroken run, where a value can be missed. */
  hardCuts: number;
}

/** A cut is looked for in this many bytes at the end of a window; a longer unbroken run is cut anywhere. */
const CUT_RANGE = 64 * 1024;

export async function sniffEncoding(source: ByteSource): Promise<TextEncoding> {
  const head = await source.read(0, Math.min(source.size, ENCODING_SAMPLE));
  return detectEncoding(head, head.length === source.size);
}

/**
 * Decodes a source of any size to UTF-8, a window at a time and with memory for two windows. Windows end at a line end,
 * else at white space, else at a quote, comma or bracket, so that a value does not straddle two of them.
 */
export async function* decodeWindows(
  source: ByteSource,
  notes: DecodeNotes,
  signal: AbortSignal,
  windowBytes = MAX_READ,
): AsyncGenerator<TextPiece> {
  const decode = createDecoder(notes);
  let carry: Uint8Array = new Uint8Array(0);
  for (let at = notes.encoding.bom; at < source.size; ) {
    signal.throwIfAborted();
    const raw = await source.read(at, Math.min(windowBytes, source.size - at));
    if (raw.length === 0) throw new Error(`the file ended at byte ${at} of ${source.size}`);
    at += raw.length;
    const decoded = decode(raw, at >= source.size);
    const text = carry.length === 0 ? decoded : Buffer.concat([carry, decoded]);
    if (at >= source.size) {
      if (text.length > 0) yield { utf8: text };
      return;
    }
    const cut = findCut(text);
    if (cut.hard) notes.hardCuts += 1;
    if (cut.at > 0) yield { utf8: text.subarray(0, cut.at) };
    // Copied, because the window it lies in is about four hundred times its size.
    carry = Uint8Array.from(text.subarray(cut.at));
  }
}

/** Cuts a text that is already in memory as decodeWindows would. */
export function* cutWindows(text: string, page?: number, windowBytes = MAX_READ): Generator<TextPiece> {
  const utf8 = Buffer.from(text, 'utf8');
  for (let at = 0; at < utf8.length; ) {
    const rest = utf8.subarray(at, at + windowBytes);
    const length = at + rest.length >= utf8.length ? rest.length : Math.max(1, findCut(rest).at);
    yield page === undefined ? { utf8: rest.subarray(0, length) } : { utf8: rest.subarray(0, length), page };
    at += length;
  }
}

function createDecoder(notes: DecodeNotes): (raw: Uint8Array, last: boolean) => Uint8Array {
  const { name } = notes.encoding;
  if (name === 'utf-8') {
    let tail: Uint8Array = new Uint8Array(0);
    return (raw, last) => {
      const all = tail.length === 0 ? raw : Buffer.concat([tail, raw]);
      const end = last ? all.length : endOfLastCharacter(all);
      tail = Uint8Array.from(all.subarray(end));
      const whole = all.subarray(0, end);
      if (isUtf8(whole)) return whole;
      notes.damaged = true;
      return Buffer.from(new TextDecoder('utf-8', { ignoreBOM: true }).decode(whole), 'utf8');
    };
  }
  const decoder = new TextDecoder(name, { ignoreBOM: true });
  const singleByte = name === 'windows-1252';
  return (raw, last) => {
    if (singleByte && isAscii(raw)) return raw;
    const text = decoder.decode(raw, { stream: !last });
    if (text.includes('\uFFFD')) notes.damaged = true;
    return Buffer.from(text, 'utf8');
  };
}

const NEWLINE = 0x0a;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x09 || byte === 0x0d;
/** `"`, `,`, `;`, `<`, `>`, `|`: seldom part of a value. Square and round brackets are, in a defanged one. */
const isSeparator = (byte: number): boolean =>
  byte === 0x22 || byte === 0x2c || byte === 0x3b || byte === 0x3c || byte === 0x3e || byte === 0x7c;

function findCut(text: Uint8Array): { at: number; hard: boolean } {
  const from = Math.max(0, text.length - CUT_RANGE);
  let space = -1;
  let separator = -1;
  for (let at = text.length - 1; at >= from; at -= 1) {
    const byte = text[at] ?? 0;
    if (byte === NEWLINE) return { at: at + 1, hard: false };
    if (space < 0 && isSpace(byte)) space = at;
    if (separator < 0 && isSeparator(byte)) separator = at;
  }
  if (space >= 0) return { at: space + 1, hard: false };
  if (separator >= 0) return { at: separator + 1, hard: false };
  return { at: endOfLastCharacter(text), hard: true };
}
