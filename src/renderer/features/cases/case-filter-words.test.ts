import { expect, test } from 'vitest';
import type { CaseFilter } from '../../../shared/contract/case-list.ts';
import { partsOf, quickOf, toggleIn, toggleTag, withQuick } from './case-filter-words.ts';

test('every part of a filter is a chip that takes just itself away', () => {
  const filter: CaseFilter = {
    isOpen: true,
    severities: [3, 4],
    assignees: [''],
    tags: { all: ['a', 'b'], none: ['c'] },
    startAt: { preset: '30d' },
    endAt: { from: 0, to: 86_400_000 },
    number: { min: 5, max: 5 },
    handling: { min: 7_200_000 },
    resolutions: ['none', 'other'],
  };
  const parts = partsOf(filter);
  expect(parts.map(({ words }) => words)).toEqual([
    'Open',
    'Resolution: none or Other',
    'Severity: High or Critical',
    'Assignee: nobody',
    'Tag: a and b',
    'Not tag: c',
    'Started last 30 days',
    'Ended 1970-01-01 to 1970-01-02',
    'Number = 5',
    'Took ≥ 2 h',
  ]);
  for (const part of parts) {
    expect(partsOf(part.without).map(({ key }) => key)).toEqual(
      parts.map(({ key }) => key).filter((key) => key !== part.key),
    );
  }
  expect(
    parts.reduce<CaseFilter>((rest, { key }) => partsOf(rest).find((each) => each.key === key)!.without, filter),
  ).toEqual({});
});

test('a click on a cell adds it, a second takes it away, and nothing empty is left', () => {
  const one = toggleIn({}, 'tlps', 'red');
  expect(toggleIn(one, 'tlps', 'green')).toEqual({ tlps: ['red', 'green'] });
  expect(toggleIn(one, 'tlps', 'red')).toEqual({});
  expect(toggleTag(toggleTag({}, 'a'), 'b')).toEqual({ tags: { all: ['a', 'b'] } });
  expect(toggleTag(toggleTag({}, 'a'), 'a')).toEqual({});
  expect(toggleTag({ tags: { none: ['x'], all: ['a'] } }, 'a')).toEqual({ tags: { none: ['x'] } });
});

test('a quick filter changes its own part only', () => {
  const filter: CaseFilter = { tlps: ['red'], isFlagged: true };
  expect(quickOf(filter)).toBe('starred');
  expect(withQuick(filter, 'mine')).toEqual({ tlps: ['red'], isOpen: true, isMine: true });
  expect(quickOf(withQuick(filter, 'all'))).toBe('all');
  expect(quickOf({ isOpen: false, isMine: true })).toBeUndefined();
});
