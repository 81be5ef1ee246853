import { expect, test } from 'vitest';
import type { QuotaBudget, WindowView } from '../../../shared/contract/quota.ts';
import { inText, outlookOf, startWords } from './budget-words.ts';

const NOW = Date.parse('2026-11-23T09:42:00Z');
const view = (more: Partial<WindowView>): WindowView => ({
  window: 'day',
  units: 500,
  isCalendar: true,
  zone: 'UTC',
  origin: 'card',
  spent: 412,
  held: 1,
  left: 87,
  newAt: NOW + 51_480_000,
  freeAt: null,
  guardedUntil: null,
  ...more,
});
const budget = (more: Partial<QuotaBudget>): QuotaBudget => ({
  key: 'vt',
  hosts: [],
  flavors: [],
  isInUse: true,
  windows: [view({})],
  share: null,
  shares: [],
  assignments: [],
  queued: 0,
  blockedUntil: null,
  blockedReason: '',
  forecast: { calls: 0, state: 'enough', now: 0, doneAt: NOW, text: '' },
  ...more,
});
const words = (more: Partial<QuotaBudget>): string => outlookOf(budget(more), NOW, 'utc').words;

test('each state of a budget in its words', () => {
  expect(words({})).toBe('Lasts');
  expect(words({ windows: [view({ origin: 'service' })] })).toBe('Lasts. Limit learned from a reply');
  expect(words({ windows: [] })).toBe('No limit known');
  expect(words({ windows: [view({ left: 0, freeAt: NOW + 51_480_000 })] })).toBe('Used up until Tuesday 00:00');
  expect(words({ windows: [view({ units: 0, left: 0 })] })).toBe('Set to nothing');
  expect(words({ blockedUntil: NOW + 600_000 })).toBe('Asked to wait until today 09:52');
  const forecast = {
    calls: 340,
    state: 'waits',
    now: 87,
    doneAt: Date.parse('2026-11-26T09:00:00Z'),
    text: '',
  } as const;
  expect(words({ queued: 340, forecast })).toBe('340 queued, done Thursday 09:00');
  expect(words({ queued: 12, forecast: { ...forecast, state: 'enough' } })).toBe('Lasts for the 12 queued');
  expect(words({ queued: 12, forecast: { ...forecast, state: 'never', doneAt: null } })).toBe(
    '12 queued: the budget is too small',
  );
});

test('how long until then, never less than is true', () => {
  expect([1, 14_000, 89_001, 5_400_000, 51_480_000, 400_000_000].map((ms) => inText(NOW + ms, NOW))).toEqual([
    '1 s',
    '14 s',
    '2 min',
    '2 h',
    '15 h',
    '5 d',
  ]);
});

test('where a window begins', () => {
  expect(startWords({ window: 'day', isCalendar: true, zone: 'America/New_York' })).toBe(
    'resets 00:00 America/New_York',
  );
  expect(startWords({ window: 'hour', isCalendar: false, zone: 'UTC' })).toBe('in any hour');
});
