const INVALID = 0xff;
const BASE64 = new Uint8Array(256).fill(INVALID);
const ALPHABET = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 'latin1');
for (const [value, code] of ALPHABET.entries()) BASE64[code] = value;
const EQUALS = 0x3d;

/**
 * Decodes base64 as mail programs do, not as the standard says: rubbish between the characters is skipped, padding in the
 * middle starts afresh (two blocks glued together), a cut end gives what it can. `rubbish` counts skipped characters.
 */
export function decodeBase64(input: Uint8Array): { bytes: Uint8Array; rubbish: number } {
  const out = new Uint8Array(Math.ceil((input.length * 3) / 4) + 3);
  let length = 0;
  let bits = 0;
  let held = 0;
  let rubbish = 0;
  for (const byte of input) {
    const value = BASE64[byte] ?? INVALID;
    if (value !== INVALID) {
      held = (held << 6) | value;
      bits += 6;
      if (bits >= 8) {
        bits -= 8;
        out[length] = (held >> bits) & 0xff;
        length += 1;
      }
      held &= 0xff;
    } else if (byte === EQUALS) {
      bits = 0;
      held = 0;
    } else if (byte > 0x20) rubbish += 1;
  }
  return { bytes: out.subarray(0, length), rubbish };
}

const hexValue = (byte: number | undefined): number => {
  if (byte === undefined) return -1;
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
};

/** Decodes quoted-printable; an escape that is none stands as it was written, and white space before a line end goes. */
export function decodeQuotedPrintable(input: Uint8Array): Uint8Array {
  const out = new Uint8Array(input.length);
  let length = 0;
  /** Where the white space that ends the line so far begins in `out`. */
  let lineText = 0;
  for (let at = 0; at < input.length; at += 1) {
    const byte = input[at] ?? 0;
    if (byte === EQUALS) {
      const high = hexValue(input[at + 1]);
      const low = hexValue(input[at + 2]);
      if (high >= 0 && low >= 0) {
        out[length] = high * 16 + low;
        length += 1;
        lineText = length;
        at += 2;
        continue;
      }
      const soft = softBreakLength(input, at + 1);
      if (soft >= 0) {
        at += soft;
        lineText = length;
        continue;
      }
    }
    if (byte === 0x0a || byte === 0x0d) length = lineText;
    out[length] = byte;
    length += 1;
    if (byte !== 0x20 && byte !== 0x09) lineText = length;
  }
  return out.subarray(0, length);
}

/** Bytes after `=` up to and with the line end (white space may stand between), or -1 when it is no soft line break. */
function softBreakLength(input: Uint8Array, from: number): number {
  // Bounded: a run of spaces after every `=` would otherwise be read again and again.
  for (let at = from; at < from + 80; at += 1) {
    const byte = input[at];
    if (byte === undefined) return at - from;
    if (byte === 0x0a) return at - from + 1;
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return -1;
  }
  return -1;
}

export interface UuFile {
  name: string;
  bytes: Uint8Array;
}

/** Most uuencoded files taken from one body. */
const MAX_UU_FILES = 100;

/** Files uuencoded in a plain body (`begin 644 name` … `end`), the way mail was sent before MIME and some worms still do. */
export function decodeUuFiles(body: string): UuFile[] {
  const files: UuFile[] = [];
  if (!body.includes('begin ')) return files;
  let name: string | undefined;
  let chunks: Uint8Array[] = [];
  for (const line of body.split('\n')) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line;
    if (name === undefined) {
      const start = /^begin [0-7]{3,4} (\S.{0,254})$/.exec(text);
      if (start?.[1] !== undefined && files.length < MAX_UU_FILES) [name, chunks] = [start[1], []];
      continue;
    }
    const piece = uuLine(text);
    if (piece === undefined) {
      if (chunks.length > 0) files.push({ name, bytes: Buffer.concat(chunks) });
      name = undefined;
    } else chunks.push(piece);
  }
  if (name !== undefined && chunks.length > 0) files.push({ name, bytes: Buffer.concat(chunks) });
  return files;
}

/** One data line, or undefined at `end` and at anything that is not uuencoded. */
function uuLine(text: string): Uint8Array | undefined {
  if (text === 'end' || text.length > 100) return undefined;
  const count = (text.charCodeAt(0) - 32) & 63;
  if (text === '' || text.length < 1 + Math.ceil((count * 8) / 6))
    return text === '' || count > 0 ? undefined : new Uint8Array(0);
  const out = new Uint8Array(count);
  let held = 0;
  let bits = 0;
  let length = 0;
  for (let at = 1; at < text.length && length < count; at += 1) {
    held = ((held << 6) | ((text.charCodeAt(at) - 32) & 63)) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out[length] = (held >> bits) & 0xff;
    length += 1;
  }
  return out;
}
