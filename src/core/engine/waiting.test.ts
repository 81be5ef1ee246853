import { expect, test } from 'vitest';
import { makeDb } from '../../../test/support/make-db.ts';
import { queuedJob, yes } from '../../../test/support/queued-job.ts';
import type { Db } from '../db/open.ts';
import type { NewJob } from './job-row.ts';
import { createQueue, type Queue } from './queue.ts';
import { NO_TIME, type WaitingReason } from './waiting.repo.ts';

const HOUR = 3_600_000;
const everything = (): boolean => true;

function make(): {
  db: Db;
  queue: Queue;
  put(more?: Partial<NewJob>, reason?: WaitingReason): string;
  states(): string[];
} {
  const db = makeDb();
  const queue = createQueue(db, () => 24);
  return {
    db,
    queue,
    put(more = {}, reason) {
      const job = queuedJob({ ...more, ...(reason === undefined ? {} : { status: 'waiting' }) });
      queue.insert(job, yes, reason);
      return job.id;
    },
    states: () => db.prepare('SELECT status FROM job ORDER BY id').pluck().all() as string[],
  };
}

const until = (at: number): WaitingReason => ({ kind: 'quota', detail: 'spent', until: at });
const link: WaitingReason = { kind: 'link', detail: 'offline', until: null };

test('a wait with a time ends then, one without only by its event', () => {
  const { db, queue, put, states } = make();
  put({}, until(100));
  put({}, link);
  expect(queue.waiting.nextTime(0)).toBe(100);
  expect(queue.waiting.wakeDue(99, 10, everything)).toEqual([]);
  expect(queue.waiting.wakeDue(100, 10, everything)).toHaveLength(1);
  expect(states()).toEqual(['queued', 'waiting']);
  expect(db.prepare('SELECT kind FROM waiting_reason').pluck().all()).toEqual(['link']);
});

test('waits end in portions, those of a closed service not at all', () => {
  const { queue, put } = make();
  for (let i = 0; i < 5; i += 1) put({ service: 'a.example' }, until(i));
  put({ service: 'b.example' }, until(0));
  expect(queue.waiting.wakeDue(10, 3, (service) => service === 'a.example')).toHaveLength(3);
  expect(queue.waiting.wakeDue(10, 3, (service) => service === 'a.example')).toHaveLength(2);
  expect(queue.waiting.wakeDue(10, 3, (service) => service === 'a.example')).toEqual([]);
  // It is due and has no place: no timer may run for it again and again.
  expect(queue.waiting.nextTime(10)).toBe(24 * HOUR);
});

test('one claim learns that a budget is spent, and its kin waits with it: of that key and engagement only', () => {
  const { queue, put, states } = make();
  const asks = (quota_key: string, engagement_id: string): Partial<NewJob> => ({
    quota_key,
    quota_units: 1,
    engagement_id,
  });
  for (let i = 0; i < 3; i += 1) put(asks('vt', 'e1'));
  put(asks('vt', 'e2'));
  put(asks('other', 'e1'));
  put(asks('vt', 'e1'), until(50));
  put(asks('vt', 'e1'), until(5_000));
  expect(queue.waiting.parkKin('vt', 'e1', 1_000, 'spent', 10, 2)).toHaveLength(2);
  expect(queue.waiting.parkKin('vt', 'e1', 1_000, 'spent', 10, 100)).toHaveLength(2);
  expect(states()).toEqual(['waiting', 'waiting', 'waiting', 'queued', 'queued', 'waiting', 'waiting']);
  expect(queue.waiting.nextTime(0)).toBe(1_000);
});

test('who waits for a twin goes on when it ends, whatever way', () => {
  const { queue, put, states } = make();
  const first = put({ cache_key: 'same' });
  const second = put({ cache_key: 'same' });
  const running = queue.claim(1, 2, everything);
  expect(running?.id).toBe(first);
  expect(queue.waiting.runningTwin('same', second)).toBe(first);
  expect(queue.waiting.runningTwin('same', first)).toBeUndefined();
  const waits = queue.claim(1, 2, everything);
  const lease = { id: second, token: waits?.lease_token ?? '' };
  const reason: WaitingReason = { kind: 'dependency', detail: 'the same', until: null };
  queue.park(lease, { code: 'same_question', message: 'the same' }, reason, NO_TIME, 1, true);
  queue.waiting.needs(second, first);
  expect(queue.hasActive()).toBe(true);
  expect(queue.waiting.wakeTwins(first)).toEqual([{ id: second, case_id: null }]);
  expect(states()).toEqual(['running', 'queued']);
  expect(queue.waiting.wakeTwins(first)).toEqual([]);
});

test('what still waits at its last hour is cancelled, and says so', () => {
  const { db, queue, put, states } = make();
  put({ queued_at: 0 }, link);
  put();
  expect(queue.waiting.nextTime(0)).toBe(24 * HOUR);
  expect(queue.waiting.expire(24 * HOUR - 1, 10)).toEqual([]);
  expect(queue.waiting.expire(24 * HOUR, 10)).toHaveLength(1);
  expect(states()).toEqual(['cancelled', 'queued']);
  expect(db.prepare('SELECT reason_code, ended_at FROM job WHERE reason_code IS NOT NULL').all()).toEqual([
    { reason_code: 'expired', ended_at: 24 * HOUR },
  ]);
  expect(db.prepare('SELECT count(*) FROM waiting_reason').pluck().get()).toBe(0);
});

test('after the clock went back, times of the later clock hold nobody up', () => {
  const { db, queue, put } = make();
  const year = 365 * 24 * HOUR;
  put({ queued_at: year }, until(year + HOUR));
  put({ queued_at: year }, link);
  queue.waiting.reconsider(HOUR);
  expect(queue.waiting.wakeDue(HOUR, 10, everything)).toHaveLength(1);
  expect(db.prepare('SELECT status, run_at FROM job ORDER BY id').all()).toMatchObject([
    { status: 'queued' },
    { status: 'waiting', run_at: NO_TIME },
  ]);
});

test('at a start: analyzers run again, responders become unknown, a second crash is told, twins go on', () => {
  const { db, queue, put } = make();
  const ids = {
    again: put(),
    twice: put(),
    responder: put({ kind: 'responder' }),
    twin: put({}, { kind: 'dependency', detail: '', until: null }),
  };
  for (let i = 0; i < 3; i += 1) queue.claim(1, 2, everything);
  queue.waiting.needs(ids.twin, ids.again);
  db.prepare('UPDATE job SET attempt = 2 WHERE id = ?').run(ids.twice);
  expect(queue.recover(5)).toEqual({ requeued: 1, failed: [ids.twice], unknown: [ids.responder] });
  expect(db.prepare('SELECT id, status, reason_code, lease_token FROM job ORDER BY id').all()).toEqual([
    { id: ids.again, status: 'queued', reason_code: null, lease_token: null },
    { id: ids.twice, status: 'failed', reason_code: 'crashed', lease_token: null },
    { id: ids.responder, status: 'unknown', reason_code: 'may_have_acted', lease_token: null },
    { id: ids.twin, status: 'queued', reason_code: null, lease_token: null },
  ]);
  expect(queue.recover(6)).toEqual({ requeued: 0, failed: [], unknown: [] });
});
