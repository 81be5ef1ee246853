import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSystemClock } from '../../src/core/adapters/system-clock.ts';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createQuotaLedger } from '../../src/core/quota/quota-ledger.ts';
import { createQuotaRepo } from '../../src/core/quota/quota.repo.ts';
import { takeTogether } from '../support/quota-takers.ts';
import type { Figure } from './timing.ts';

const KEYS = 100;
const PROCESSES = 4;
const SHARED_UNITS = 1_000;

/**
 * D2: one durable check-and-take on a sealed database with a minute, a day and a month to hold, for 100 keys in turn; and
 * how many units four processes get out of a budget of 1,000 (any other number is a bug).
 */
export async function quotaFigures(options: { dir?: string; takes?: number } = {}): Promise<Record<string, Figure>> {
  const { dir = tmpdir(), takes = 3_000 } = options;
  const home = mkdtempSync(join(dir, 'osmia-bench-quota-'));
  try {
    const db = openDatabase(join(home, 'quota.db'), randomBytes(32));
    migrate(db, () => undefined);
    const repo = createQuotaRepo(db);
    const clock = createSystemClock();
    const ledger = createQuotaLedger({ repo, clock, changed: () => undefined });
    for (let i = 0; i < KEYS; i += 1) {
      repo.addKey(`service${i}`);
      for (const window of ['minute', 'day', 'month'] as const) {
        const isCalendar = window !== 'minute';
        repo.putBudget(`service${i}`, { window, units: 1_000_000, isCalendar, zone: 'UTC', origin: 'user' });
      }
    }
    const take = db.transaction((i: number) => {
      const job = { id: `job-${i}`, quota_key: `service${i % KEYS}`, quota_units: 1, engagement_id: 'bench' };
      return ledger.reserve(job, clock.now());
    });
    const settle = db.transaction((i: number) => ledger.settle(`job-${i}`, clock.now()));
    const times = new Float64Array(takes);
    for (let i = 0; i < takes; i += 1) {
      const startedAt = performance.now();
      take.immediate(i);
      times[i] = performance.now() - startedAt;
      // At most a few run at once, as in the engine; their end is not part of the take.
      if (i >= KEYS) settle.immediate(i - KEYS);
    }
    db.close();
    times.sort();
    const { taken } = await takeTogether(home, PROCESSES, SHARED_UNITS);
    return {
      'quota.take.FULL': { unit: 'ms', n: takes, p50: times[takes >> 1]!, p99: times[Math.floor(takes * 0.99)]! },
      'quota.four-processes-of-1000': { unit: 'units taken', value: taken.reduce((sum, each) => sum + each, 0) },
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
