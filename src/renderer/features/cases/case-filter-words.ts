import type { CaseFilter, CaseSort, DateFilter, DatePreset } from '../../../shared/contract/case-list.ts';
import type { Impact, Resolution } from '../../../shared/contract/entities.ts';
import { SEVERITY_WORDS } from '../../ui/chips.tsx';
import { CASE_STATUS_WORDS } from './status-words.ts';

export const RESOLUTION_WORDS: Readonly<Record<Resolution, string>> = {
  true_positive: 'True positive',
  false_positive: 'False positive',
  indeterminate: 'Indeterminate',
  other: 'Other',
  duplicated: 'Duplicate',
};

export const IMPACT_WORDS: Readonly<Record<Impact, string>> = {
  with_impact: 'With impact',
  no_impact: 'No impact',
  not_applicable: 'Not applicable',
};

export const PRESET_WORDS: Readonly<Record<DatePreset, string>> = {
  today: 'today',
  '7d': 'last 7 days',
  '30d': 'last 30 days',
  '3m': 'last 3 months',
  '6m': 'last 6 months',
  '1y': 'last year',
};

export const SORT_WORDS: Readonly<Record<CaseSort, string>> = {
  '-start': 'Newest start',
  start: 'Oldest start',
  '-updated': 'Last changed',
  updated: 'Longest unchanged',
  '-severity': 'Most severe',
  severity: 'Least severe',
  assignee: 'Assignee A to Z',
  '-assignee': 'Assignee Z to A',
  '-number': 'Highest number',
  number: 'Lowest number',
};

/** One removable part of a filter. */
export interface FilterPart {
  key: string;
  words: string;
  /** The filter without it. */
  without: CaseFilter;
}

const DATES = [
  ['startAt', 'Started'],
  ['endAt', 'Ended'],
  ['updatedAt', 'Changed'],
  ['createdAt', 'Opened'],
] as const;

const HOUR = 3_600_000;

/** A filter as chips, in the order of the filter panel. The text has its own field and is not among them. */
export function partsOf(filter: CaseFilter): FilterPart[] {
  const parts: FilterPart[] = [];
  const add = (key: string, words: string, without: CaseFilter): void => void parts.push({ key, words, without });
  const drop = (name: keyof CaseFilter): CaseFilter => without(filter, name);
  const list = (name: keyof CaseFilter, label: string, word: (value: never) => string): void => {
    const values = filter[name] as readonly never[] | undefined;
    if (values?.length) add(name, `${label}: ${values.map(word).join(' or ')}`, drop(name));
  };
  if (filter.isOpen !== undefined) add('isOpen', filter.isOpen ? 'Open' : 'Closed', drop('isOpen'));
  if (filter.isMine !== undefined) add('isMine', filter.isMine ? 'Mine' : 'Not mine', drop('isMine'));
  if (filter.isFlagged !== undefined) add('isFlagged', filter.isFlagged ? 'Starred' : 'Not starred', drop('isFlagged'));
  list('statuses', 'Status', (status: keyof typeof CASE_STATUS_WORDS) => CASE_STATUS_WORDS[status]);
  list('resolutions', 'Resolution', (each: Resolution | 'none') => (each === 'none' ? 'none' : RESOLUTION_WORDS[each]));
  list('severities', 'Severity', (value: number) => SEVERITY_WORDS[value - 1] ?? String(value));
  list('tlps', 'TLP', (tlp: string) => tlp.toUpperCase());
  list('paps', 'PAP', (pap: string) => pap.toUpperCase());
  list('assignees', 'Assignee', (name: string) => (name === '' ? 'nobody' : name));
  addTags(filter, add);
  for (const [name, label] of DATES) {
    const dates = filter[name];
    if (dates) add(name, `${label} ${dateWords(dates)}`, drop(name));
  }
  if (filter.number) add('number', `Number ${rangeWords(filter.number)}`, drop('number'));
  if (filter.handling) {
    const { min, max } = filter.handling;
    const hours = (value: number | undefined): number | undefined => value && Math.round(value / HOUR);
    add('handling', `Took ${rangeWords({ min: hours(min), max: hours(max) })} h`, drop('handling'));
  }
  return parts;
}

function addTags(filter: CaseFilter, add: (key: string, words: string, without: CaseFilter) => void): void {
  const { tags } = filter;
  if (!tags) return;
  const drop = (name: keyof typeof tags): CaseFilter => {
    const { [name]: _, ...rest } = tags;
    return Object.keys(rest).length === 0 ? without(filter, 'tags') : { ...filter, tags: rest };
  };
  if (tags.isEmpty !== undefined) add('tags.isEmpty', tags.isEmpty ? 'No tag' : 'Any tag', drop('isEmpty'));
  if (tags.any?.length) add('tags.any', `Tag: ${tags.any.join(' or ')}`, drop('any'));
  if (tags.all?.length) add('tags.all', `Tag: ${tags.all.join(' and ')}`, drop('all'));
  if (tags.none?.length) add('tags.none', `Not tag: ${tags.none.join(', ')}`, drop('none'));
}

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function dateWords({ preset, from, to, isEmpty }: DateFilter): string {
  if (preset !== undefined) return PRESET_WORDS[preset];
  if (isEmpty !== undefined) return isEmpty ? 'never' : 'at any time';
  if (from !== undefined && to !== undefined) return `${dayOf(from)} to ${dayOf(to)}`;
  return from === undefined ? `until ${dayOf(to ?? 0)}` : `from ${dayOf(from)}`;
}

function rangeWords({
  min,
  max,
  not,
}: {
  min?: number | undefined;
  max?: number | undefined;
  not?: number | undefined;
}) {
  const words = [
    ...(min !== undefined && min === max ? [`= ${min}`] : []),
    ...(min !== undefined && min !== max ? [`≥ ${min}`] : []),
    ...(max !== undefined && min !== max ? [`≤ ${max}`] : []),
    ...(not === undefined ? [] : [`≠ ${not}`]),
  ];
  return words.join(', ');
}

export function without(filter: CaseFilter, name: keyof CaseFilter): CaseFilter {
  const { [name]: _, ...rest } = filter;
  return rest;
}

/** Adds a value to a list of the filter, or takes it out where it is in. */
export function toggleIn<K extends 'statuses' | 'severities' | 'tlps' | 'paps' | 'assignees' | 'resolutions'>(
  filter: CaseFilter,
  name: K,
  value: NonNullable<CaseFilter[K]>[number],
): CaseFilter {
  const list = (filter[name] ?? []) as (typeof value)[];
  const next = list.includes(value) ? list.filter((each) => each !== value) : [...list, value];
  return next.length === 0 ? without(filter, name) : { ...filter, [name]: next };
}

/** A click on a tag: cases that have it as well as those clicked before. */
export function toggleTag(filter: CaseFilter, tag: string): CaseFilter {
  const all = filter.tags?.all ?? [];
  const next = all.includes(tag) ? all.filter((each) => each !== tag) : [...all, tag];
  const { all: _, ...others } = filter.tags ?? {};
  if (next.length > 0) return { ...filter, tags: { ...others, all: next } };
  return Object.keys(others).length === 0 ? without(filter, 'tags') : { ...filter, tags: others };
}

/** The filters that a click away is all there is to them. */
export const QUICK_FILTERS = [
  { value: 'open', label: 'Open', filter: { isOpen: true } },
  { value: 'mine', label: 'Mine', filter: { isOpen: true, isMine: true } },
  { value: 'closed', label: 'Closed', filter: { isOpen: false } },
  { value: 'starred', label: 'Starred', filter: { isFlagged: true } },
  { value: 'all', label: 'All', filter: {} },
] as const satisfies readonly { value: string; label: string; filter: CaseFilter }[];
export type QuickFilter = (typeof QUICK_FILTERS)[number]['value'];

/** Which quick filter is on; the rest of the filter is beside it. Undefined where the mix is none of them. */
export function quickOf({ isOpen, isMine, isFlagged }: CaseFilter): QuickFilter | undefined {
  return QUICK_FILTERS.find(({ filter }) => {
    const quick: CaseFilter = filter;
    return quick.isOpen === isOpen && quick.isMine === isMine && quick.isFlagged === isFlagged;
  })?.value;
}

export function withQuick(filter: CaseFilter, value: QuickFilter): CaseFilter {
  const { isOpen: _open, isMine: _mine, isFlagged: _flagged, ...rest } = filter;
  return { ...rest, ...QUICK_FILTERS.find((quick) => quick.value === value)?.filter };
}
