import { expect, test } from 'vitest';
import type { Level, Taxonomy } from './report.ts';
import { driftOf, mainScore, scoreOf, spanWords } from './report-drift.ts';

const DAY = 86_400_000;
const vt = (value: Taxonomy['value'], level: Level, predicate = 'GetReport'): Taxonomy => ({
  level,
  namespace: 'VT',
  predicate,
  value,
});

test('the number of engines, how long it took and the verdict that came of it', () => {
  const before = { at: 0, taxonomies: [vt('3/72', 'suspicious')] };
  expect(driftOf(before, { at: 6 * DAY, taxonomies: [vt('41/73', 'suspicious')] })).toBe('3 → 41 engines in 6 days');
  expect(driftOf(before, { at: 2 * 3_600_000, taxonomies: [vt('"41/73"', 'malicious')] })).toBe(
    '3 → 41 engines in 2 hours, now malicious',
  );
});

test('counts with words, percentages and bare numbers; without a number the verdict alone', () => {
  const run = (value: Taxonomy['value'], level: Level = 'info') => ({
    at: 0,
    taxonomies: [{ level, namespace: 'MISP', predicate: 'Search', value }],
  });
  const later = (value: Taxonomy['value'], level: Level = 'info') => ({ ...run(value, level), at: DAY });
  expect(driftOf(run('2 events'), later('7 events'))).toBe('2 → 7 events in 1 day');
  expect(driftOf(run('20 %'), later('85%'))).toBe('20 → 85 % in 1 day');
  expect(driftOf(run(4), later(6))).toBe('MISP:Search 4 → 6 in 1 day');
  expect(driftOf(run('clean', 'safe'), later('listed', 'malicious'))).toBe('safe → malicious in 1 day');
  expect(driftOf({ at: 0, taxonomies: [] }, later('listed', 'suspicious'))).toBe('no verdict → suspicious in 1 day');
  expect(driftOf(run('a'), later('b'))).toBeNull();
});

test('where the short answer has no number, known places of the long one do', () => {
  const stats = (malicious: number) => ({ attributes: { last_analysis_stats: { malicious } } });
  const run = (at: number, full: Record<string, unknown>) => ({ at, taxonomies: [], full });
  expect(driftOf(run(0, stats(3)), run(3 * DAY, stats(9)))).toBe('3 → 9 engines in 3 days');
  const abuse = (score: number) => ({ values: [{ data: { abuseConfidenceScore: score } }] });
  expect(driftOf(run(0, abuse(0)), run(60_000, abuse(100)))).toBe('0 → 100 % in 1 minute');
});

test('the worst taxonomy gives the number of a line', () => {
  const score = mainScore([vt(7, 'info', 'resolutions'), vt('13/91', 'malicious'), vt('2/91', 'suspicious', 'urls')]);
  expect(score).toMatchObject({ value: 13, of: 91, unit: 'engines' });
  expect(mainScore([vt('clean', 'safe')])).toBeUndefined();
  expect(scoreOf(vt('9'.repeat(5_000), 'info'))).toBeUndefined();
  expect([0, 59_999, 60_000, 90 * 60_000, 47 * 3_600_000].map(spanWords)).toEqual([
    'under a minute',
    'under a minute',
    '1 minute',
    '2 hours',
    '2 days',
  ]); // prettier-ignore
});
