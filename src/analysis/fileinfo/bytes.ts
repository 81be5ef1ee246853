/** Reading numbers and text out of untrusted bytes: out of range reads give 0 or a shorter string, never an error. */
export function u8(bytes: Uint8Array, at: number): number {
  return bytes[at] ?? 0;
}

export function u16(bytes: Uint8Array, at: number, little = true): number {
  const low = u8(bytes, little ? at : at + 1);
  const high = u8(bytes, little ? at + 1 : at);
  return low | (high << 8);
}

export function u32(bytes: Uint8Array, at: number, little = true): number {
  const low = u16(bytes, little ? at : at + 2, little);
  const high = u16(bytes, little ? at + 2 : at, little);
  return high * 0x1_0000 + low;
}

/** A 64-bit number as a double: above 2^53 it is rounded, which is far beyond any file size we accept. */
export function u64(bytes: Uint8Array, at: number, little = true): number {
  const low = u32(bytes, little ? at : at + 4, little);
  const high = u32(bytes, little ? at + 4 : at, little);
  return high * 0x1_0000_0000 + low;
}

/** One character a byte, at most `length` of them. */
export function latin1(bytes: Uint8Array, at: number, length: number): string {
  const end = Math.min(bytes.length, at + length);
  let text = '';
  for (let i = Math.max(0, at); i < end; i++) text += String.fromCharCode(u8(bytes, i));
  return text;
}

/** Up to the first NUL, at most `limit` bytes; what cannot be shown becomes a question mark. */
export function cString(bytes: Uint8Array, at: number, limit: number): string {
  const text = latin1(bytes, at, limit);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
}

/** Whether the bytes at `at` are exactly the characters of `text` (one byte a character). */
export function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  if (at < 0 || at + text.length > bytes.length) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

/** First place of `text` (one byte a character) in `bytes` before `limit`, or -1. */
export function indexOfText(bytes: Uint8Array, text: string, from = 0, limit = bytes.length): number {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, limit)).indexOf(text, from, 'latin1');
  return at;
}
