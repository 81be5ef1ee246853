import { createHash, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from '../../shared/errors.ts';
import { KEY_BYTES } from './key-wrap.ts';

/** Crockford's base 32: no I, L, O, U, so that a key read off paper is typed right. */
const DIGITS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const GROUPS = 8;
const GROUP_DIGITS = 5;
/** 184 random bits and a check of 16, 200 in all: 40 digits. */
const SECRET_BYTES = 23;
const CHECK_BYTES = 2;

/** A printable key of 8 groups, `XXXXX-…-XXXXX`. */
export function newRecoveryKey(): string {
  const secret = randomBytes(SECRET_BYTES);
  const text = encode(Buffer.concat([secret, check(secret)]));
  secret.fill(0);
  return (text.match(new RegExp(`.{${GROUP_DIGITS}}`, 'g')) ?? []).join('-');
}

/**
 * The wrapping key that a typed recovery key stands for. Case, spaces and dashes do not matter; O is read as 0, I and L
 * as 1. `workspace.wrong_key` says when it cannot be a recovery key at all.
 */
export function recoveryWrappingKey(typed: string): Buffer {
  const digits = typed
    .toUpperCase()
    .replace(/[\s\-–—_.]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1');
  if (digits.length !== GROUPS * GROUP_DIGITS) {
    throw wrong(`A recovery key has ${GROUPS * GROUP_DIGITS} letters and digits; this one has ${digits.length}.`);
  }
  const bytes = decode(digits);
  const secret = bytes.subarray(0, SECRET_BYTES);
  if (!check(secret).equals(bytes.subarray(SECRET_BYTES)))
    throw wrong('There is a typing mistake in the recovery key.');
  // The secret is random and long: it needs no slow derivation.
  const key = Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), 'osmia recovery key 1', KEY_BYTES));
  bytes.fill(0);
  return key;
}

function check(secret: Uint8Array): Buffer {
  return createHash('sha256').update('osmia recovery key').update(secret).digest().subarray(0, CHECK_BYTES);
}

function encode(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += DIGITS[(held >>> (bits - 5)) & 31];
    held &= (1 << bits) - 1;
  }
  return text;
}

function decode(digits: string): Buffer {
  const bytes = Buffer.alloc((digits.length * 5) / 8);
  let at = 0;
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    const value = DIGITS.indexOf(digit);
    if (value < 0) throw wrong('A recovery key has letters and digits only, and no U.');
    held = (held << 5) | value;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = held >>> bits;
      held &= (1 << bits) - 1;
    }
  }
  return bytes;
}

function wrong(message: string): AppError {
  return new AppError('workspace.wrong_key', message);
}
