import type { Clock } from '../ports.ts';

export interface IdleLock {
  /** Somebody is there. */
  touch(): void;
  /** 0 is never. */
  setMinutes(minutes: number): void;
  /** Locks now if it is time; called by itself every few seconds. */
  check(): void;
  stop(): void;
}

const CHECK_MS = 5_000;
const MINUTE_MS = 60_000;

/** Calls `onIdle` once the given minutes have gone by without a `touch`. */
export function createIdleLock(deps: { clock: Clock; onIdle(): void }): IdleLock {
  const { clock } = deps;
  let minutes = 0;
  let wall = clock.now();
  let steady = clock.monotonic();

  const lock: IdleLock = {
    touch() {
      wall = clock.now();
      steady = clock.monotonic();
    },
    setMinutes(next) {
      minutes = next;
    },
    check() {
      // A laptop that slept shows it on the wall clock only, a wall clock set back on the steady one only.
      const idle = Math.max(clock.now() - wall, clock.monotonic() - steady);
      if (minutes > 0 && idle >= minutes * MINUTE_MS) deps.onIdle();
    },
    stop: () => clearInterval(timer),
  };
  const timer = setInterval(() => lock.check(), CHECK_MS);
  timer.unref();
  return lock;
}
