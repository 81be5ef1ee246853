import { expect, onTestFinished, test } from 'vitest';
import { type FakeClock, makeClock, makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { type EngineKit, makeEngine } from '../../../test/support/make-engine.ts';
import { cancelMany, queueMany } from '../../../test/support/many-jobs.ts';
import type { Job } from '../../shared/contract/entities.ts';
import type { Db } from '../db/open.ts';
import { createQuotaRepo } from '../quota/quota.repo.ts';

const OK = 'kit/Ok_1_0';
const LOOKUP = 'kit/Lookup_1_0';
const SERVICE = 'api.example.org';
const value = (text: string) => ({ dataType: 'other' as const, value: text });

async function make(clock: FakeClock = makeClock(), db: Db = makeDb()): Promise<EngineKit & { clock: FakeClock }> {
  const kit = await makeEngine(db, makeTempDir(), { logger: silentLogger, clock });
  onTestFinished(() => kit.close());
  return { ...kit, clock };
}

/** Starts everything that the plan has, without waiting for it. */
async function begin(kit: EngineKit, texts: string[], flavorId: string, force = false): Promise<Job[]> {
  const sheet = await kit.jobs.plan({ subjects: texts.map(value), flavorIds: [flavorId] });
  const rows = [...sheet.localIndex.rows, ...sheet.destinations.flatMap(({ index }) => index.rows)];
  return kit.jobs.start(sheet.id, rows, force ? { force: rows } : {});
}

const settled = (kit: EngineKit, jobs: Job[]): Promise<Job[]> =>
  kit.jobs.wait(
    jobs.map(({ id }) => id),
    new AbortController().signal,
  );

/** Resolves when a job has this state. */
const becomes = (kit: EngineKit, id: string, status: Job['status']): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => {
      if (kit.jobs.get(id).status !== status) return;
      stop();
      resolve();
    };
    const stop = kit.engine.onJob(look);
    look();
  });

const reportCount = (db: Db): unknown => db.prepare('SELECT count(*) FROM report').pluck().get();

test('the same question twice at once is asked once: the second waits for the first, and gets its answer', async () => {
  const kit = await make();
  const seen = new Set<string>();
  kit.engine.onJob(({ id }) => {
    for (const { kind } of kit.jobs.get(id).waiting) seen.add(kind);
  });
  const jobs = await settled(kit, await begin(kit, ['same', 'same', 'other'], OK));
  expect(jobs.map(({ status }) => status)).toEqual(['done', 'done', 'done']);
  expect(jobs.map(({ isCached }) => isCached).filter(Boolean)).toHaveLength(1);
  expect(jobs[1]?.reportId).toBe(jobs[0]?.reportId);
  expect(seen).toContain('dependency');
  expect(reportCount(kit.db)).toBe(2);
  expect(kit.recorded).toHaveLength(3);
});

test('who asks anew is answered anew', async () => {
  const kit = await make();
  const jobs = await settled(kit, await begin(kit, ['same', 'same'], OK, true));
  expect(jobs.map(({ isCached }) => isCached)).toEqual([false, false]);
  expect(reportCount(kit.db)).toBe(2);
});

test('paused: nothing starts, the list says why, a restart keeps it, and resuming goes on', async () => {
  const db = makeDb();
  const clock = makeClock();
  const first = await makeEngine(db, makeTempDir(), { logger: silentLogger, clock });
  first.jobs.queue.pause('*', true);
  const [job] = await begin(first, ['x'], OK);
  expect(first.jobs.get(job?.id ?? '')).toMatchObject({
    status: 'queued',
    waiting: [{ kind: 'pause', detail: 'The queue is paused.', until: null }],
  });
  expect(first.jobs.list({ limit: 9, waitingFor: ['pause'] }).items).toHaveLength(1);
  expect(first.jobs.list({ limit: 9, waitingFor: ['slot'] }).items).toEqual([]);
  await first.close();

  const kit = await make(clock, db);
  expect(kit.jobs.queue.overview()).toMatchObject({
    everything: { pausedAt: clock.now() },
    waiting: [{ kind: 'pause', count: 1, until: null }],
    counts: { queued: 1, running: 0 },
  });
  expect(kit.engine.runningCount()).toBe(0);
  kit.jobs.queue.pause('*', false);
  await becomes(kit, job?.id ?? '', 'done');
});

test('a paused service holds up only its own', async () => {
  const kit = await make();
  kit.setOffline(false);
  kit.jobs.queue.pause(SERVICE, true);
  const [held] = await begin(kit, ['x'], LOOKUP);
  const [here] = await settled(kit, await begin(kit, ['x'], OK));
  expect(here?.status).toBe('done');
  expect(kit.jobs.get(held?.id ?? '')).toMatchObject({ status: 'queued', waiting: [{ kind: 'pause' }] });
  expect(kit.jobs.queue.overview().services).toMatchObject([{ service: '' }, { service: SERVICE, queued: 1 }]);
  kit.jobs.queue.pause(SERVICE, false);
  await becomes(kit, held?.id ?? '', 'done');
});

test('hours: outside of them jobs wait with the time, at that time they start', async () => {
  const kit = await make();
  // 10:42 in Madrid.
  kit.jobs.queue.setLimits({ service: '*', hours: { from: 18 * 60, to: 20 * 60 } });
  const [job] = await begin(kit, ['x'], OK);
  const opens = Date.UTC(2026, 10, 23, 17);
  expect(kit.jobs.get(job?.id ?? '').waiting).toMatchObject([{ kind: 'time', until: opens }]);
  expect(kit.jobs.list({ limit: 9, waitingFor: ['time'] }).items).toHaveLength(1);
  kit.clock.advance(opens - kit.clock.now());
  kit.engine.nudge();
  await becomes(kit, job?.id ?? '', 'done');
});

test('a spent budget: one job finds it out, all of its key wait until it is free, and each runs once', async () => {
  const kit = await make();
  kit.setOffline(false);
  const flavor = kit.engine.catalogue.find(LOOKUP);
  if (flavor === undefined) throw new Error('no flavor');
  const key = kit.engine.quota.costOf(flavor, kit.engagementId)?.key ?? '';
  createQuotaRepo(kit.db).putBudget(key, { window: 'hour', units: 2, isCalendar: true, zone: 'UTC', origin: 'user' });
  const jobs = await begin(kit, ['a', 'b', 'c', 'd', 'e'], LOOKUP);
  await kit.engine.drain();
  const states = (): string[] => jobs.map(({ id }) => kit.jobs.get(id).status).sort();
  expect(states()).toEqual(['done', 'done', 'waiting', 'waiting', 'waiting']);
  const nextHour = Date.UTC(2026, 10, 23, 10);
  for (const job of kit.jobs.list({ limit: 9, waitingFor: ['quota'] }).items) {
    expect(job.waiting).toMatchObject([{ kind: 'quota', until: nextHour }]);
  }
  // One decision at the start, one at the claim: the fourth and fifth were not even claimed.
  expect(kit.db.prepare('SELECT count(*) FROM gate_decision').pluck().get()).toBe(5 + 3);
  kit.clock.advance(nextHour - kit.clock.now());
  kit.engine.nudge();
  await kit.engine.drain();
  expect(states()).toEqual(['done', 'done', 'done', 'done', 'waiting']);
  expect(kit.db.prepare('SELECT count(*), count(DISTINCT job_id) FROM egress_entry').raw().get()).toEqual([4, 4]);
});

test('flush: what was marked more strictly meanwhile is shown as refused, and ends so; the rest runs', async () => {
  const kit = await make();
  const jobs = await begin(kit, ['free', 'strict'], LOOKUP);
  kit.db.prepare(`UPDATE job SET tlp = 'red' WHERE value = 'strict'`).run();
  kit.setOffline(false);
  expect(kit.jobs.queue.overview()).toMatchObject({ releasable: 2, waiting: [{ kind: 'link', count: 2 }] });
  expect(kit.jobs.get(jobs[0]?.id ?? '').waiting).toMatchObject([
    { kind: 'link', detail: expect.stringContaining('There is a link now') },
  ]);
  const { sheet, more } = await kit.jobs.waitingSheets.planWaiting({ filter: { waitingFor: ['link'] } });
  expect(more).toBe(0);
  expect(sheet.destinations).toMatchObject([{ name: SERVICE, rows: [{ value: 'free', verdict: 'allowed' }] }]);
  expect(sheet.refused).toMatchObject([{ value: 'strict' }]);
  const rows = [...sheet.destinations.flatMap(({ index }) => index.rows), ...sheet.refusedIndex.rows];
  expect(await kit.jobs.waitingSheets.release(sheet.id, rows)).toEqual({ released: 1, stillWaiting: 0, refused: 1 });
  await becomes(kit, jobs[0]?.id ?? '', 'done');
  expect(kit.jobs.get(jobs[1]?.id ?? '')).toMatchObject({ status: 'refused', reason: { code: 'tlp' } });
  // Released is released: the same rows again find nothing that waits.
  expect(await kit.jobs.waitingSheets.release(sheet.id, rows)).toEqual({ released: 0, stillWaiting: 0, refused: 0 });
});

test('flush: offline again between look and release, everything keeps waiting', async () => {
  const kit = await make();
  await begin(kit, ['x'], LOOKUP);
  kit.setOffline(false);
  const { sheet } = await kit.jobs.waitingSheets.planWaiting({ filter: {} });
  kit.setOffline(true);
  expect(await kit.jobs.waitingSheets.release(sheet.id, [0])).toEqual({ released: 0, stillWaiting: 1, refused: 0 });
  await expect(kit.jobs.waitingSheets.release(sheet.id, [7])).rejects.toMatchObject({ code: 'invalid_input' });
});

test('retry: a crash goes on a sheet, bad output does not and says why', async () => {
  const kit = await make();
  const jobs = await settled(kit, await begin(kit, ['a', 'b'], OK));
  kit.db.prepare(`UPDATE job SET status = 'failed', report_id = NULL, reason_code = 'crashed' WHERE value = 'a'`).run();
  kit.db
    .prepare(`UPDATE job SET status = 'failed', report_id = NULL, reason_code = 'bad_output' WHERE value = 'b'`)
    .run();
  const { sheet, leftOut } = await kit.jobs.waitingSheets.planRetry({ filter: { statuses: ['failed'] } });
  expect(sheet.local).toMatchObject([{ value: 'a', verdict: 'allowed', jobId: null }]);
  expect(leftOut).toEqual([{ reason: expect.stringContaining('could not be read'), count: 1 }]);
  const [again] = await settled(kit, await kit.jobs.start(sheet.id, sheet.localIndex.rows));
  expect(again).toMatchObject({ status: 'done', value: 'a' });
  expect(again?.id).not.toBe(jobs[0]?.id);
  expect((await kit.jobs.waitingSheets.planRetry({ ids: [jobs[1]?.id ?? ''] })).sheet.counts.jobs).toBe(0);
});

test('priorities and cancelling by filter reach what matches, and only that', async () => {
  const kit = await make();
  kit.jobs.queue.pause('*', true);
  const local = await begin(kit, ['a', 'b'], OK);
  const remote = await begin(kit, ['a', 'b'], LOOKUP);
  expect(await kit.jobs.queue.prioritize({ ids: [local[1]?.id ?? ''] }, 5)).toBe(1);
  expect(kit.jobs.get(local[1]?.id ?? '').priority).toBe(5);
  expect(await kit.jobs.queue.prioritize({ ids: [local[1]?.id ?? ''] }, 5)).toBe(0);
  expect(await kit.jobs.queue.cancelMatching({ service: SERVICE })).toBe(2);
  expect(remote.map(({ id }) => kit.jobs.get(id).status)).toEqual(['cancelled', 'cancelled']);
  expect(local.map(({ id }) => kit.jobs.get(id).status)).toEqual(['queued', 'queued']);
  expect(kit.db.prepare('SELECT count(*) FROM waiting_reason').pluck().get()).toBe(0);
});

test('ten thousand queued jobs: pages without gaps, counts that stop, and cancelling lets everything else run', async () => {
  const kit = await make();
  kit.jobs.queue.pause('*', true);
  queueMany(kit, 10_000, kit.clock.now());
  const seen = new Set<string>();
  let cursor: string | undefined;
  do {
    const page = kit.jobs.list({ limit: 1_000, waitingFor: ['link'], cursor });
    for (const { id } of page.items) seen.add(id);
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(seen.size).toBe(3_334);
  expect(kit.jobs.queue.overview().counts).toMatchObject({ queued: 1_000, waiting: 1_000 });
  await cancelMany(kit, 10_000);
  expect(kit.jobs.queue.overview().counts).toMatchObject({ queued: 0, waiting: 0, cancelled: 1_000 });
});
