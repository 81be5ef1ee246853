import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Milliseconds in which a launch code must be used. */
export const LAUNCH_CODE_LIFE_MS = 30_000;

/** Codes that may be outstanding at once; the oldest goes. Only this user can ask for one, so this is a bound, not a defence. */
const MAX_OUTSTANDING = 16;

export interface LaunchCodes {
  /** A fresh 256-bit code as base64url. It is kept as a digest only. */
  issue(): string;
  /** True once for a code that was issued less than 30 s ago; the code is spent either way. */
  redeem(code: string): boolean;
}

/** Single-use codes that a browser exchanges for a session. `monotonic` is in milliseconds and never goes back. */
export function createLaunchCodes(deps: { monotonic(): number }): LaunchCodes {
  const outstanding: { digest: Buffer; expiresAt: number }[] = [];

  const dropExpired = (): void => {
    const now = deps.monotonic();
    for (let i = outstanding.length - 1; i >= 0; i--) {
      if (outstanding[i]!.expiresAt <= now) outstanding.splice(i, 1);
    }
  };

  return {
    issue() {
      dropExpired();
      if (outstanding.length >= MAX_OUTSTANDING) outstanding.shift();
      const code = randomBytes(32).toString('base64url');
      outstanding.push({ digest: digestOf(code), expiresAt: deps.monotonic() + LAUNCH_CODE_LIFE_MS });
      return code;
    },
    redeem(code) {
      dropExpired();
      const index = indexOfDigest(
        outstanding.map((o) => o.digest),
        digestOf(code),
      );
      if (index < 0) return false;
      outstanding.splice(index, 1);
      return true;
    },
  };
}

export const digestOf = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** Looks at every entry whatever it finds, so that the time tells nothing about which one matched. */
export function indexOfDigest(digests: readonly Buffer[], wanted: Buffer): number {
  let found = -1;
  for (const [i, digest] of digests.entries()) if (timingSafeEqual(digest, wanted)) found = i;
  return found;
}
