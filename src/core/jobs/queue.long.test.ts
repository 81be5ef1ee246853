import { expect, onTestFinished, test } from 'vitest';
import { cancelMany, queueMany } from '../../../test/support/many-jobs.ts';
import { makeClock, makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { makeEngine } from '../../../test/support/make-engine.ts';

test('100,000 queued jobs are there after a restart, and one call cancels them', async () => {
  const db = makeDb();
  const clock = makeClock();
  const first = await makeEngine(db, makeTempDir(), { logger: silentLogger, clock });
  first.jobs.queue.pause('*', true);
  queueMany(first, 100_000, clock.now());
  await first.close();
  const kit = await makeEngine(db, makeTempDir(), { logger: silentLogger, clock });
  onTestFinished(() => kit.close());
  expect(kit.jobs.list({ limit: 1_000, statuses: ['queued'] }).items).toHaveLength(1_000);
  await cancelMany(kit, 100_000);
}, 300_000);
