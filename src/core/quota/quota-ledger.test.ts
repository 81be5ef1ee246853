import { expect, test } from 'vitest';
import { type FakeClock, makeClock, makeDb } from '../../../test/support/make-db.ts';
import type { Db } from '../db/open.ts';
import { createQuotaLedger, type QuotaLedger } from './quota-ledger.ts';
import { type Budget, createQuotaRepo, type QuotaRepo } from './quota.repo.ts';
import { calendarPeriod, type WindowName } from './windows.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.parse('2026-11-23T09:42:00Z');

interface Bench {
  db: Db;
  repo: QuotaRepo;
  ledger: QuotaLedger;
  clock: FakeClock;
  /** One call from claim to end. */
  spend(engagementId?: string): boolean;
  /** As many calls as go through at once, at most `upTo`. */
  drain(upTo?: number): number;
}

function bench(
  budgets: readonly (Pick<Budget, 'window' | 'units'> & Partial<Budget>)[],
  clock = makeClock(START),
): Bench {
  const db = makeDb();
  db.pragma('synchronous=OFF');
  const repo = createQuotaRepo(db);
  const ledger = createQuotaLedger({ repo, clock, changed: () => undefined });
  repo.addKey('vt');
  for (const budget of budgets) repo.putBudget('vt', { isCalendar: true, zone: 'UTC', origin: 'user', ...budget });
  let jobs = 0;
  const spend = (engagementId = 'e1'): boolean => {
    jobs += 1;
    const job = { id: `job-${jobs}`, quota_key: 'vt', quota_units: 1, engagement_id: engagementId };
    return db
      .transaction(() => {
        if (!ledger.reserve(job, clock.now()).isReserved) return false;
        ledger.settle(job.id, clock.now());
        return true;
      })
      .immediate();
  };
  return {
    db,
    repo,
    ledger,
    clock,
    spend,
    drain(upTo = 100_000) {
      let done = 0;
      while (done < upTo && spend()) done += 1;
      return done;
    },
  };
}

const job = (id: string, units = 1, engagementId = 'e1') => ({
  id,
  quota_key: 'vt',
  quota_units: units,
  engagement_id: engagementId,
});

/** Σ reserved = Σ settled + Σ released + what is held, and the running totals say the same. */
function assertBalance({ db, repo }: Bench): void {
  const sum = (kind: string): number =>
    (db.prepare('SELECT coalesce(sum(units), 0) AS n FROM quota_entry WHERE kind = ?').get(kind) as { n: number }).n;
  const held = repo.holds().reduce((total, { units }) => total + units, 0);
  expect(sum('reserve')).toBe(sum('settle') + sum('release') + held);
  expect(repo.totals('vt')).toEqual({ spent: sum('settle'), held });
}

test('several windows hold at once, and each says when it is free', () => {
  const one = bench([
    { window: 'minute', units: 4, isCalendar: false },
    { window: 'day', units: 10 },
  ]);
  expect(one.drain()).toBe(4);
  expect(one.ledger.reserve(job('x'), START)).toEqual({
    isReserved: false,
    until: START + MINUTE + 1,
    message: 'The budget “vt” is used up: 4 of 4 a minute.',
  });
  one.clock.advance(MINUTE + 1);
  expect(one.drain()).toBe(4);
  one.clock.advance(MINUTE + 1);
  expect(one.drain()).toBe(2);
  expect(one.ledger.freeAt('vt', 'e1', one.clock.now())).toBe(Date.parse('2026-11-24T00:00:00Z'));
  assertBalance(one);
});

test('a reservation counts until it ends, is made once for a job, and comes back only where nothing ran', () => {
  const one = bench([{ window: 'day', units: 2 }]);
  const { ledger, clock } = one;
  const now = clock.now();
  expect(ledger.reserve(job('a'), now)).toEqual({ isReserved: true });
  expect(ledger.reserve(job('a'), now)).toEqual({ isReserved: true });
  expect(ledger.uses('vt', 'e1', now)).toMatchObject([{ spent: 0, held: 1, left: 1 }]);
  ledger.reserve(job('b'), now);
  expect(ledger.reserve(job('c'), now).isReserved).toBe(false);
  ledger.release('b', now);
  ledger.release('b', now);
  ledger.settle('a', now);
  ledger.settle('a', now);
  ledger.settle('never', now);
  expect(ledger.uses('vt', 'e1', now)).toMatchObject([{ spent: 1, held: 0, left: 1 }]);
  assertBalance(one);
});

test('a call that runs over midnight counts on both sides of it', () => {
  const one = bench([{ window: 'day', units: 2 }], makeClock(Date.parse('2026-11-23T23:59:00Z')));
  const { ledger, clock } = one;
  ledger.reserve(job('a'), clock.now());
  ledger.reserve(job('b'), clock.now());
  clock.advance(2 * MINUTE);
  expect(ledger.reserve(job('c'), clock.now()).isReserved).toBe(false);
  ledger.settle('a', clock.now());
  ledger.settle('b', clock.now());
  expect(ledger.reserve(job('c'), clock.now()).isReserved).toBe(false);
  clock.advance(DAY);
  expect(ledger.reserve(job('c'), clock.now()).isReserved).toBe(true);
});

test('a job larger than its budget is told so, without a time', () => {
  const { ledger, clock } = bench([{ window: 'day', units: 5 }]);
  expect(ledger.reserve(job('a', 6), clock.now())).toEqual({
    isReserved: false,
    until: null,
    message: 'The budget “vt” is 5 a day; this needs 6.',
  });
});

test('an engagement uses at most its share', () => {
  const one = bench([{ window: 'day', units: 10 }]);
  one.repo.putShare('vt', 'e1', 30);
  expect([one.spend(), one.spend(), one.spend(), one.spend()]).toEqual([true, true, true, false]);
  expect(one.ledger.reserve(job('x'), one.clock.now())).toMatchObject({
    message: `This engagement's share of “vt” is used up: 3 of 3 a day.`,
  });
  let others = 0;
  while (one.spend('e2')) others += 1;
  expect(others).toBe(7);
  expect(one.ledger.freeAt('vt', 'e1', one.clock.now())).toBe(Date.parse('2026-11-24T00:00:00Z'));
});

test('an engagement with a key of its own has a budget of its own', () => {
  const { ledger, repo } = bench([{ window: 'day', units: 10 }]);
  repo.putAssignment('vt', 'e2', 'vt of the clinic');
  expect(ledger.keyOf('vt', 'e1')).toBe('vt');
  expect(ledger.keyOf('vt', 'e2')).toBe('vt of the clinic');
});

test('64 takers at once on 50 credits get 50', () => {
  const one = bench([{ window: 'month', units: 50 }]);
  const taken = Array.from({ length: 64 }, (_, i) => one.ledger.reserve(job(`race-${i}`), one.clock.now()));
  expect(taken.filter(({ isReserved }) => isReserved)).toHaveLength(50);
  for (let i = 0; i < 64; i += 1) {
    if (i % 3 === 0) one.ledger.release(`race-${i}`, one.clock.now());
    else one.ledger.settle(`race-${i}`, one.clock.now());
  }
  assertBalance(one);
});

test('at start, what may have run is spent and what never did comes back', () => {
  const one = bench([{ window: 'day', units: 10 }]);
  const insert = one.db.prepare(
    `INSERT INTO job (id, flavor_id, flavor_name, flavor_version, engagement_id, data_type, value, subject_hash, tlp, pap,
       parameters, cache_key, status, run_at, analyzer_sha256, osmia_version, zone, queued_at)
     VALUES (?, 'f', 'F', '1', 'e1', 'ip', '192.0.2.1', '', 'amber', 'amber', '{}', '', ?, 0, '', '', 'UTC', 0)`,
  );
  insert.run('ran', 'running');
  insert.run('waits', 'waiting');
  for (const id of ['ran', 'waits', 'gone']) one.ledger.reserve(job(id), one.clock.now());
  expect(one.ledger.recover(one.clock.now())).toEqual({ settled: 1, released: 2 });
  expect(one.ledger.uses('vt', 'e1', one.clock.now())).toMatchObject([{ spent: 1, held: 0, left: 9 }]);
  assertBalance(one);
});

/**
 * The service's own books: its true time, its zone, its calendar. A call that would be over its limit fails the test.
 */
function strictService(
  window: WindowName,
  zone: string,
  limit: number,
): { call(trueTime: number): void; used(): number } {
  let end = 0;
  let used = 0;
  return {
    call(trueTime) {
      if (trueTime >= end) {
        used = 0;
        end = calendarPeriod(window, zone, trueTime).end;
      }
      used += 1;
      if (used > limit) throw new Error(`${used} calls in one ${window}, at ${new Date(trueTime).toISOString()}`);
    },
    used: () => used,
  };
}

test('ten years of clock changes, month ends and leap days: each window is used in full and never twice', () => {
  const zone = 'America/New_York';
  const clock = makeClock(Date.parse('2024-01-01T05:00:00Z'));
  const one = bench(
    [
      { window: 'day', units: 2, zone },
      { window: 'month', units: 31, zone },
    ],
    clock,
  );
  const day = strictService('day', zone, 2);
  const month = strictService('month', zone, 31);
  const to = Date.parse('2034-01-01T05:00:00Z');
  let calls = 0;
  let refusedInMonth = 0;
  while (clock.now() < to) {
    while (one.spend()) {
      day.call(clock.now());
      month.call(clock.now());
      calls += 1;
    }
    // To just before and just after each end, where a window could be granted twice or missed.
    const until = one.ledger.freeAt('vt', 'e1', clock.now())!;
    expect(until).toBeGreaterThan(clock.now());
    if (until - clock.now() > DAY + HOUR) refusedInMonth += 1;
    clock.advance(until - clock.now() - 1);
    expect(one.spend()).toBe(false);
    clock.advance(1);
  }
  // 120 months of 31: the days alone would allow twice as many.
  expect(calls).toBe(120 * 31);
  expect(refusedInMonth).toBe(120);
});

test.each([
  ['back a day', [-DAY]],
  ['forward a year', [365 * DAY]],
  ['forward a year and back', [365 * DAY, -365 * DAY]],
  [
    'back and forth all the time',
    [-DAY, DAY, 3 * DAY, -5 * DAY, 40 * DAY, -38 * DAY, HOUR, -HOUR, -3 * MINUTE, 3 * MINUTE],
  ],
  ['a minute back at each turn', [-MINUTE, -MINUTE, -MINUTE, -MINUTE, -MINUTE]],
])('the clock goes %s: no gain for the service’s own books, and no longer wait than one window', (_name, jumps) => {
  const clock = makeClock(Date.parse('2026-11-23T21:00:00Z'));
  const one = bench([{ window: 'day', units: 20 }], clock);
  const service = strictService('day', 'UTC', 20);
  // True time goes on under the clock that is set.
  let trueTime = clock.now();
  const pass = (ms: number): void => {
    clock.advance(ms);
    trueTime += ms;
  };
  const drain = (upTo: number): number => {
    let done = 0;
    while (done < upTo && one.spend()) {
      service.call(trueTime);
      done += 1;
    }
    return done;
  };
  expect(drain(15)).toBe(15);
  for (const by of jumps) {
    clock.jump(clock.now() + by);
    drain(1_000);
    pass(47 * MINUTE);
    drain(1_000);
  }
  // At most the longest day after the last jump there is quota again.
  let waited = 0;
  while (drain(1) === 0) {
    pass(HOUR);
    waited += HOUR;
    expect(waited).toBeLessThanOrEqual(28 * HOUR);
  }
});

test('a clock that is set back a little over midnight does not open the day twice', () => {
  const clock = makeClock(Date.parse('2026-11-24T00:00:30Z'));
  const one = bench([{ window: 'day', units: 5 }], clock);
  expect(one.drain()).toBe(5);
  clock.jump(clock.now() - MINUTE);
  expect(one.drain()).toBe(0);
  clock.advance(MINUTE);
  expect(one.drain()).toBe(0);
});

test('a restart keeps the count, also when the clock was set in between', () => {
  const clock = makeClock(START);
  const one = bench([{ window: 'day', units: 5 }], clock);
  expect(one.drain(3)).toBe(3);
  clock.jump(clock.now() + 365 * DAY);
  const again = createQuotaLedger({ repo: createQuotaRepo(one.db), clock, changed: () => undefined });
  expect(again.uses('vt', 'e1', clock.now())).toMatchObject([{ left: 2, guardedUntil: expect.any(Number) }]);
});

test('after the machine was started again, time that the wall clock shows has passed; what it takes back has not', () => {
  const one = bench([{ window: 'day', units: 5 }]);
  expect(one.drain()).toBe(5);
  const nextDay = makeClock(START + DAY, 'boot-2');
  const later = createQuotaLedger({ repo: createQuotaRepo(one.db), clock: nextDay, changed: () => undefined });
  expect(later.uses('vt', 'e1', nextDay.now())).toMatchObject([{ left: 5 }]);
  const dayBefore = makeClock(START - DAY, 'boot-3');
  const earlier = createQuotaLedger({ repo: createQuotaRepo(one.db), clock: dayBefore, changed: () => undefined });
  // Nobody knows which day it is, so the last 27 hours count.
  expect(earlier.uses('vt', 'e1', dayBefore.now())).toMatchObject([{ left: 0, guardedUntil: expect.any(Number) }]);
});
