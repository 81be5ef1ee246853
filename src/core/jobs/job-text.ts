import { MAX_SENTENCE, type Taxonomy } from '../../shared/model/report.ts';

const RANK = { malicious: 0, suspicious: 1, safe: 2, info: 3 } as const;

/** How many taxonomies one line tells. */
const MAX_TOLD = 3;

/** The sentence a report opens with, where it states one that fits on a line. */
export function sentenceOf(full: Readonly<Record<string, unknown>>): string | undefined {
  const stated = full['sentence'];
  if (typeof stated !== 'string' || stated.length > MAX_SENTENCE) return undefined;
  const line = stated.replace(/[\s\u0000-\u001f\u007f-\u009f]+/g, ' ').trim();
  return line === '' ? undefined : line;
}

/** One plain line of what a report says: the worst first. */
export function summaryOf(taxonomies: readonly Taxonomy[]): string {
  if (taxonomies.length === 0) return 'Done; nothing to judge.';
  const worst = [...taxonomies].sort((a, b) => RANK[a.level] - RANK[b.level]);
  const told = worst.slice(0, MAX_TOLD).map((one) => `${one.predicate} ${textOf(one.value)}`.trim());
  const rest = worst.length - told.length;
  return told.join(', ') + (rest > 0 ? `, and ${rest} more` : '');
}

const textOf = (value: Taxonomy['value']): string => (value === null ? '' : String(value).replace(/^"(.*)"$/, '$1'));
