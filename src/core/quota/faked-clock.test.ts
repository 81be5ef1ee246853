import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { NODE, REPOSITORY } from '../../../test/support/make-engine.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/open.ts';
import { createQuotaRepo } from './quota.repo.ts';

// Debian's package `faketime`; without it these tests say that they were skipped.
const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketime.so.1`)
  .find((path) => existsSync(path));
/** A window may be guarded for its longest length, and a margin for the seconds that a test takes. */
const MOST_HOURS = 28;

interface Spender {
  /** Takes at most so many; resolves with what it got, and the hours until there is more. */
  take(most: number): Promise<{ taken: number; hours: number }>;
  end(): Promise<void>;
}

function workspace(): { dir: string; start(): Spender; setClock(offset: string): void } {
  const dir = makeTempDir();
  const key = randomBytes(32);
  const path = join(dir, 'w.db');
  const db = openDatabase(path, key);
  migrate(db, () => undefined);
  const repo = createQuotaRepo(db);
  repo.addKey('vt');
  repo.putBudget('vt', { window: 'day', units: 10, isCalendar: true, zone: 'America/New_York', origin: 'user' });
  db.close();
  const timestamp = join(dir, 'clock');
  const setClock = (offset: string): void => writeFileSync(timestamp, `${offset}\n`);
  setClock('+0');
  return {
    dir,
    setClock,
    start() {
      const child: ChildProcessWithoutNullStreams = spawn(
        NODE,
        [join(REPOSITORY, 'test/support/quota-spender.ts'), path, key.toString('hex')],
        {
          env: {
            ...process.env,
            LD_PRELOAD: LIBRARY,
            FAKETIME_TIMESTAMP_FILE: timestamp,
            FAKETIME_NO_CACHE: '1',
            // Setting a clock moves the wall clock only.
            FAKETIME_DONT_FAKE_MONOTONIC: '1',
          },
        },
      );
      onTestFinished(() => void child.kill('SIGKILL'));
      const lines = createInterface({ input: child.stdout });
      return {
        async take(most) {
          const answer = once(lines, 'line') as Promise<[string]>;
          child.stdin.write(`${most}\n`);
          const [taken, hours] = (await answer)[0].split(' ').map(Number);
          return { taken: taken ?? Number.NaN, hours: hours ?? Number.NaN };
        },
        async end() {
          child.stdin.end();
          await once(child, 'exit');
        },
      };
    },
  };
}

test.skipIf(LIBRARY === undefined)('the system clock is set while Osmia runs: no unit more than ten', async () => {
  const { start, setClock } = workspace();
  const spender = start();
  expect(await spender.take(6)).toMatchObject({ taken: 6 });
  setClock('-1d');
  expect(await spender.take(100)).toMatchObject({ taken: 4 });
  for (const offset of ['+1y', '-1d', '+3d', '-1y', '+12h', '+0']) {
    setClock(offset);
    const { taken, hours } = await spender.take(100);
    expect({ offset, taken }).toEqual({ offset, taken: 0 });
    expect(hours).toBeGreaterThan(0);
    expect(hours).toBeLessThan(MOST_HOURS);
  }
  await spender.end();
});

test.skipIf(LIBRARY === undefined)(
  'the system clock is set between two runs of Osmia: no unit more than ten',
  async () => {
    const { start, setClock } = workspace();
    let all = 0;
    for (const [offset, most] of [
      ['+0', 6],
      ['+1y', 100],
      ['-1d', 100],
      ['+2d', 100],
      ['+0', 100],
    ] as const) {
      setClock(offset);
      const spender = start();
      const { taken, hours } = await spender.take(most);
      all += taken;
      expect(hours).toBeLessThan(MOST_HOURS);
      await spender.end();
    }
    expect(all).toBe(10);
  },
);
