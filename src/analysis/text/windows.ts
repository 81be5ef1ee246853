import { isAscii, isUtf8 } from 'node:buffer';
import { MAX_READ, type ByteSource } from '../byte-source.ts';
import { detectEncoding, ENCODING_SAMPLE, endOfLastCharacter, type TextEncoding } from './encoding.ts';

/** A stretch of decoded text; the stretches of a part follow each other without gap. */
export interface TextPiece {
  utf8: Uint8Array;
  /** Page of the stretch, from 1, where the part has pages. */
  page?: number;
  /**
   * How far to believe what is found: not what has the form of an address in message ids, not file names where they are
   * values of their own, and of the printable strings of a binary nothing without a mark.
   */
  search?: 'not-addresses' | 'not-names' | 'strings';
}

export interface DecodeNotes {
  encoding: TextEncoding;
  /** True where at least one byte could not be decoded and stands as U+FFFD. */
  damaged: boolean;
}

export async function sniffEncoding(source: ByteSource): Promise<TextEncoding> {
  const head = await source.read(0, Math.min(source.size, ENCODING_SAMPLE));
  return detectEncoding(head, head.length === source.size);
}

/** Decodes a source of any size to UTF-8, a window at a time; windows end between characters, and anywhere else. */
export async function* decodeWindows(
  source: ByteSource,
  notes: DecodeNotes,
  signal: AbortSignal,
  windowBytes = MAX_READ,
): AsyncGenerator<TextPiece> {
  const decode = createDecoder(notes);
  for (let at = notes.encoding.bom; at < source.size; ) {
    signal.throwIfAborted();
    const raw = await source.read(at, Math.min(windowBytes, source.size - at));
    if (raw.length === 0) throw new Error(`the file ended at byte ${at} of ${source.size}`);
    at += raw.length;
    const utf8 = decode(raw, at >= source.size);
    if (utf8.length > 0) yield { utf8 };
  }
}

/** Cuts a text that is already in memory as decodeWindows would. */
export function* cutWindows(text: string, page?: number, windowBytes = MAX_READ): Generator<TextPiece> {
  const utf8 = Buffer.from(text, 'utf8');
  for (let at = 0; at < utf8.length; ) {
    const rest = utf8.subarray(at, at + windowBytes);
    const length = at + rest.length >= utf8.length ? rest.length : Math.max(1, endOfLastCharacter(rest));
    const piece = rest.subarray(0, length);
    yield page === undefined ? { utf8: piece } : { utf8: piece, page };
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
