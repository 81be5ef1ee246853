import { expect, test } from 'vitest';
import { forecastSentence } from '../../shared/model/quota-sentence.ts';
import { forecastCourse, type ForecastWindow } from './forecast.ts';
import { calendarPeriod, SLIDING_MS, type WindowName } from './windows.ts';

const NOW = Date.parse('2026-11-23T09:42:00Z');
const utc = (text: string): number => Date.parse(`${text}Z`);

const calendar = (window: WindowName, units: number, used: number, zone = 'UTC'): ForecastWindow => ({
  window,
  units,
  calendar: { newAt: calendarPeriod(window, zone, NOW).end, zone },
  lengthMs: 0,
  used: [{ at: NOW, units: used }],
});
const sliding = (window: WindowName, units: number, ...used: [at: number, units: number][]): ForecastWindow => ({
  window,
  units,
  calendar: null,
  lengthMs: SLIDING_MS[window],
  used: used.map(([at, each]) => ({ at, units: each })),
});

test('what fits is done now', () => {
  expect(forecastCourse(88, [calendar('day', 500, 412)], NOW, 0)).toEqual({ now: 88, doneAt: NOW, isNever: false });
});

test('what does not fit goes on at each midnight of the zone, through a day of 23 hours', () => {
  expect(forecastCourse(340, [calendar('day', 112, 0)], NOW, 0)).toMatchObject({
    now: 112,
    doneAt: utc('2026-11-26T00:00:00'),
  });
  const spring = Date.parse('2026-03-28T12:00:00Z');
  const madrid: ForecastWindow = {
    ...calendar('day', 10, 10, 'Europe/Madrid'),
    calendar: { newAt: calendarPeriod('day', 'Europe/Madrid', spring).end, zone: 'Europe/Madrid' },
  };
  expect(forecastCourse(11, [madrid], spring, 0).doneAt).toBe(utc('2026-03-29T22:00:00'));
});

test('the slowest of several windows decides', () => {
  const windows = [sliding('minute', 4), calendar('day', 500, 490), calendar('month', 15_500, 15_495)];
  // Four at once, one more after a minute; then the month is full.
  expect(forecastCourse(5, windows, NOW, 0)).toMatchObject({ now: 4, doneAt: NOW + 60_001 });
  expect(forecastCourse(6, windows, NOW, 0).doneAt).toBe(utc('2026-12-01T00:00:00'));
});

test('units of a sliding window come back one by one', () => {
  const windows = [sliding('hour', 10, [NOW - 3_000_000, 6], [NOW - 1_000, 4])];
  expect(forecastCourse(6, windows, NOW, 0).doneAt).toBe(NOW + 600_001);
  expect(forecastCourse(7, windows, NOW, 0).doneAt).toBe(NOW + 3_599_001);
});

test('a service that asked to wait is waited for', () => {
  expect(forecastCourse(1, [calendar('day', 500, 0)], NOW, NOW + 600_000)).toEqual({
    now: 0,
    doneAt: NOW + 600_000,
    isNever: false,
  });
});

test('no calls are done at once, whatever is left', () => {
  for (const units of [0, 500]) {
    expect(forecastCourse(0, [calendar('day', units, 0)], NOW, 0)).toEqual({ now: 0, doneAt: NOW, isNever: false });
  }
});

test('nothing of nothing, too much for two years, and a large batch in no time', () => {
  expect(forecastCourse(1, [calendar('day', 0, 0)], NOW, 0)).toMatchObject({ isNever: true, doneAt: null });
  expect(forecastCourse(1_000_000, [calendar('day', 1, 0)], NOW, 0)).toMatchObject({ isNever: false, doneAt: null });
  const startedAt = performance.now();
  const { doneAt } = forecastCourse(250_000, [sliding('minute', 4), calendar('day', 500, 0)], NOW, 0);
  expect(performance.now() - startedAt).toBeLessThan(3_000);
  expect(Math.round(((doneAt ?? 0) - NOW) / 86_400_000)).toBe(499);
});

test('the sentence names the weekday, the date beyond a week, and the zone of who reads', () => {
  const say = (more: Partial<Parameters<typeof forecastSentence>[0]>): string =>
    forecastSentence(
      { calls: 340, state: 'waits', window: 'day', left: 112, doneAt: utc('2026-11-26T08:00:00'), ...more },
      NOW,
      'Europe/Madrid',
    );
  expect(say({})).toBe('340 calls, 112 left today, done Thursday 09:00');
  expect(say({ doneAt: utc('2026-11-26T08:00:00') - 7 })).toBe('340 calls, 112 left today, done Thursday 09:00');
  expect(say({ doneAt: utc('2026-12-31T23:30:00') })).toBe('340 calls, 112 left today, done 1 Jan 2027 00:30');
  expect(say({ calls: 1, doneAt: utc('2026-11-23T12:00:00') })).toBe('1 call, 112 left today, done today 13:00');
  expect(say({ state: 'enough' })).toBe('340 calls, 112 left today, enough');
  expect(say({ state: 'unlimited', window: null })).toBe('340 calls, no limit known');
  expect(say({ state: 'never', left: 0 })).toBe('340 calls, 0 left today, never done: the budget is too small');
  expect(say({ doneAt: null })).toBe('340 calls, 112 left today, not done within two years');
});
