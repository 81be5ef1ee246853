import { expect, test } from 'vitest';
import { parseTime, type TimeOptions } from './parse-time.ts';
import { editableTime, rfc3339, wallText } from './write-time.ts';

const NOW = Date.UTC(2026, 10, 23, 9);
const UTC: TimeOptions = { zone: 'UTC', now: NOW };

const instant = (text: string, options: TimeOptions = UTC): string => {
  const reading = parseTime(text, options);
  return reading.state === 'known'
    ? new Date(reading.time.at).toISOString()
    : `${reading.state}: ${JSON.stringify(reading)}`;
};

test.each([
  ['2026-11-20T14:03:11Z', '2026-11-20T14:03:11.000Z', 'second', 'RFC 3339'],
  ['2026-11-20t14:03:11.5+01:00', '2026-11-20T13:03:11.500Z', 'millisecond', 'RFC 3339'],
  ['2026-11-20 14:03:11,250 -0530', '2026-11-20T19:33:11.250Z', 'millisecond', 'RFC 3339'],
  ['2026-11-20 14:03 CET', '2026-11-20T13:03:00.000Z', 'minute', 'RFC 3339'],
  ['2026-11-20 14:03 UTC+2', '2026-11-20T12:03:00.000Z', 'minute', 'RFC 3339'],
  ['2026-11-20 14:03 Europe/Madrid', '2026-11-20T13:03:00.000Z', 'minute', 'RFC 3339'],
  ['2026-07-20T14:03:11+02:00[Europe/Madrid]', '2026-07-20T12:03:11.000Z', 'second', 'RFC 3339'],
  ['2026/11/20 14:03', '2026-11-20T14:03:00.000Z', 'minute', 'RFC 3339'],
  ['20261120T140311Z', '2026-11-20T14:03:11.000Z', 'second', 'RFC 3339'],
  ['2026-11-20T14', '2026-11-20T14:00:00.000Z', 'hour', 'RFC 3339'],
  ['2026-11-20', '2026-11-20T00:00:00.000Z', 'day', 'RFC 3339'],
  ['2026-11', '2026-11-01T00:00:00.000Z', 'month', 'RFC 3339'],
  ['2026', '2026-01-01T00:00:00.000Z', 'year', 'RFC 3339'],
  ['2026-11-20T24:00:00Z', '2026-11-21T00:00:00.000Z', 'second', 'RFC 3339'],
  ['Fri, 20 Nov 2026 14:03:11 +0100 (CET)', '2026-11-20T13:03:11.000Z', 'second', 'RFC 5322'],
  ['20 Nov 2026 14:03:11 EST', '2026-11-20T19:03:11.000Z', 'second', 'RFC 5322'],
  ['[20/Nov/2026:14:03:11 +0100]', '2026-11-20T13:03:11.000Z', 'second', 'written date'],
  ['Fri Nov 20 14:03:11 2026', '2026-11-20T14:03:11.000Z', 'second', 'written date'],
  ['Fri Nov 20 14:03:11 CET 2026', '2026-11-20T13:03:11.000Z', 'second', 'written date'],
  ['November 20, 2026 at 2:03 PM', '2026-11-20T14:03:00.000Z', 'minute', 'written date'],
  ['20.11.2026 14:03', '2026-11-20T14:03:00.000Z', 'minute', 'date in numbers, day first'],
  ['20/11/2026 14:03', '2026-11-20T14:03:00.000Z', 'minute', 'date in numbers, day first'],
  ['11/20/2026 12:03 am', '2026-11-20T00:03:00.000Z', 'minute', 'date in numbers, month first'],
  ['1795183391', '2026-11-20T14:03:11.000Z', 'second', 'Unix time in seconds'],
  ['@1795183391.25', '2026-11-20T14:03:11.250Z', 'millisecond', 'Unix time in seconds'],
  ['1795183391250', '2026-11-20T14:03:11.250Z', 'millisecond', 'Unix time in milliseconds'],
  ['1795183391250123', '2026-11-20T14:03:11.250Z', 'millisecond', 'Unix time in microseconds'],
  ['134396569912500000', '2026-11-20T14:03:11.250Z', 'millisecond', 'Windows FILETIME'],
  ['now', '2026-11-23T09:00:00.000Z', 'second', 'now'],
])('%s', (text, at, precision, form) => {
  expect(parseTime(text, UTC)).toMatchObject({ state: 'known', time: { precision, form } });
  expect(instant(text)).toBe(at);
});

test.each([
  ['2026-11-20 14:03', {}, 'It says no zone. Where was that clock?'],
  ['03/04/2026 10:00', UTC, 'Which number is the month?'],
  ['Nov 20 14:03:11', UTC, 'It says no year. Which one?'],
  ['2026-11-20 14:03 CST', UTC, 'What does CST mean here?'],
  ['2026-07-20 14:03 CET', UTC, 'What does CET mean here?'],
  [
    '2026-10-25 02:30 Europe/Madrid',
    UTC,
    'In Europe/Madrid the clock was put back that night: this time was there twice.',
  ],
  [
    '2026-03-29 02:30 Europe/Madrid',
    UTC,
    'In Europe/Madrid the clock was put forward that night: this time was never there.',
  ],
  ['2026112014', UTC, 'It can be a date or a number of seconds.'],
  ['2026-11-20T14:03:11+02:00[Europe/Madrid]', UTC, 'Europe/Madrid was at +01:00 then, not at +02:00.'],
])('%s is asked about', (text, options, question) => {
  const reading = parseTime(text, options);
  expect(reading).toMatchObject({ state: 'ask', question });
});

test('what is asked about has every reading as a choice', () => {
  const choices = (text: string): string[] => {
    const reading = parseTime(text, UTC);
    return reading.state === 'ask' ? reading.choices.map(({ time }) => new Date(time.at).toISOString()) : [];
  };
  expect(choices('03/04/2026 10:00')).toEqual(['2026-04-03T10:00:00.000Z', '2026-03-04T10:00:00.000Z']);
  expect(choices('2026-10-25 02:30 Europe/Madrid')).toEqual(['2026-10-25T00:30:00.000Z', '2026-10-25T01:30:00.000Z']);
  expect(choices('2026-03-29 02:30 Europe/Madrid')).toEqual(['2026-03-29T00:30:00.000Z', '2026-03-29T01:30:00.000Z']);
  expect(choices('Nov 20 14:03:11')).toEqual(['2026-11-20T14:03:11.000Z', '2025-11-20T14:03:11.000Z']);
  // Of the two years one had no such day.
  expect(parseTime('Feb 29 10:00:00', { zone: 'UTC', now: Date.UTC(2028, 5, 1) })).toMatchObject({
    state: 'ask',
    choices: [{ time: { at: Date.UTC(2028, 1, 29, 10) } }],
  });
});

test.each([
  ['', 'Write a time'],
  ['soon', 'does not read this'],
  ['14:03', 'does not read this'],
  ['2026-02-30', 'no day 30'],
  ['2026-13-01', 'no month 13'],
  ['2026-11-20 25:00', 'no hour 25'],
  ['2026-11-20 14:61', 'no minute 61'],
  ['2026-11-20 13:00 pm', '13 is no hour of a clock with am and pm'],
  ['2026-11-20 14:03 XYZ', '“XYZ” is no zone'],
  ['1601-01-01', 'from 1970'],
  ['9'.repeat(300), 'too long'],
])('%s is refused with the reason', (text, reason) => {
  expect(parseTime(text, UTC)).toMatchObject({ state: 'bad', reason: expect.stringContaining(reason) });
});

test('what is odd about a time is said', () => {
  const notes = (text: string): string[] => {
    const reading = parseTime(text, UTC);
    return reading.state === 'known' ? reading.time.notes : [];
  };
  expect(notes('Thu, 20 Nov 2026 14:03:11 +0100')).toEqual(['It says Thu, but that day is a Fri.']);
  expect(notes('2026-11-20T14:03:11.123456Z')).toEqual(['Finer than a millisecond: cut.']);
  expect(notes('2016-12-31T23:59:60Z')).toEqual(['A leap second: kept as the last millisecond before it.']);
  expect(notes('Fri, 20 Nov 2026 14:03:11 -0000')).toEqual([expect.stringContaining('sender’s own zone is not said')]);
});

test.each([
  ['2026-11-20 14:00 .. 15:30 UTC', '2026-11-20T14:00:00.000Z', '2026-11-20T15:30:00.000Z'],
  ['2026-11-20 14:00 - 15:30', '2026-11-20T14:00:00.000Z', '2026-11-20T15:30:00.000Z'],
  ['2026-11-20T10:00Z/2026-11-21T10:00Z', '2026-11-20T10:00:00.000Z', '2026-11-21T10:00:00.000Z'],
  ['2026-11-20 14:00 to 2026-11-20 15:00 CET', '2026-11-20T13:00:00.000Z', '2026-11-20T14:00:00.000Z'],
  // To a day means to its end.
  ['2026-11-20 .. 2026-11-22', '2026-11-20T00:00:00.000Z', '2026-11-22T23:59:59.999Z'],
])('%s is a range', (text, from, to) => {
  const reading = parseTime(text, UTC);
  expect(
    reading.state === 'known' && [reading.time.at, reading.time.endAt ?? 0].map((at) => new Date(at).toISOString()),
  ).toEqual([from, to]);
});

test('a range that ends before it begins is none', () => {
  expect(parseTime('2026-11-20 14:00 .. 13:00 UTC', UTC)).toMatchObject({ state: 'bad' });
});

test('a time is written as exactly as it is known, and what is offered for editing reads as itself', () => {
  const at = Date.UTC(2026, 10, 20, 13, 3, 11, 120);
  expect(wallText(at, 'Europe/Madrid', 'minute')).toBe('2026-11-20 14:03');
  expect(rfc3339(at, 'Europe/Madrid', 'second')).toBe('2026-11-20T14:03:11+01:00');
  expect(rfc3339(at, 'UTC', 'day')).toBe('2026-11-20');
  // The second 02:30 of the night in which the clock is put back.
  const second = Date.UTC(2026, 9, 25, 1, 30);
  for (const time of [
    { at: Date.UTC(2026, 10, 20, 13, 3), endAt: null, zone: 'Europe/Madrid', precision: 'minute' as const },
    { at: second, endAt: null, zone: 'Europe/Madrid', precision: 'minute' as const },
    { at: Date.UTC(2026, 10, 20, 13), endAt: Date.UTC(2026, 10, 20, 14), zone: '+02:00', precision: 'second' as const },
    { at: Date.UTC(2026, 0, 1), endAt: null, zone: 'UTC', precision: 'year' as const },
  ]) {
    expect(parseTime(editableTime(time), { zone: time.zone })).toMatchObject({
      state: 'known',
      time: { at: time.at, endAt: time.endAt, precision: time.precision },
    });
  }
});

test('no text makes it throw or slow', () => {
  const pieces = [
    '2026',
    '-',
    '11',
    '20',
    ' ',
    'T',
    '14:03',
    ':',
    '.',
    'Nov',
    'Fri',
    'CET',
    '+01:00',
    '/',
    '..',
    'pm',
    '[',
    '(',
  ];
  let seed = 7;
  for (let n = 0; n < 5_000; n += 1) {
    let text = '';
    for (let i = 0; i < 12; i += 1) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      text += pieces[seed % pieces.length];
    }
    expect(['known', 'ask', 'bad']).toContain(parseTime(text, UTC).state);
  }
});
