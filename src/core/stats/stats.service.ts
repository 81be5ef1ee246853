import type { StatAnswer, StatFilter, StatQuestion } from '../../shared/contract/dashboards.ts';
import { STAT_FIELDS, type StatEntityInfo, type StatField } from '../../shared/model/stat-fields.ts';
import type { Keyset } from '../db/keyset.ts';
import { createTurns } from '../jobs/turns.ts';
import type { Clock } from '../ports.ts';
import { DAY_MS, dayOf, groupStart, groupStarts, piecesOf } from './buckets.ts';
import type { Stream } from './facts.ts';
import type { KeptCounts } from './kept-counts.repo.ts';
import type { QuotaUse } from './quota-use.repo.ts';
import type { ScannedEntity, ScanRepo } from './scan.repo.ts';
import { createTally } from './tally.ts';

/** Single rows that one question may read, and how many in one turn. */
const MOST_SCANNED = 20_000;
const SCAN_PAGE = 500;
const MOST_GROUPS = 1_500;

interface Days {
  from: number;
  to: number;
}

export interface StatsService {
  /** The period is of whole UTC days, without `to`; null is all time. */
  ask(engagementId: string, period: Days | null, questions: readonly StatQuestion[]): Promise<StatAnswer[]>;
}

/** What a question needs, or why it has no answer. */
type Plan = { kind: 'kept'; field: string } | { kind: 'scan' } | { kind: 'quota' } | { kind: 'refused'; why: string };

export function createStatsService(deps: {
  counts: KeptCounts;
  scans: ScanRepo;
  quota: QuotaUse;
  clock: Clock;
}): StatsService {
  const { counts, scans, quota, clock } = deps;

  /** With an interval all time has a beginning: the first day on which something is counted. */
  const bounded = (engagementId: string, stream: Stream, period: Days | null): Days => {
    const to = (dayOf(clock.now()) + 1) * DAY_MS;
    return period ?? { from: (counts.firstDay(engagementId, stream) ?? dayOf(clock.now())) * DAY_MS, to };
  };

  const kept = (engagementId: string, period: Days | null, question: StatQuestion, field: string): StatAnswer => {
    const { entity, by, interval, filters } = question;
    const stream: Stream = question.date === 'closed' ? 'case.closed' : (entity as Stream);
    const days = interval === null ? (period ?? undefined) : bounded(engagementId, stream, period);
    const groups = interval === null || days === undefined ? [0] : groupStarts(days.from, days.to, interval);
    if (groups.length > MOST_GROUPS)
      return refusal(`That is more than ${MOST_GROUPS} points. Choose a longer interval.`);
    const pieces = piecesOf(days, interval ?? undefined);
    const states = stateFields(STAT_FIELDS[entity]);
    const stateAt = (name: string): number => states.findIndex((state) => state.name === name);
    const byState = by === null ? -1 : stateAt(by);
    const tests = filters.map((filter) => ({ at: stateAt(filter.field), test: testOf(filter) }));
    const tally = createTally(question, groups);
    const rows = counts.read(engagementId, stream, field, pieces, {
      value: field !== '' && (by === field || filters.some((filter) => filter.field === field)),
      state: byState >= 0 || tests.some(({ at }) => at >= 0),
    });
    for (const { group, value, state, things, measured, total } of rows) {
      const parts = state.split('.');
      if (!tests.every(({ at, test }) => test([at < 0 ? value : (parts[at] ?? '')]))) continue;
      const key = by === null ? '' : byState < 0 ? value : (parts[byState] ?? '');
      tally.add(key, group, things, measured, total);
    }
    return { ...tally.answer(), how: 'kept', scanned: 0, isPartial: false, refused: null };
  };

  const scan = async (engagementId: string, period: Days | null, question: StatQuestion): Promise<StatAnswer> => {
    const { by, interval, filters } = question;
    const entity = question.entity as ScannedEntity;
    const days = bounded(engagementId, entity, period);
    const groups = interval === null ? [0] : groupStarts(days.from, days.to, interval);
    if (groups.length > MOST_GROUPS)
      return refusal(`That is more than ${MOST_GROUPS} points. Choose a longer interval.`);
    const tests = filters.map((filter) => ({ field: filter.field, test: testOf(filter) }));
    const tally = createTally(question, groups);
    let after: Keyset | undefined;
    let scanned = 0;
    let isPartial = false;
    const turns = createTurns(clock.monotonic);
    for (;;) {
      const rows = scans.page(entity, engagementId, days, after, SCAN_PAGE);
      for (const { at, values, measure } of rows) {
        if (!tests.every(({ field, test }) => test(values[field] ?? []))) continue;
        const group = interval === null ? 0 : groupStart(at, interval);
        const keys = by === null ? [''] : (values[by] ?? []);
        for (const key of keys) tally.add(key, group, 1, measure === null ? 0 : 1, measure ?? 0, measure ?? undefined);
      }
      scanned += rows.length;
      after = rows.at(-1);
      if (rows.length < SCAN_PAGE) break;
      if (scanned >= MOST_SCANNED) {
        isPartial = scans.page(entity, engagementId, days, after, 1).length > 0;
        break;
      }
      await turns.next();
    }
    return { ...tally.answer(), how: 'scan', scanned, isPartial, refused: null };
  };

  const quotaUse = (engagementId: string, period: Days | null, question: StatQuestion): StatAnswer => {
    const { by, interval, filters } = question;
    // The ledger has no first day of its own kind: all time is up to now, and an interval needs a beginning.
    if (interval !== null && period === null)
      return refusal('Choose a period: the quota ledger is added up from a day on.');
    const now = clock.now() + 1;
    const [from, to] = [period?.from ?? 0, Math.min(period?.to ?? now, now)];
    const groups = interval === null ? [0] : groupStarts(from, period?.to ?? to, interval);
    if (groups.length > MOST_GROUPS)
      return refusal(`That is more than ${MOST_GROUPS} points. Choose a longer interval.`);
    const tests = filters.map(testOf);
    const tally = createTally(question, groups);
    for (const key of quota.keys()) {
      if (!tests.every((test) => test([key]))) continue;
      let before = quota.spentBefore(engagementId, key, from);
      for (const [i, group] of groups.entries()) {
        const spent = quota.spentBefore(engagementId, key, Math.min(groups[i + 1] ?? to, to));
        tally.add(by === null ? '' : key, group, spent - before, 0, 0);
        before = spent;
      }
    }
    return { ...tally.answer(), how: 'kept', scanned: 0, isPartial: false, refused: null };
  };

  return {
    async ask(engagementId, period, questions) {
      const answers: StatAnswer[] = [];
      for (const question of questions) {
        const plan = planOf(question);
        switch (plan.kind) {
          case 'kept':
            answers.push(kept(engagementId, period, question, plan.field));
            break;
          case 'quota':
            answers.push(quotaUse(engagementId, period, question));
            break;
          case 'scan':
            answers.push(await scan(engagementId, period, question));
            break;
          case 'refused':
            answers.push(refusal(plan.why));
        }
      }
      return answers;
    },
  };
}

/** Counters answer state fields and one field more; single rows the rest, where they may be read. */
function planOf({ entity, date, agg, by, filters }: StatQuestion): Plan {
  const info = STAT_FIELDS[entity];
  const refused = (why: string): Plan => ({ kind: 'refused', why });
  const used = [...new Set([...(by === null ? [] : [by]), ...filters.map(({ field }) => field)])];
  const fields = used.map((name) => info.fields.find((field) => field.name === name));
  const unknown = used.find((_, i) => fields[i] === undefined);
  if (unknown !== undefined) return refused(`${info.label} have no field ${unknown}. Choose another one.`);
  if (agg !== 'count' && info.measure === undefined)
    return refused(`${info.label} have no number to add up. Choose count.`);
  if (!info.dates.includes(date)) return refused(`${info.label} are counted by the day they were made only.`);
  if (entity === 'quota') return { kind: 'quota' };

  const others = fields.filter((field): field is StatField => field?.isState === false);
  // A thing with two of the tags that a filter names is one thing, and the counters of both would count it twice.
  const isListFilter = filters.some(
    ({ field, values, isNot }) =>
      others.some((each) => each.isList === true && each.name === field) &&
      (isNot || values.length > 1 || by === field),
  );
  const isKept = others.length <= 1 && !isListFilter && agg !== 'min' && agg !== 'max';
  if (isKept) return { kind: 'kept', field: others[0]?.name ?? '' };
  if (info.canScan && date === 'created') return { kind: 'scan' };
  if (agg === 'min' || agg === 'max')
    return refused(`${info.label} have no smallest and largest here. Choose the average.`);
  const states = stateFields(info).map(({ label }) => label);
  const withStates = states.length === 0 ? '' : `, together with ${states.join(', ')}`;
  return refused(
    `${info.label} are counted by one of ${info.fields
      .filter(({ isState }) => !isState)
      .map(({ label }) => label)
      .join(', ')} at a time${withStates}. Remove one of the filters.`,
  );
}

const stateFields = (info: StatEntityInfo): StatField[] => info.fields.filter(({ isState }) => isState);

function testOf({ values, isNot }: StatFilter): (has: readonly string[]) => boolean {
  const wanted = new Set(values);
  return (has) => has.some((value) => wanted.has(value)) !== isNot;
}

const refusal = (why: string): StatAnswer => ({
  groups: [],
  series: [],
  others: null,
  how: 'kept',
  scanned: 0,
  isPartial: false,
  refused: why,
});
