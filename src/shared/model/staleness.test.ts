import { expect, test } from 'vitest';
import { type CurrentBasis, minutesWords, staleness } from './staleness.ts';

const NOW = 10_000_000;
const current: CurrentBasis = {
  name: 'Lookup',
  version: '1.1',
  file: 'f',
  settings: 's',
  key: 'k',
  cacheMinutes: 10,
};
const basis = { version: '1.1', file: 'f', settings: 's', key: 'k' };
const code = (report: Parameters<typeof staleness>[0], now = current): string | undefined =>
  staleness(report, now, NOW)?.code;

test('a verdict is good until its limit, or until what it rests on changed', () => {
  expect(staleness({ at: NOW - 600_000, basis }, current, NOW)).toBeNull();
  expect(staleness({ at: NOW - 600_001, basis }, current, NOW)).toEqual({
    code: 'age',
    message: 'Older than 10 minutes, the limit of Lookup.',
  });
  expect(code({ at: NOW - 1, basis: { ...basis, version: '1.0' } })).toBe('version');
  expect(code({ at: NOW - 1, basis: { ...basis, file: 'x' } })).toBe('file');
  expect(code({ at: NOW - 1, basis: { ...basis, key: 'x' } })).toBe('key');
  expect(code({ at: NOW - 1, basis: { ...basis, settings: 'x' } })).toBe('settings');
  expect(staleness({ at: NOW, basis }, undefined, NOW)?.code).toBe('gone');
});

test('an unknown basis counts by age alone; without a cache the usual limit holds; a future report is of unknown age', () => {
  expect(code({ at: NOW, basis: undefined })).toBeUndefined();
  expect(code({ at: NOW - 60_000, basis }, { ...current, cacheMinutes: 0 })).toBeUndefined();
  expect(code({ at: NOW - 660_000, basis }, { ...current, cacheMinutes: 0 })).toBe('age');
  expect(code({ at: NOW + 1, basis })).toBe('age');
  expect([0.1, 10, 60, 1_440, 1_500].map(minutesWords)).toEqual([
    '6 seconds',
    '10 minutes',
    '1 hour',
    '1 day',
    '25 hours',
  ]);
});
