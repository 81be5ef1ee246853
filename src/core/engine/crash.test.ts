import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { killOnceAndCheck, processesWith } from '../../../test/support/kill-engine.ts';
import { FIXTURES, makeEngine } from '../../../test/support/make-engine.ts';

test('killed at a random commit of 60 jobs: after a restart each has ended once, with one report', async () => {
  for (let round = 0; round < 2; round += 1) await killOnceAndCheck();
}, 120_000);

test('a broker that is killed is replaced: what ran is tried again and ends well', async () => {
  const kit = await makeEngine(makeDb(), makeTempDir(), { logger: silentLogger });
  const sheet = await kit.jobs.plan({ subjects: [{ dataType: 'other', value: 'x' }], flavorIds: ['kit/Ok_1_0'] });
  const running = new Promise<void>((resolve) => {
    const stop = kit.engine.onJob(() => {
      stop();
      resolve();
    });
  });
  const [job] = await kit.jobs.start(sheet.id, [0]);
  await running;
  const broker = kit.engine.brokerPid();
  process.kill(broker ?? 0, 'SIGKILL');
  await kit.engine.drain();
  expect(kit.jobs.get(job?.id ?? '')).toMatchObject({ status: 'done', attempt: 2 });
  expect(kit.engine.brokerPid()).not.toBe(broker);
  await kit.close();
});

test('closing parks what runs: it is queued again, without having lost an attempt', async () => {
  const db = makeDb();
  const dir = makeTempDir();
  const fixtures = join(dir, 'fixtures/analyzers');
  cpSync(FIXTURES, fixtures, { recursive: true });
  const kit = await makeEngine(db, dir, { logger: silentLogger, sources: [fixtures] });
  const sheet = await kit.jobs.plan({
    subjects: [{ dataType: 'other', value: 'x' }],
    flavorIds: ['kit/NeverEnds_1_0'],
  });
  const running = new Promise<void>((resolve) => {
    const stop = kit.engine.onJob(() => {
      stop();
      resolve();
    });
  });
  await kit.jobs.start(sheet.id, [0]);
  await running;
  await kit.close();
  expect(db.prepare('SELECT status, attempt, lease_token FROM job').all()).toEqual([
    { status: 'queued', attempt: 0, lease_token: null },
  ]);
  expect(processesWith(fixtures)).toEqual([]);
});
