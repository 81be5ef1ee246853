import { beforeEach, expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';
import { dice, editAtRandom } from '../../../test/support/random-edits.ts';
import { StatQuestion } from '../../shared/contract/dashboards.ts';
import { STAT_FIELDS } from '../../shared/model/stat-fields.ts';
import { DAY_MS } from './buckets.ts';
import { createKeptCounts } from './kept-counts.repo.ts';
import { createQuotaUse } from './quota-use.repo.ts';
import { createScanRepo, type ScannedEntity } from './scan.repo.ts';
import { createStatsService, type StatsService } from './stats.service.ts';

let core: TestCore;
let stats: StatsService;
let engagementIds: string[];

beforeEach(async () => {
  core = await makeCore();
  const { db, clock } = core;
  stats = createStatsService({
    counts: createKeptCounts(db),
    scans: createScanRepo(db),
    quota: createQuotaUse(db),
    clock,
  });
  db.pragma('synchronous=OFF');
  editAtRandom(db, core.records, 800, 5);
  engagementIds = db.prepare<[], string>(`SELECT id FROM engagement WHERE name IN ('one', 'two')`).pluck().all();
});

const question = (fields: object): StatQuestion => StatQuestion.parse(fields);

/** What the counters say and what the rows say: the same question, once over single rows in plain loops. */
function bySingleRows(
  asked: StatQuestion,
  engagementId: string,
  period: { from: number; to: number },
): Map<string, number> {
  const scans = createScanRepo(core.db);
  const sums = new Map<string, number>();
  for (const row of scans.page(asked.entity as ScannedEntity, engagementId, period, undefined, 100_000)) {
    const has = (field: string): readonly string[] => row.values[field] ?? [];
    const isIn = asked.filters.every(
      ({ field, values, isNot }) => has(field).some((v) => values.includes(v)) !== isNot,
    );
    if (!isIn) continue;
    for (const key of asked.by === null ? [''] : has(asked.by)) sums.set(key, (sums.get(key) ?? 0) + 1);
  }
  return sums;
}

test('counters give what single rows give, for any field, filter and period', async () => {
  const roll = dice(3);
  const start = Date.UTC(2025, 0, 1);
  let asked = 0;
  for (const entity of ['case', 'observable'] as const) {
    const { fields } = STAT_FIELDS[entity];
    const states = fields.filter(({ isState, values }) => isState && values !== undefined);
    for (const by of [null, ...fields.map(({ name }) => name)]) {
      const from = start + roll(500) * DAY_MS;
      const period = { from, to: from + (1 + roll(300)) * DAY_MS };
      const state = states[roll(states.length)]!;
      const filters = [
        { field: state.name, values: [state.values![roll(state.values!.length)]!.value], isNot: roll(2) === 0 },
      ];
      const each = question({ entity, by, filters, limit: 50 });
      for (const engagementId of engagementIds) {
        const [answer] = await stats.ask(engagementId, period, [each]);
        expect(answer).toMatchObject({ how: 'kept', refused: null, others: null });
        const counted = new Map(answer!.series.map(({ key, values }) => [key, values[0]!]));
        if (by === null && counted.get('') === 0) counted.delete('');
        expect(counted, `${entity} by ${by}`).toEqual(bySingleRows(each, engagementId, period));
        asked += [...counted.values()].length;
      }
    }
  }
  // It would be no test if everything were empty.
  expect(asked).toBeGreaterThan(20);
});

test('groups of time add up to the whole, whatever their length', async () => {
  const period = { from: Date.UTC(2025, 1, 13), to: Date.UTC(2026, 4, 7) };
  for (const engagementId of engagementIds) {
    const [whole] = await stats.ask(engagementId, period, [question({ entity: 'observable' })]);
    const parts = await stats.ask(
      engagementId,
      period,
      (['day', 'week', 'month', 'year'] as const).map((interval) => question({ entity: 'observable', interval })),
    );
    for (const { series, groups } of parts) {
      expect(series[0]!.values).toHaveLength(groups.length);
      expect(series[0]!.values.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(whole!.series[0]!.values[0]);
    }
    expect(parts.map(({ groups }) => groups.length)).toEqual([448, 65, 16, 2]);
  }
});

test('what counters cannot answer is read from single rows and says so; what neither can says what to change', async () => {
  const [engagementId] = engagementIds as [string];
  const two = [
    { field: 'tlp', values: ['red'] },
    { field: 'severity', values: ['4'] },
  ];
  const answers = await stats.ask(engagementId, null, [
    question({ entity: 'case', filters: two }),
    question({ entity: 'case', agg: 'max' }),
    question({ entity: 'task', by: 'group', filters: [{ field: 'assignee', values: ['ana'] }] }),
    question({ entity: 'note', agg: 'sum' }),
    question({ entity: 'case', by: 'colour' }),
    question({ entity: 'quota', by: 'key', interval: 'week' }),
  ]);
  expect(answers.map(({ how, refused }) => refused ?? how)).toEqual([
    'scan',
    'scan',
    expect.stringMatching(/^Tasks are counted by one of Assignee, Group at a time, together with Status/),
    expect.stringMatching(/^Notes have no number to add up/),
    expect.stringMatching(/^Cases have no field colour/),
    expect.stringMatching(/^Choose a period/),
  ]);
  const { scanned, series, isPartial } = answers[0]!;
  const all = { from: 0, to: Number.MAX_SAFE_INTEGER };
  expect(scanned).toBe(createScanRepo(core.db).page('case', engagementId, all, undefined, 100_000).length);
  expect(isPartial).toBe(false);
  const expected = bySingleRows(question({ entity: 'case', filters: two }), engagementId, all).get('') ?? 0;
  expect(series[0]!.values).toEqual([expected]);
});

test('averages leave out what has no number, and only the most frequent values are named', async () => {
  const [engagementId] = engagementIds as [string];
  const [average, sum, few] = await stats.ask(engagementId, null, [
    question({ entity: 'case', agg: 'avg' }),
    question({ entity: 'case', agg: 'sum' }),
    question({ entity: 'observable', by: 'dataType', limit: 3 }),
  ]);
  const row = core.db
    .prepare<[string], { sum: number; avg: number }>(
      `SELECT sum(end_at - start_at) AS sum, avg(end_at - start_at) AS avg FROM case_record
       WHERE engagement_id = ? AND deleted_at IS NULL AND end_at IS NOT NULL`,
    )
    .get(engagementId)!;
  expect(sum!.series[0]!.values).toEqual([row.sum]);
  expect(average!.series[0]!.values[0]).toBeCloseTo(row.avg, 3);
  expect(few!.series).toHaveLength(3);
  const [all] = await stats.ask(engagementId, null, [question({ entity: 'observable' })]);
  const named = few!.series.reduce((total, { values }) => total + values[0]!, 0);
  expect(few!.others!.keys).toBeGreaterThan(10);
  expect(named + few!.others!.values[0]!).toBe(all!.series[0]!.values[0]);
});
