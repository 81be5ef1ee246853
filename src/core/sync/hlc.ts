import type { Clock } from '../ports.ts';

/**
 * Hybrid logical clock. A stamp is text that sorts: 12 hex digits of milliseconds, 4 of a counter, the device, so that
 * of two writes anywhere the later one has the greater text. Stamps never go back, even when the wall clock does.
 */
export interface Hlc {
  tick(): string;
  /** Makes every later stamp greater than this one (from an earlier run, or another device). */
  observe(stamp: string): void;
}

const COUNTER_LIMIT = 0x1_0000;
const STAMP = /^([0-9a-f]{12})-([0-9a-f]{4})-/;

export function createHlc(deps: { clock: Pick<Clock, 'now'>; device: string }): Hlc {
  let lastMs = 0;
  let counter = -1;
  // Most stamps of a bulk share their millisecond: its text is made once.
  let msText = '';

  const moveTo = (ms: number, count: number): void => {
    if (ms !== lastMs || msText === '') msText = ms.toString(16).padStart(12, '0');
    lastMs = ms;
    counter = count;
  };

  return {
    tick() {
      const now = deps.clock.now();
      if (now > lastMs) moveTo(now, 0);
      else if (counter + 1 < COUNTER_LIMIT) moveTo(lastMs, counter + 1);
      else moveTo(lastMs + 1, 0);
      return `${msText}-${counter.toString(16).padStart(4, '0')}-${deps.device}`;
    },
    observe(stamp) {
      const match = STAMP.exec(stamp);
      if (!match?.[1] || !match[2]) return;
      const ms = Number.parseInt(match[1], 16);
      const count = Number.parseInt(match[2], 16);
      if (ms > lastMs || (ms === lastMs && count > counter)) moveTo(ms, count);
    },
  };
}
