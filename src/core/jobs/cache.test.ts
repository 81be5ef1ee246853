import { expect, onTestFinished, test } from 'vitest';
import { makeClock, makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { makeEngine } from '../../../test/support/make-engine.ts';

const OK = 'kit/Ok_1_0';
const LOCAL = 'kit/Echo_1_0';
const MINUTE = 60_000;
const value = (text: string) => ({ dataType: 'domain' as const, value: text });

async function make(jobCache?: number) {
  const db = makeDb();
  const clock = makeClock();
  if (jobCache !== undefined) {
    db.prepare(
      `INSERT INTO analyzer_setting (scope, target, name, value, set_at) VALUES ('flavor', ?, 'jobCache', ?, 0)`,
    ).run(OK, JSON.stringify(jobCache));
  }
  const kit = await makeEngine(db, makeTempDir(), { logger: silentLogger, clock });
  onTestFinished(() => kit.close());
  const verdict = async () => (await kit.jobs.plan({ subjects: [value('x.test')], flavorIds: [OK] })).local[0];
  return { ...kit, clock, verdict };
}

test('an answer is used again for as long as the user says, and the new job rests on what the old one did', async () => {
  const { run, clock, verdict, jobs } = await make(60);
  const [first] = await run([value('x.test')], [OK]);
  clock.advance(59 * MINUTE);
  expect(await verdict()).toMatchObject({ verdict: 'cached', cachedAt: first?.endedAt });
  const [second] = await run([value('x.test')], [OK]);
  expect(second).toMatchObject({ isCached: true, reportId: first?.reportId, basisId: first?.basisId });
  expect(first?.basisId).toEqual(expect.any(Number));
  // The answer ages from the run that gave it, not from when it was used last.
  clock.advance(2 * MINUTE);
  expect(await verdict()).toMatchObject({ verdict: 'allowed' });
  expect(jobs.get(second?.id ?? '').cachedAt).toBe(first?.endedAt);
});

test('a row that was shown as cached is not answered from a report of other settings', async () => {
  const { run, jobs, db, settings } = await make(60);
  await run([value('x.test')], [OK]);
  const shown = await jobs.plan({ subjects: [value('x.test')], flavorIds: [OK] });
  expect(shown.local[0]?.verdict).toBe('cached');
  db.prepare(
    `INSERT INTO analyzer_setting (scope, target, name, value, set_at) VALUES ('flavor', ?, 'max_tlp', '3', 1)`,
  ).run(OK);
  settings.touch();
  const [job] = await jobs.start(shown.id, [0]);
  expect(job).toMatchObject({ status: 'refused', isCached: false, reason: { code: 'changed' } });
});

test('with the cache switched off every question is asked', async () => {
  const { run, verdict } = await make(0);
  const [first] = await run([value('x.test')], [OK]);
  expect(await verdict()).toMatchObject({ verdict: 'allowed' });
  const [second] = await run([value('x.test')], [OK]);
  expect(second).toMatchObject({ status: 'done', isCached: false });
  expect(second?.reportId).not.toBe(first?.reportId);
});

test('a plan may name the analyzers of each subject', async () => {
  const { jobs, engagementId } = await make();
  const sheet = await jobs.plan({
    subjects: [
      { ...value('a.test'), engagementId, flavorIds: [OK] },
      { ...value('b.test'), engagementId, flavorIds: [LOCAL] },
      { ...value('c.test'), engagementId },
    ],
    flavorIds: [OK, LOCAL],
  });
  expect(sheet.local.map((row) => `${row.value} ${row.flavorName}`).sort()).toEqual([
    'a.test Ok',
    'b.test Echo',
    'c.test Echo',
    'c.test Ok',
  ]);
});
