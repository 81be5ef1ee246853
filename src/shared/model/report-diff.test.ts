import { expect, test } from 'vitest';
import { diffReports, MAX_CHANGES, type ReportChange } from './report-diff.ts';
import { natureOf } from './report-noise.ts';

const lines = (changes: readonly ReportChange[]): string[] =>
  changes.map(({ kind, path, before, after, isNoise }) =>
    [isNoise ? '~' : '', kind, path.join('/'), JSON.stringify(before) ?? '', JSON.stringify(after) ?? '']
      .filter((part) => part !== '')
      .join(' '),
  );
const diff = (before: unknown, after: unknown): string[] => lines(diffReports(before, after).changes);

test('fields are added, removed and changed by name; what is empty says nothing', () => {
  const before = { malicious: 4, rank: 'Umbrella, 812004', status: 'active', tags: [], notes: null };
  const after = { status: 'server hold', malicious: 11, category: ['phishing', 'finance'], tags: null, notes: '' };
  expect(diff(before, after)).toEqual([
    'changed status "active" "server hold"',
    'changed malicious 4 11',
    'added category ["phishing","finance"]',
    'removed rank "Umbrella, 812004"',
  ]);
  expect(diffReports(before, after).counts).toEqual({ added: 1, removed: 1, changed: 2, noise: 0, same: 0 });
});

test('items of a list are known by their name, not by their place', () => {
  const engine = (engine_name: string, result: string | null) => ({ engine_name, result });
  const before = { scans: [engine('A', 'clean'), engine('B', 'clean'), engine('C', 'trojan')] };
  const after = { scans: [engine('C', 'trojan'), engine('D', 'phishing'), engine('A', 'malware')] };
  expect(diff(before, after)).toEqual([
    'changed scans/A/result "clean" "malware"',
    'added scans/D {"engine_name":"D","result":"phishing"}',
    'removed scans/B {"engine_name":"B","result":"clean"}',
  ]);
  expect(diffReports(before, after).counts.same).toBe(3);
});

test('type and value name an artifact together; a field nobody knows of does when most of it is found again', () => {
  const artifact = (dataType: string, data: string, tags: string[] = []) => ({ dataType, data, tags });
  expect(
    diff(
      [artifact('ip', '192.0.2.1'), artifact('other', '192.0.2.1')],
      [artifact('other', '192.0.2.1', ['seen']), artifact('ip', '192.0.2.1')],
    ),
  ).toEqual(['added other 192.0.2.1/tags ["seen"]']);
  const feed = (list: string, n: number) => ({ n, list });
  expect(diff([feed('x', 1), feed('y', 1), feed('z', 1)], [feed('z', 1), feed('y', 2), feed('x', 1)])).toEqual([
    'changed y/n 1 2',
  ]);
});

test('bare values are a bag; one that gave way to one other is a change of the field', () => {
  expect(diff({ ips: ['a', 'b', 'b'] }, { ips: ['b', 'a', 'b'] })).toEqual([]);
  expect(diff({ ips: ['a', 'b'] }, { ips: ['c', 'a'] })).toEqual(['changed ips "b" "c"']);
  expect(diff({ ips: ['a', 'b'] }, { ips: ['a', 'c', 'd'] })).toEqual([
    'added ips "c"',
    'added ips "d"',
    'removed ips "b"',
  ]);
});

test('the first items of a list, and the last, are told one by one; bare values together', () => {
  const found = [
    { dataType: 'ip', data: '192.0.2.1' },
    { dataType: 'ip', data: '192.0.2.2' },
  ];
  expect(diff({ list: null }, { list: found }).map((line) => line.split(' {')[0])).toEqual([
    'added list/ip 192.0.2.1',
    'added list/ip 192.0.2.2',
  ]);
  expect(diff(found, [])).toHaveLength(2);
  expect(diff({}, { tags: ['a', 'b'] })).toEqual(['added tags ["a","b"]']);
});

test('items without a name are paired when they are equal but for noise, then by what they share', () => {
  const before = [
    { verdict: 'x', scan_date: '2026-01-01' },
    { verdict: 'x', scan_date: '2026-01-02', port: [1] },
  ];
  const after = [
    { verdict: 'x', scan_date: '2026-02-02', port: [1] },
    { verdict: 'x', scan_date: '2026-03-01' },
  ];
  const { changes, counts } = diffReports(before, after);
  expect(changes.every((change) => change.isNoise)).toBe(true);
  expect(counts).toMatchObject({ added: 0, removed: 0, changed: 0, noise: 2 });
  expect(
    diff(
      [
        { a: 1, b: 1 },
        { a: 1, b: 1 },
      ],
      [
        { a: 1, b: 2 },
        { a: 1, b: 1 },
      ],
    ),
  ).toEqual(['changed #1/b 1 2']);
});

test('dates, durations, counters of the service and numbers of the scan are noise; a registration is not', () => {
  const before = {
    scan_id: 'abc-1',
    scanDate: 1_700_000_000,
    took: 4,
    response: 'x',
    checked: '2026-11-01T10:00:00Z',
    when: '2026-11-01',
    creation_date: '2019-01-01',
    ttl: 299,
    last_analysis_stats: { malicious: 4, timeout: 0 },
    quota: { daily: 12 },
  }; // prettier-ignore
  const after = {
    scan_id: 'abc-2',
    scanDate: 1_700_000_900,
    took: 9,
    response: 'y',
    checked: '2026-11-02T10:00:00Z',
    when: '2026-11-02',
    creation_date: '2026-10-09',
    ttl: 12,
    last_analysis_stats: { malicious: 11, timeout: 0 },
    quota: { daily: 11 },
  }; // prettier-ignore
  const { changes } = diffReports(before, after);
  expect(lines(changes.filter((change) => !change.isNoise))).toEqual([
    'changed response "x" "y"',
    'changed creation_date "2019-01-01" "2026-10-09"',
    'changed last_analysis_stats/malicious 4 11',
  ]);
  expect(changes.filter((change) => change.isNoise).map((change) => change.path[0])).toEqual([
    'scan_id',
    'scanDate',
    'took',
    'checked',
    'when',
    'ttl',
    'quota',
  ]); // prettier-ignore
  expect(natureOf('constructor')).toBe('plain');
});

test('names of the prototype are fields like any other', () => {
  const parse = (text: string): unknown => JSON.parse(text);
  expect(diff(parse('{"__proto__":{"a":1}}'), parse('{"__proto__":{"a":2}}'))).toEqual(['changed __proto__/a 1 2']);
  expect(diff({}, { constructor: 'x', toString: 'y' })).toEqual(['added constructor "x"', 'added toString "y"']);
});

test('a hostile report costs time in its size only, and what was not compared is said', () => {
  const deep = (leaf: number): unknown => {
    let value: unknown = leaf;
    for (let i = 0; i < 5_000; i += 1) value = { a: value, b: leaf };
    return value;
  };
  expect(diffReports(deep(1), deep(2)).isCut).toBe(true);
  const rows = (shift: number, n: number): unknown =>
    Array.from({ length: n }, (_, i) => ({ a: 1, b: (i * 7_919 + shift) % n, c: [i + shift] }));
  const many = diffReports({ rows: rows(0, 20_000) }, { rows: rows(1, 20_000) });
  expect(many.changes).toHaveLength(MAX_CHANGES);
  expect(many.counts.changed).toBeGreaterThan(MAX_CHANGES);
  expect(many.isCut).toBe(false);

  const took = (n: number): number => {
    const [a, b] = [rows(0, n), rows(3, n)];
    let best = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round += 1) {
      const start = performance.now();
      diffReports(a, b, 10_000_000);
      best = Math.min(best, performance.now() - start);
    }
    return best;
  };
  took(2_000);
  // Quadratic would be 16.
  expect(took(40_000) / took(10_000)).toBeLessThan(10);
});

test('equal reports have no differences, in any order of fields', () => {
  const report = { a: [1, { b: null, c: 'x' }], d: { e: true } };
  const other = { d: { e: true }, a: [{ c: 'x', b: null }, 1] };
  expect(diffReports(report, other)).toEqual({
    changes: [],
    counts: { added: 0, removed: 0, changed: 0, noise: 0, same: 4 },
    isCut: false,
  });
});
