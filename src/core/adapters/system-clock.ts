import type { Clock } from '../ports.ts';

export function createSystemClock(): Clock {
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
