import { randomBytes } from 'node:crypto';
import { digestOf, indexOfDigest } from './launch-codes.ts';

/** Windows of one analyst; the oldest session goes when more are opened. */
const MAX_SESSIONS = 64;

export interface Sessions {
  /** Opens a session and returns the cookie's value: 256 random bits as base64url, kept here as a digest only. */
  open(): string;
  isOpen(cookie: string | undefined): boolean;
}

/** Sessions live in memory and end with the host. */
export function createSessions(): Sessions {
  const digests: Buffer[] = [];
  return {
    open() {
      if (digests.length >= MAX_SESSIONS) digests.shift();
      const value = randomBytes(32).toString('base64url');
      digests.push(digestOf(value));
      return value;
    },
    isOpen(cookie) {
      return cookie !== undefined && cookie.length === 43 && indexOfDigest(digests, digestOf(cookie)) >= 0;
    },
  };
}
