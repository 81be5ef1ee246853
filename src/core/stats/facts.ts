import type { SharedRow } from '../sync/registry.ts';

/** What is counted apart from each other: an entity, and cases once more by the day they were closed. */
export type Stream = 'case' | 'case.closed' | 'task' | 'note' | 'observable' | 'alert' | 'job' | 'egress';

/** One thing as the counters see it; migration 0017 says the same in SQL. */
export interface Fact {
  stream: Stream;
  engagementId: string;
  /** UTC milliseconds. */
  at: number;
  /** Its state fields in the order of shared/model/stat-fields.ts, joined by dots. */
  state: string;
  /** Every value of every other field; of observables the first one counts all of them. */
  values: readonly (readonly [field: string, value: string])[];
  measure: number | null;
}

const tagsOf = (tags: readonly string[]): [string, string][] => [...new Set(tags)].map((tag) => ['tags', tag]);
const yes = (is: boolean): string => (is ? 'yes' : 'no');
const span = (from: number | null, to: number | null): number | null =>
  from === null || to === null ? null : to - from;

export function caseFacts(row: SharedRow<'case'>): Fact[] {
  if (row.deletedAt !== null) return [];
  const { engagementId, endAt } = row;
  const values: [string, string][] = [
    ['severity', String(row.severity)],
    ['tlp', row.tlp],
    ['pap', row.pap],
    ['assignee', row.assignee],
    ...tagsOf(row.tags),
  ];
  if (row.resolution !== null) values.push(['resolution', row.resolution]);
  if (row.impact !== null) values.push(['impact', row.impact]);
  const fact = { engagementId, state: row.status, values, measure: span(row.startAt, endAt) };
  const made: Fact = { ...fact, stream: 'case', at: row.createdAt };
  return endAt === null ? [made] : [made, { ...fact, stream: 'case.closed', at: endAt }];
}

export const sourceOf = (row: Pick<SharedRow<'observable'>, 'sourceJobId' | 'marks'>): string =>
  row.sourceJobId !== null
    ? 'analyzer'
    : row.marks.some((mark) => mark === 'alert' || mark.startsWith('alert:'))
      ? 'alert'
      : 'own';

/** `verdict` is the kept one, 'none' where it was not analysed. */
export function observableFacts(row: SharedRow<'observable'>, verdict: () => string): Fact[] {
  if (row.deletedAt !== null) return [];
  return [
    {
      stream: 'observable',
      engagementId: row.engagementId,
      at: row.createdAt,
      state: `${yes(row.isIoc)}.${sourceOf(row)}`,
      values: [
        ['sighted', yes(row.isSighted)],
        ['verdict', verdict()],
        ['dataType', row.dataType],
        ['tlp', row.tlp],
        ...tagsOf(row.tags),
      ],
      measure: null,
    },
  ];
}

export function taskFacts(row: SharedRow<'task'>, engagementId: string): Fact[] {
  if (row.deletedAt !== null) return [];
  return [
    {
      stream: 'task',
      engagementId,
      at: row.createdAt,
      state: row.status,
      values: [
        ['assignee', row.assignee],
        ['group', row.group],
      ],
      measure: span(row.startAt, row.endAt),
    },
  ];
}

export function noteFacts(row: SharedRow<'note'>, engagementId: string): Fact[] {
  if (row.deletedAt !== null) return [];
  const state = row.taskId === null ? 'case' : 'task';
  return [{ stream: 'note', engagementId, at: row.createdAt, state, values: [], measure: null }];
}
