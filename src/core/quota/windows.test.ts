import { expect, test } from 'vitest';
import { calendarPeriod, LONGEST_MS, type Period, type WindowName } from './windows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const utc = (text: string): number => Date.parse(`${text}Z`);
const length = (window: WindowName, zone: string, at: string): number => {
  const { start, end } = calendarPeriod(window, zone, utc(at));
  return (end - start) / HOUR;
};

test('a day starts at the midnight of its zone, whatever the local one is', () => {
  expect(calendarPeriod('day', 'UTC', utc('2026-11-23T23:59:59.999'))).toEqual({
    start: utc('2026-11-23T00:00:00'),
    end: utc('2026-11-24T00:00:00'),
  });
  expect(calendarPeriod('day', 'Asia/Kathmandu', utc('2026-11-23T12:00:00')).start).toBe(utc('2026-11-22T18:15:00'));
  expect(calendarPeriod('day', 'America/Los_Angeles', utc('2026-11-23T07:59:59')).start).toBe(
    utc('2026-11-22T08:00:00'),
  );
});

test('days of 23 and 25 hours, and half-hour changes', () => {
  expect(length('day', 'Europe/Madrid', '2026-03-29T12:00:00')).toBe(23);
  expect(length('day', 'Europe/Madrid', '2026-10-25T12:00:00')).toBe(25);
  expect(length('day', 'Australia/Lord_Howe', '2026-04-05T00:00:00')).toBe(24.5);
  expect(length('day', 'Antarctica/Troll', '2026-03-29T12:00:00')).toBe(22);
});

test('a midnight that does not exist, one that comes twice, a date that does, and one that never was', () => {
  // Beirut goes from 00:00 to 01:00: the day starts at 01:00 local.
  expect(calendarPeriod('day', 'Asia/Beirut', utc('2026-03-29T12:00:00')).start).toBe(utc('2026-03-28T22:00:00'));
  expect(length('day', 'Asia/Beirut', '2026-03-29T12:00:00')).toBe(23);
  // Havana goes from 01:00 back to 00:00.
  expect(length('day', 'America/Havana', '2026-11-01T12:00:00')).toBe(25);
  // St John's went back at 00:01, so that 6 November 2011 began, ended and began again.
  const early = calendarPeriod('day', 'America/St_Johns', utc('2011-11-06T02:30:30'));
  const again = calendarPeriod('day', 'America/St_Johns', utc('2011-11-06T03:00:00'));
  expect(early).toEqual(again);
  expect(early.end - early.start).toBe(25 * HOUR);
  // Apia had no 30 December 2011.
  const last = calendarPeriod('day', 'Pacific/Apia', utc('2011-12-30T09:59:59'));
  expect(last.end).toBe(utc('2011-12-30T10:00:00'));
  expect(calendarPeriod('day', 'Pacific/Apia', last.end).end).toBe(utc('2011-12-31T10:00:00'));
});

test('months have 28 to 31 days and begin where the zone says', () => {
  expect(length('month', 'UTC', '2027-02-10T00:00:00') / 24).toBe(28);
  expect(length('month', 'UTC', '2028-02-29T23:00:00') / 24).toBe(29);
  expect(length('month', 'UTC', '2100-02-28T23:00:00') / 24).toBe(28);
  expect(length('month', 'America/New_York', '2026-11-15T00:00:00')).toBe(30 * 24 + 1);
  expect(calendarPeriod('month', 'Pacific/Auckland', utc('2026-12-31T11:00:00')).start).toBe(
    utc('2026-12-31T11:00:00'),
  );
});

test('a zone that is none is refused', () => {
  expect(() => calendarPeriod('day', 'Mars/Olympus', 0)).toThrow(/not a time zone/);
});

/** Local calendar date by a way of its own, to check against. */
const dateIn = (zone: string, at: number): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at);

test.each([
  'UTC',
  'Europe/Madrid',
  'America/New_York',
  'Asia/Beirut',
  'Africa/Cairo',
  'America/Santiago',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Antarctica/Troll',
  'Pacific/Chatham',
])('ten years of %s: windows follow each other without gap or overlap, one for each date', (zone) => {
  const from = utc('2024-01-01T12:00:00');
  const to = utc('2034-01-01T12:00:00');
  const windows: Period[] = [];
  let at = from;
  while (at < to) {
    const day = calendarPeriod('day', zone, at);
    expect(at >= day.start && at < day.end).toBe(true);
    expect(calendarPeriod('day', zone, day.end - 1)).toEqual(day);
    expect(day.end - day.start).toBeLessThanOrEqual(LONGEST_MS.day);
    windows.push(day);
    at = day.end;
  }
  // Each window is another date, and the dates are all those of ten years.
  expect(new Set(windows.map(({ start }) => dateIn(zone, start))).size).toBe(windows.length);
  expect(windows.length).toBe(Math.round((to - from) / DAY) + 1);
  let months = 0;
  for (at = from; at < to; months += 1) {
    const month = calendarPeriod('month', zone, at);
    expect(month.end - month.start).toBeLessThanOrEqual(LONGEST_MS.month);
    expect(dateIn(zone, month.start).endsWith('-01')).toBe(true);
    expect(dateIn(zone, month.start - 1).slice(0, 7)).not.toBe(dateIn(zone, month.start).slice(0, 7));
    at = month.end;
  }
  expect(months).toBe(121);
});
