import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';
import type { Clock } from '../ports.ts';

export function createSystemClock(): Clock {
  const boot = bootId();
  return {
    now: () => Date.now(),
    monotonic: () => performance.now(),
    uptime: () => ({ boot, ms: uptime() * 1_000 }),
    zone: () => Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}

/** Linux names each start of the machine; elsewhere nothing that a changed clock does not change too. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}
