import type { Checked } from './checked.ts';

const BY_LENGTH: Readonly<Record<number, string>> = {
  32: 'md5',
  40: 'sha1',
  56: 'sha224',
  64: 'sha256',
  96: 'sha384',
  128: 'sha512',
};
const HEX = /^[0-9a-f]+$/i;

/** Block size, then two base64 strings of at most 64 characters; an optional quoted file name is not part of it. */
const SSDEEP = /^(\d{1,10}):([A-Za-z0-9+/]{3,64}):([A-Za-z0-9+/]{3,64})$/;

export const isHashLength = (length: number): boolean => length in BY_LENGTH;

function distinctDigits(hex: string): number {
  let seen = 0;
  for (let i = 0; i < hex.length; i++) {
    const code = hex.charCodeAt(i);
    seen |= 1 << (code < 0x40 ? code - 0x30 : code - 0x61 + 10);
  }
  let count = 0;
  for (; seen !== 0; seen &= seen - 1) count++;
  return count;
}

/** Hex digests by their length. What nobody computes (one digit repeated, a decimal number) is refused with a reason. */
export function checkHash(text: string): Checked {
  const algorithm = BY_LENGTH[text.length];
  if (algorithm === undefined || !HEX.test(text)) return checkSsdeep(text);
  const value = text.toLowerCase();
  const distinct = distinctDigits(value);
  if (distinct === 1) return { reason: 'one digit repeated, not a hash' };
  if (distinct < 5) return { reason: 'too few different digits for a hash' };
  if (/^\d+$/.test(value)) return { reason: 'a decimal number, not a hash' };
  return { value, marks: [algorithm] };
}

export function checkSsdeep(text: string): Checked {
  const match = SSDEEP.exec(text);
  if (match === null) return { reason: 'not a digest of 32, 40, 56, 64, 96 or 128 hex digits, nor an ssdeep hash' };
  // ssdeep's block size is 3 doubled some number of times, which is what tells it from a time or a ratio.
  const doubled = Number(match[1]) / 3;
  if (!Number.isInteger(doubled) || doubled < 1 || (doubled & (doubled - 1)) !== 0) {
    return { reason: 'the ssdeep block size is not 3 × a power of two' };
  }
  return { value: text, marks: ['ssdeep'] };
}
