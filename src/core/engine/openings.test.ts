import { expect, test } from 'vitest';
import { closedByRule, openings } from './openings.ts';
import type { QueueRule } from './queue-rules.repo.ts';

const NOON = Date.UTC(2026, 5, 15, 12, 0, 30);
const MINUTE = 60_000;
const rule = (service: string, more: Partial<QueueRule>): [string, QueueRule] => [
  service,
  { service, pausedAt: null, atOnce: null, openFrom: null, openTo: null, expireHours: null, ...more },
];
const running = (...services: string[]): { service: string }[] => services.map((service) => ({ service }));
const ask = (rules: [string, QueueRule][], services: string[], service: string, width = 2) =>
  openings(new Map(rules), running(...services), width, NOON, 'UTC').closed(service);

test('without rules: as many here as there are cores, and services beside them', () => {
  expect(ask([], [''], '')).toBeUndefined();
  expect(ask([], ['', ''], '')).toMatchObject({ kind: 'slot' });
  expect(ask([], ['', ''], 'a.example')).toBeUndefined();
});

test('a service that hangs holds up neither this computer nor the others', () => {
  const hanging = ['a.example', 'a.example', 'a.example'];
  expect(ask([], hanging, 'a.example')).toMatchObject({ kind: 'slot', detail: 'a.example gets 3 at once.' });
  expect(ask([], hanging, 'b.example')).toBeUndefined();
  expect(ask([], hanging, '')).toBeUndefined();
  expect(ask([], [...hanging, 'b.example'], 'c.example')).toMatchObject({ kind: 'slot' });
});

test('numbers that the user set hold: for a service, for this computer, for everything', () => {
  expect(ask([rule('a.example', { atOnce: 1 })], ['a.example'], 'a.example')).toMatchObject({ kind: 'slot' });
  expect(ask([rule('a.example', { atOnce: 9 })], Array(8).fill('a.example'), 'a.example')).toBeUndefined();
  expect(ask([rule('', { atOnce: 1 })], [''], '')).toMatchObject({ kind: 'slot' });
  expect(ask([rule('*', { atOnce: 2 })], ['', 'a.example'], 'b.example')).toMatchObject({
    kind: 'slot',
    detail: '2 run at once.',
  });
});

test('places are counted as they are taken', () => {
  const places = openings(new Map([rule('', { atOnce: 2 })]), [], 4, NOON, 'UTC');
  places.take('');
  expect(places.closed('')).toBeUndefined();
  places.take('');
  expect(places.closed('')).toMatchObject({ kind: 'slot' });
});

test('paused: one service, or everything', () => {
  expect(ask([rule('a.example', { pausedAt: 1 })], [], 'a.example')).toMatchObject({ kind: 'pause', until: null });
  expect(ask([rule('a.example', { pausedAt: 1 })], [], '')).toBeUndefined();
  expect(ask([rule('*', { pausedAt: 1 })], [], '')).toMatchObject({ kind: 'pause', detail: 'The queue is paused.' });
});

test.each<[name: string, from: number, to: number, until: number | undefined]>([
  ['before it opens', 18 * 60, 20 * 60, Date.UTC(2026, 5, 15, 18)],
  ['after it closed', 8 * 60, 12 * 60, Date.UTC(2026, 5, 16, 8)],
  ['within', 12 * 60, 13 * 60, undefined],
  ['over midnight, outside', 18 * 60, 6 * 60, Date.UTC(2026, 5, 15, 18)],
  ['over midnight, inside', 20 * 60, 12 * 60 + 1, undefined],
  ['the same twice is always', 60, 60, undefined],
])('hours: %s', (_name, openFrom, openTo, until) => {
  const closed = closedByRule('a.example', new Map([rule('a.example', { openFrom, openTo })]), NOON, 'UTC');
  expect(closed?.until).toBe(until);
  if (until !== undefined) expect(closed?.kind).toBe('time');
});

test('hours are those of the zone of this computer, on days of 23 and 25 hours too', () => {
  const rules = new Map([rule('*', { openFrom: 18 * 60, openTo: 20 * 60 })]);
  // 17:30 UTC is 18:30 in winter and 19:30 in summer.
  expect(closedByRule('', rules, Date.UTC(2026, 0, 15, 17, 30), 'Europe/Berlin')).toBeUndefined();
  expect(closedByRule('', rules, Date.UTC(2026, 0, 15, 17, 30), 'UTC')).toMatchObject({ kind: 'time' });
  for (const day of [Date.UTC(2026, 2, 29), Date.UTC(2026, 9, 25)]) {
    // Followed as the scheduler does: it looks again at the time it was told, and gets in within the hour.
    let at = day;
    for (let looks = 0; looks < 4; looks += 1) {
      const closed = closedByRule('', rules, at, 'Europe/Berlin');
      if (closed === undefined || closed.until === null) break;
      expect(closed.until).toBeGreaterThan(at);
      at = closed.until;
    }
    expect(closedByRule('', rules, at, 'Europe/Berlin')).toBeUndefined();
    expect(at - day).toBeLessThanOrEqual(20 * 60 * MINUTE);
  }
});
