import type { Period } from '../../../shared/contract/dashboards.ts';

export const DAY_MS = 86_400_000;

export const PERIOD_WORDS: Readonly<Record<Period['kind'], string>> = {
  all: 'All time',
  months3: 'Last 3 months',
  days30: 'Last 30 days',
  days7: 'Last 7 days',
  custom: 'From … to …',
};

/** Whole UTC days up to and with today, as the counters are kept; null is all time. */
export function daysOf(period: Period, now: number): { from: number; to: number } | null {
  const to = (Math.floor(now / DAY_MS) + 1) * DAY_MS;
  switch (period.kind) {
    case 'all':
      return null;
    case 'months3': {
      const date = new Date(now);
      return { from: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 3, date.getUTCDate() + 1), to };
    }
    case 'days30':
      return { from: to - 30 * DAY_MS, to };
    case 'days7':
      return { from: to - 7 * DAY_MS, to };
    case 'custom':
      return { from: period.from, to: Math.max(period.from + DAY_MS, period.to) };
  }
}

/** `2026-11-23`, as a date field has it. */
export const toDateField = (at: number): string => new Date(at).toISOString().slice(0, 10);
/** Undefined for what is no date. */
export function fromDateField(text: string): number | undefined {
  const at = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(at) ? undefined : at;
}
