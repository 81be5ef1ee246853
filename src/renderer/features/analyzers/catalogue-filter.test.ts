import { expect, test } from 'vitest';
import type { Flavor } from '../../../shared/contract/entities.ts';
import { type CatalogueRow, facetCounts, filterRows, NO_FILTER } from './catalogue-filter.ts';

const row = (name: string, patch: Partial<Flavor>, state: 'ready' | 'needs_link' | 'cannot'): CatalogueRow => ({
  flavor: {
    id: `s/${name}_1`,
    source: 's',
    name,
    version: '1',
    description: '',
    author: '',
    url: '',
    license: '',
    dataTypes: ['ip'],
    mediaTypes: [],
    runtime: 'process',
    isLocal: false,
    card: { leaves: 'all', hosts: ['api.example'], seenBy: 'them', keeps: 'ever' },
    cardFrom: 'osmia',
    key: 'needed',
    docs: '',
    environmentId: null,
    summary: '',
    cacheMinutes: 10,
    cannotRun: null,
    ...patch,
  },
  line: {
    flavorId: `s/${name}_1`,
    state,
    line: state === 'cannot' ? 'A secret is not set: key.' : '',
    reasons: [],
    notes: [],
  },
});

const ROWS = [
  row('Local', { isLocal: true, key: 'none', dataTypes: ['file', 'ip'] }, 'ready'),
  row('Sends', {}, 'needs_link'),
  row('Nobody', { cardFrom: 'nobody', key: 'unknown', source: 't' }, 'cannot'),
];
const names = (patch: Partial<typeof NO_FILTER>) =>
  filterRows(ROWS, { ...NO_FILTER, ...patch }).map(({ flavor }) => flavor.name);

test('groups narrow together, values of one group widen', () => {
  expect(names({})).toEqual(['Local', 'Sends', 'Nobody']);
  expect(names({ reaches: ['local', 'undeclared'] })).toEqual(['Local', 'Nobody']);
  expect(names({ reaches: ['local', 'undeclared'], states: ['cannot'] })).toEqual(['Nobody']);
  expect(names({ dataTypes: ['file'] })).toEqual(['Local']);
  expect(names({ sources: ['t'] })).toEqual(['Nobody']);
});

test('text looks at names, types, hosts and what the doctor says; all words must be there', () => {
  expect(names({ text: 'secret key' })).toEqual(['Nobody']);
  expect(names({ text: 'FILE' })).toEqual(['Local']);
  expect(names({ text: 'api.example nobody' })).toEqual(['Nobody']);
  expect(names({ text: 'nothing like it' })).toEqual([]);
  // `Sends` has it in its name, the others elsewhere.
  expect(names({ text: 's' })).toEqual(['Sends', 'Local', 'Nobody']);
});

test('a count says what a click on it would show', () => {
  const filter = { ...NO_FILTER, reaches: ['local'] as const };
  const counts = facetCounts(ROWS, filter);
  expect(Object.fromEntries(counts.reaches)).toEqual({ local: 1, sends: 1, undeclared: 1 });
  expect(Object.fromEntries(counts.states)).toEqual({ ready: 1 });
  expect(Object.fromEntries(counts.dataTypes)).toEqual({ file: 1, ip: 1 });
});
