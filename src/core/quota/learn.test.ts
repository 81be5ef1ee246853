import { expect, test } from 'vitest';
import { makeClock, makeDb } from '../../../test/support/make-db.ts';
import { createQuotaLedger } from './quota-ledger.ts';
import { createQuotaRepo } from './quota.repo.ts';
import type { RateHint, RateHints } from './rate-hints.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-23T09:42:00Z');
const hint = (more: Partial<RateHint>): RateHint => ({
  window: null,
  limit: null,
  remaining: null,
  resetMs: null,
  ...more,
});
const hints = (...limits: RateHint[]): RateHints => ({ isRefused: false, retryAfterMs: null, limits });
const refused = (retryAfterMs: number | null, ...limits: RateHint[]): RateHints => ({
  isRefused: true,
  retryAfterMs,
  limits,
});

function bench(origin: 'card' | 'user' = 'card') {
  const db = makeDb();
  const repo = createQuotaRepo(db);
  const clock = makeClock(START);
  const ledger = createQuotaLedger({ repo, clock, changed: () => undefined });
  repo.addKey('vt');
  repo.putBudget('vt', { window: 'day', units: 500, isCalendar: true, zone: 'UTC', origin });
  const of = { id: 'job', quota_key: 'vt' };
  return {
    repo,
    clock,
    ledger,
    learn: (said: RateHints) => ledger.learn(of, said, clock.now()),
    day: () => ledger.uses('vt', 'e', clock.now()).find(({ window }) => window === 'day'),
    blockedFor: () => {
      const until = ledger.freeAt('vt', 'e', clock.now());
      return until === undefined ? 0 : until - clock.now();
    },
  };
}

test('fewer left than we counted is a correction; more left is not believed', () => {
  const { learn, day, repo } = bench();
  learn(hints(hint({ limit: 500, remaining: 91 })));
  expect(day()).toMatchObject({ spent: 409, left: 91 });
  learn(hints(hint({ limit: 500, remaining: 300 })));
  expect(day()).toMatchObject({ left: 91 });
  learn(hints(hint({ limit: 500, remaining: 90 })));
  expect(day()).toMatchObject({ left: 90 });
  expect(repo.totals('vt').spent).toBe(0);
});

test('a limit replaces the one of the card, not the one that the user set', () => {
  const card = bench();
  card.learn(hints(hint({ window: 'day', limit: 1_000 })));
  expect(card.day()).toMatchObject({ units: 1_000, origin: 'service' });
  const user = bench('user');
  user.learn(hints(hint({ window: 'day', limit: 1_000, remaining: 950 })));
  expect(user.day()).toMatchObject({ units: 500, origin: 'user', spent: 50, left: 450 });
});

test('a window that no budget has is found by its name, or by its end', () => {
  const { learn, ledger, clock } = bench();
  learn(
    hints(hint({ window: 'minute', limit: 4, remaining: 4 }), hint({ limit: 60, remaining: 60, resetMs: 50 * MINUTE })),
  );
  expect(ledger.uses('vt', 'e', clock.now()).map(({ window, units }) => [window, units])).toEqual([
    ['minute', 4],
    ['hour', 60],
    ['day', 500],
  ]);
});

test('a refusal blocks for as long as it asks, and a longer one is not cut short by another', () => {
  const { learn, blockedFor, clock } = bench();
  learn(refused(10 * MINUTE));
  learn(refused(MINUTE));
  expect(blockedFor()).toBe(10 * MINUTE);
  clock.advance(10 * MINUTE);
  expect(blockedFor()).toBe(0);
});

test('refusals without a time wait longer each time, until an hour, and are forgiven', () => {
  const { learn, blockedFor, clock } = bench();
  const waits: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    learn(refused(null));
    waits.push(blockedFor() / MINUTE);
    clock.advance(blockedFor());
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  clock.advance(3 * 60 * MINUTE);
  learn(refused(null));
  expect(blockedFor()).toBe(MINUTE);
});

test('a wait of a century, and a block under a clock that jumps, end within a month', () => {
  const { learn, blockedFor, clock } = bench();
  learn(refused(100 * 365 * 86_400_000));
  expect(blockedFor()).toBeLessThan(32 * 86_400_000);
  clock.jump(clock.now() - 365 * 86_400_000);
  expect(blockedFor()).toBeLessThan(32 * 86_400_000);
  clock.advance(32 * 86_400_000);
  expect(blockedFor()).toBe(0);
});

test('rubbish changes nothing', () => {
  const { learn, day, repo } = bench();
  const before = repo.budgets('vt');
  learn(hints(hint({ limit: 0, remaining: 1e15 }), hint({ limit: 1e12, window: 'month' }), hint({ remaining: -4 })));
  expect(repo.budgets('vt')).toEqual(before);
  expect(day()).toMatchObject({ left: 500 });
});
