import { expect, test } from 'vitest';
import { type StatAnswer, Widget } from '../../../shared/contract/dashboards.ts';
import { countedAt, listOf } from './open-counted.ts';
import { fillPlaceholders } from './placeholders.ts';
import { formatValue, questionsOf, summaryOf, tableOf, tableToCsv } from './widget-table.ts';

const ID = '00000000-0000-7000-8000-000000000001';
const DAY = 86_400_000;
const answer = (part: Partial<StatAnswer>): StatAnswer => ({
  groups: [0],
  series: [],
  others: null,
  how: 'kept',
  scanned: 0,
  isPartial: false,
  refused: null,
  ...part,
});

const donut = Widget.parse({
  kind: 'donut',
  id: ID,
  title: 'Who',
  entity: 'case',
  by: 'assignee',
  names: { '': 'Nobody' },
  filters: [{ field: 'status', values: ['open'] }],
});
const shares = answer({
  series: [
    { key: 'ana', values: [3] },
    { key: '', values: [1] },
  ],
  others: { keys: 4, values: [5] },
});

test('values get their names, the rest is one row, and a click leads to exactly what was counted', () => {
  const table = tableOf(donut, [shares]);
  expect(table.rows.map(({ label, values }) => [label, values[0]])).toEqual([
    ['ana', 3],
    ['Nobody', 1],
    ['4 more', 5],
  ]);
  expect(summaryOf('Who', table)).toBe('Who: ana 3, Nobody 1, 4 more 5.');
  const counted = countedAt(table.rows[1]!, table.columns[0]!);
  const list = listOf(counted, { from: DAY, to: 3 * DAY });
  expect(JSON.parse(decodeURIComponent(list!.path.replace('/cases/list/', '')))).toEqual({
    statuses: ['open'],
    assignees: [''],
    createdAt: { from: DAY, to: 3 * DAY - 1 },
  });
  expect(list!.left).toEqual([]);
});

test('a point in time counts its own days only', () => {
  const line = Widget.parse({
    kind: 'multiline',
    id: ID,
    title: '',
    interval: 'month',
    series: [
      {
        entity: 'observable',
        label: 'bad',
        filters: [
          { field: 'verdict', values: ['malicious'] },
          { field: 'ioc', values: ['yes'] },
        ],
      },
      { entity: 'case', agg: 'avg', date: 'closed' },
    ],
  });
  const [january, february] = [Date.UTC(2026, 0, 1), Date.UTC(2026, 1, 1)];
  expect(questionsOf(line).map(({ interval }) => interval)).toEqual(['month', 'month']);
  const table = tableOf(line, [
    answer({ groups: [january, february], series: [{ key: '', values: [2, 0] }] }),
    // Over all time the other one begins later.
    answer({ groups: [february], series: [{ key: '', values: [3 * DAY] }] }),
  ]);
  expect(table.rows.map(({ label, values }) => [label, ...values])).toEqual([
    ['Jan 2026', 2, null],
    ['Feb 2026', 0, 3 * DAY],
  ]);
  expect(tableToCsv(table)).toBe(
    '"Month","bad","Average: Time from start to close (ms)"\r\n"Jan 2026","2",""\r\n"Feb 2026","0","259200000"\r\n',
  );
  const { path } = listOf(countedAt(table.rows[0]!, table.columns[0]!), table.rows[0]!.span!)!;
  expect(decodeURIComponent(path)).toBe(
    '/observables/list/after:2026-01-01 before:2026-02-01 verdict:malicious is:ioc',
  );
});

test('what a list cannot filter by is said', () => {
  const counted = {
    entity: 'job' as const,
    date: 'created' as const,
    filters: [
      { field: 'status', values: ['failed'], isNot: false },
      { field: 'analyzer', values: ['Yara'], isNot: false },
    ],
  };
  expect(listOf(counted, null)).toEqual({ path: '/jobs/list/failed', left: ['Analyzer is Yara'] });
  const source = {
    ...counted,
    entity: 'observable' as const,
    filters: [{ field: 'source', values: ['own'], isNot: false }],
  };
  expect(listOf(source, null)?.left).toEqual(['Source is Own']);
});

test('a refusal is shown instead of numbers, a scan is said', () => {
  const refused = tableOf(donut, [answer({ refused: 'Because.' })]);
  expect(refused).toMatchObject({ problems: ['Because.'], rows: [], columns: [] });
  const scanned = tableOf(donut, [{ ...shares, how: 'scan', scanned: 20_000, isPartial: true }]);
  expect(scanned.notes).toEqual(['Only the newest 20,000 were looked at: this is not kept as a counter.']);
});

test('placeholders become numbers, and one that nobody counts stays to be seen', () => {
  const text = Widget.parse({
    kind: 'text',
    id: ID,
    title: '',
    text: '',
    series: [
      { entity: 'case', label: 'open' },
      { entity: 'case', label: 'time', agg: 'avg' },
    ],
  });
  const table = tableOf(text, [
    answer({ series: [{ key: '', values: [1_234] }] }),
    answer({ series: [{ key: '', values: [90 * 60_000] }] }),
  ]);
  expect(fillPlaceholders('{{open}} open after {{ time }}, {{other}}', table)).toBe(
    '1,234 open after 1.5 h, {{other}}',
  );
  expect(fillPlaceholders('{{'.repeat(50_000), table)).toBe('{{'.repeat(50_000));
  expect([formatValue(null, 'things'), formatValue(3 * DAY, 'ms'), formatValue(2_500, 'bytes')]).toEqual([
    'none',
    '3.0 days',
    '2.5 KB',
  ]);
});
