import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import { openDatabase } from '../../src/core/db/open.ts';
import { isAlive } from '../../src/core/engine/broker/process-tree.ts';
import { makeTempDir } from './make-db.ts';
import { NODE, REPOSITORY } from './make-engine.ts';

const HOST = join(REPOSITORY, 'test/support/engine-host.ts');

/** Living processes that have this text in their command line. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return pid !== process.pid && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(text) && isAlive(pid);
      } catch {
        return false;
      }
    });
}

/**
 * Starts 60 jobs in a process of their own, kills it with -9 after a random number of commits (each job makes two), lets
 * another process finish, and expects that each job has ended once, with one report.
 */
export async function killOnceAndCheck(): Promise<void> {
  const dir = makeTempDir();
  const key = randomBytes(32);
  const first = spawn(NODE, [HOST, dir, key.toString('hex'), 'fill'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let left = randomInt(1, 100);
  createInterface({ input: first.stdout }).on('line', () => {
    left -= 1;
    if (left === 0) first.kill('SIGKILL');
  });
  const [, how] = (await once(first, 'exit')) as [number | null, string | null];
  expect(how).toBe('SIGKILL');

  const second = spawn(NODE, [HOST, dir, key.toString('hex'), 'finish'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = (await once(second, 'exit')) as [number | null];
  expect(code).toBe(0);

  const db = openDatabase(join(dir, 'w.db'), key);
  const jobs = db.prepare('SELECT status, count(*) AS n FROM job GROUP BY status').all();
  const reports = db.prepare('SELECT count(*) AS n, count(DISTINCT job_id) AS jobs FROM report').get();
  const loose = db
    .prepare(`SELECT count(*) FROM job j LEFT JOIN report r ON r.id = j.report_id WHERE r.job_id IS NOT j.id`)
    .pluck()
    .get();
  db.close();
  expect(jobs).toEqual([{ status: 'done', n: 60 }]);
  expect(reports).toEqual({ n: 60, jobs: 60 });
  expect(loose).toBe(0);
  expect(processesWith(dir)).toEqual([]);
}
