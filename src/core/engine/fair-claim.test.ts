import { expect, test } from 'vitest';
import { makeDb } from '../../../test/support/make-db.ts';
import { queuedJob, yes } from '../../../test/support/queued-job.ts';
import type { Db } from '../db/open.ts';
import type { NewJob } from './job-row.ts';
import { createQueue, type Queue } from './queue.ts';

const everything = (): boolean => true;
const HOURS = 24;

function make(): {
  db: Db;
  queue: Queue;
  put(more: Partial<NewJob>, count?: number): void;
  order(limit?: number): string[];
} {
  const db = makeDb();
  const queue = createQueue(db, () => HOURS);
  return {
    db,
    queue,
    put(more, count = 1) {
      db.transaction(() => {
        for (let i = 0; i < count; i += 1) queue.insert(queuedJob(more), yes);
      }).immediate();
    },
    order(limit = 100) {
      const seen: string[] = [];
      for (let job = queue.claim(1, 2, everything); job !== undefined; job = queue.claim(1, 2, everything)) {
        seen.push(job.case_id ?? job.intake_id ?? '-');
        if (seen.length === limit) break;
      }
      return seen;
    },
  };
}

test('cases take turns: one that queued a thousand does not hold up one that queued two', () => {
  const { put, order } = make();
  put({ case_id: 'large' }, 1_000);
  put({ case_id: 'small' }, 2);
  expect(order(6)).toEqual(['large', 'small', 'large', 'small', 'large', 'large']);
});

test('a case that asks three services gets no more turns than one that asks one', () => {
  const { put, order } = make();
  for (const service of ['', 'a.example', 'b.example']) put({ case_id: 'three', service }, 4);
  put({ case_id: 'one' }, 4);
  expect(order(8)).toEqual(['one', 'three', 'one', 'three', 'one', 'three', 'one', 'three']);
});

test('priority goes before turns, and a job whose priority is raised goes first', () => {
  const { db, put, order } = make();
  put({ case_id: 'a' }, 2);
  put({ case_id: 'b', priority: 1 }, 2);
  put({ case_id: 'c' }, 1);
  db.prepare(`UPDATE job SET priority = 2 WHERE case_id = 'c'`).run();
  expect(order()).toEqual(['c', 'b', 'b', 'a', 'a']);
});

test('a closed service is passed over, whatever its priority, and nothing of it is lost', () => {
  const { queue, put } = make();
  put({ case_id: 'a', service: 'closed.example', priority: 9 }, 2);
  put({ case_id: 'b' });
  const isOpen = (service: string): boolean => service !== 'closed.example';
  expect(queue.claim(1, 2, isOpen)?.case_id).toBe('b');
  expect(queue.claim(1, 2, isOpen)).toBeUndefined();
  expect(queue.claim(1, 2, everything)?.case_id).toBe('a');
});

test('a job that moves to another case, comes back or was waiting is always found', () => {
  const { db, queue, put, order } = make();
  put({ intake_id: 'i' }, 2);
  db.prepare(`UPDATE job SET case_id = 'accepted'`).run();
  const job = queue.claim(1, 2, everything);
  expect(job?.case_id).toBe('accepted');
  expect(order()).toEqual(['accepted']);
  queue.requeue({ id: job?.id ?? '', token: job?.lease_token ?? '' });
  put({ case_id: 'w', status: 'waiting' });
  db.prepare(`UPDATE job SET status = 'queued' WHERE case_id = 'w'`).run();
  expect(order().sort()).toEqual(['accepted', 'w']);
});

test('a claim reads one range of one index, however many jobs there are', () => {
  const { db, put, queue } = make();
  put({ case_id: 'a' }, 10);
  const asked: string[] = [];
  // What the queue really prepares is explained, not a copy of it.
  const watched = new Proxy(db, {
    get(target, name) {
      if (name !== 'prepare') return Reflect.get(target, name) as unknown;
      return (sql: string) => {
        asked.push(sql);
        return target.prepare(sql);
      };
    },
  });
  createQueue(watched, () => HOURS);
  const plans = asked.map((sql) => {
    const bound = sql.includes('@') ? [] : Array.from({ length: sql.split('?').length - 1 }, () => 0);
    if (sql.includes('@')) return '';
    return (db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bound) as { detail: string }[])
      .map(({ detail }) => detail)
      .join('\n');
  });
  for (const [index, plan] of plans.entries()) {
    expect(plan, asked[index]).not.toMatch(
      /SCAN (?!each_service|queue_lane|CONSTANT|json_each|waiting_reason$)|USE TEMP B-TREE FOR (?!LAST TERM)/m,
    );
  }
  expect(asked.filter((sql) => /LIMIT [?@:]/.test(sql))).toEqual([]);
  expect(queue.claim(1, 2, everything)).toBeDefined();
});
