import { isAscii, isUtf8 } from 'node:buffer';

type EncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252' | (string & {});

export interface TextEncoding {
  name: EncodingName;
  /** Bytes of the byte order mark to leave out. */
  bom: number;
}

/** How many bytes from the start are enough to guess an encoding. */
export const ENCODING_SAMPLE = 256 * 1024;

/**
 * Guesses the encoding of a text from its first bytes: byte order mark, then the zero bytes of UTF-16, then UTF-8, then
 * what an HTML or XML head states, then windows-1252 (which can decode anything). `complete` says that `head` is all
 * there is, so that a character cut at its end counts as damage.
 */
export function detectEncoding(head: Uint8Array, complete: boolean): TextEncoding {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { name: 'utf-8', bom: 3 };
  if (head[0] === 0xff && head[1] === 0xfe) return { name: 'utf-16le', bom: 2 };
  if (head[0] === 0xfe && head[1] === 0xff) return { name: 'utf-16be', bom: 2 };
  const wide = detectUtf16(head);
  if (wide !== undefined) return { name: wide, bom: 0 };
  const whole = complete ? head : head.subarray(0, endOfLastCharacter(head));
  if (isUtf8(whole)) return { name: 'utf-8', bom: 0 };
  const stated = statedEncoding(head);
  if (stated !== undefined && stated !== 'utf-8') return { name: stated, bom: 0 };
  return { name: mostlyUtf8(whole) ? 'utf-8' : 'windows-1252', bom: 0 };
}

/** Latin text in UTF-16 has a zero in every other byte; eight pairs are enough to tell it from a stray zero. */
function detectUtf16(head: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const end = Math.min(head.length & ~1, 4096);
  if (end < 8) return undefined;
  let evenZeros = 0;
  let oddZeros = 0;
  for (let at = 0; at < end; at += 2) {
    if (head[at] === 0) evenZeros += 1;
    if (head[at + 1] === 0) oddZeros += 1;
  }
  const pairs = end / 2;
  if (oddZeros > pairs * 0.6 && evenZeros < pairs * 0.05) return 'utf-16le';
  if (evenZeros > pairs * 0.6 && oddZeros < pairs * 0.05) return 'utf-16be';
  return undefined;
}

/** Index after the last whole UTF-8 character of a buffer that may be cut in the middle of one. */
export function endOfLastCharacter(bytes: Uint8Array): number {
  const end = bytes.length;
  for (let back = 1; back <= Math.min(3, end); back += 1) {
    const byte = bytes[end - back] ?? 0;
    if (byte < 0x80) return end;
    if (byte >= 0xc0) {
      const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return back < needs ? end - back : end;
    }
  }
  return end;
}

/** A few damaged bytes in a text full of valid multi-byte characters: still UTF-8, and the damage is told. */
function mostlyUtf8(bytes: Uint8Array): boolean {
  let valid = 0;
  let invalid = 0;
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x80) {
      at += 1;
      continue;
    }
    const length = byte >= 0xf0 && byte < 0xf5 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
    let good = length > 0 && byte < 0xf5;
    for (let next = 1; good && next < length; next += 1) good = ((bytes[at + next] ?? 0) & 0xc0) === 0x80;
    if (good) valid += 1;
    else invalid += 1;
    at += good ? length : 1;
  }
  return valid > invalid * 4;
}

function statedEncoding(head: Uint8Array): string | undefined {
  const start = Buffer.from(head.subarray(0, 2048)).toString('latin1');
  const label = /(?:charset|encoding)\s{0,8}=\s{0,8}["']?([\w.:-]{2,40})/i.exec(start)?.[1];
  return label === undefined ? undefined : canonicalEncoding(label);
}

/** The decoder's name for a charset label, or undefined where it has none. UTF-16 labels are refused: see detectUtf16. */
export function canonicalEncoding(label: string): string | undefined {
  try {
    return new TextDecoder(ALIASES[label.trim().toLowerCase()] ?? label.trim()).encoding;
  } catch {
    return undefined;
  }
}

/** Names seen in mails that the WHATWG list lacks. */
const ALIASES: Readonly<Record<string, string>> = {
  cp850: 'windows-1252',
  cp437: 'windows-1252',
  cp1250: 'windows-1250',
  cp1251: 'windows-1251',
  cp1252: 'windows-1252',
  utf8mb4: 'utf-8',
  utf_8: 'utf-8',
  iso8859_1: 'windows-1252',
  '8bit': 'utf-8',
  ansi: 'windows-1252',
};

/**
 * Decodes bytes whose charset was stated by a hostile or careless sender. A statement that cannot be true (unknown name,
 * ASCII with 8-bit bytes in valid UTF-8, UTF-8 that is not) gives way to what the bytes look like, with a note.
 */
export function decodeStated(bytes: Uint8Array, label: string | undefined): StatedText {
  if (isAscii(bytes) && !/utf-?16|utf-?7|iso-2022|hz-gb/i.test(label ?? '')) {
    return { text: Buffer.from(bytes).toString('latin1'), charset: label ?? 'us-ascii', damaged: false };
  }
  const stated = label === undefined || label === '' ? undefined : canonicalEncoding(label);
  // A byte order mark is better evidence than a label: "utf-16" names both orders.
  const marked = detectEncoding(bytes.subarray(0, 3), false).bom > 0;
  if (!marked && stated !== undefined && stated !== 'utf-8' && !(stated === 'windows-1252' && isUtf8(bytes))) {
    const text = new TextDecoder(stated).decode(bytes);
    return { text, charset: label ?? stated, ...damage(text.includes('\uFFFD'), []) };
  }
  const found = detectEncoding(bytes, true);
  const text = new TextDecoder(found.name).decode(bytes.subarray(found.bom));
  const notes: string[] = [];
  if (label !== undefined && label !== '' && stated === undefined) notes.push(`"${clip(label)}" is unknown`);
  else if (!marked && stated !== undefined && stated !== found.name) notes.push(`stated as ${clip(label ?? '')}`);
  if (notes.length > 0) notes.push(`read as ${found.name}`);
  return { text, charset: found.name, ...damage(found.name === 'utf-8' && !isUtf8(bytes), notes) };
}

export interface StatedText {
  text: string;
  charset: string;
  /** Some bytes could not be decoded and stand as U+FFFD. */
  damaged: boolean;
  /** What was wrong with the statement or the bytes. */
  note?: string;
}

function damage(damaged: boolean, notes: string[]): { damaged: boolean; note?: string } {
  if (damaged) notes.push('some bytes could not be decoded and were read as U+FFFD');
  return notes.length === 0 ? { damaged } : { damaged, note: notes.join(', ') };
}

const clip = (text: string): string => text.slice(0, 40);
