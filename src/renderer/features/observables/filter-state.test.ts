import { expect, test } from 'vitest';
import { filterWords, NO_FILTER, toFilter, toggled } from './filter-state.ts';

const typed = (text: string) => toFilter({ ...NO_FILTER, text }, { caseId: 'c' });

test('what is typed beside words is a filter, with a minus its opposite', () => {
  expect(typed('invoice type:url -tag:"two words" -is:sighted verdict:none')).toEqual({
    caseId: 'c',
    text: 'invoice',
    dataTypes: ['url'],
    notTags: ['two words'],
    isSighted: false,
    isNotAnalysed: true,
  });
  expect(typed('value:evil* -value:*good* tlp:RED -pap:amber')).toEqual({
    caseId: 'c',
    valueStart: 'evil',
    notValuePart: 'good',
    tlps: ['red'],
    notPaps: ['amber'],
  });
  expect(typed('after:2026-11-01 before:2026-11-03')).toEqual({
    caseId: 'c',
    addedFrom: Date.UTC(2026, 10, 1),
    addedBefore: Date.UTC(2026, 10, 3),
  });
});

test('what is no filter is looked for as it stands', () => {
  expect(typed('https://a.example/b -draft mail-subject foo:bar type:nothing -')).toEqual({
    caseId: 'c',
    text: 'https://a.example/b mail-subject foo:bar type:nothing -',
    notText: 'draft',
  });
  expect(typed('  ')).toEqual({ caseId: 'c' });
});

test('a facet is on, the other way, or off; words say which', () => {
  const on = toggled({}, 'url');
  expect(on).toEqual({ url: 'on' });
  expect(toggled(on, 'url', 'not')).toEqual({ url: 'not' });
  expect(toggled(on, 'url')).toEqual({});
  const state = { ...NO_FILTER, dataTypes: { ip: 'not' as const }, flags: { elsewhere: 'on' as const }, text: 'x' };
  expect(filterWords(state)).toEqual(['seen elsewhere', 'not ip', '“x”']);
});
