import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { type FakeClock, makeClock, makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { type EngineKit, makeEngine, NODE, REPOSITORY } from '../../../test/support/make-engine.ts';
import type { quotaContract } from '../../shared/contract/quota.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import { openDatabase } from '../db/open.ts';
import type { CallContext } from '../ports.ts';

const SOURCE = join(REPOSITORY, 'test/fixtures/quota-analyzers');
const FLAVOR = 'kit/Paced_Lookup_1_0';
const DAY = 86_400_000;
/** Other work on the machine may hold a process up. */
const LATER = { timeout: 30_000 };

interface Bench extends EngineKit {
  clock: FakeClock;
  calls: Handlers<typeof quotaContract, CallContext>;
}

async function bench(): Promise<Bench> {
  const db = makeDb();
  const clock = makeClock();
  const kit = await makeEngine(db, makeTempDir(), { logger: silentLogger, clock, sources: [SOURCE] });
  onTestFinished(() => kit.close());
  kit.setOffline(false);
  const engagement = { id: kit.engagementId } as ReturnType<EngagementsService['get']>;
  const calls = kit.quota.api({
    flavors: kit.engine.catalogue.list,
    engagements: { resolve: () => engagement, get: () => engagement } as unknown as EngagementsService,
    nudge: kit.engine.nudge,
  });
  return { ...kit, clock, calls };
}

const values = (...list: string[]): { dataType: 'other'; value: string }[] =>
  list.map((value) => ({ dataType: 'other', value }));
const nobody = {} as CallContext;
const never = new AbortController().signal;
const paced = async ({ calls }: Bench) =>
  (await calls['quota.list'](nobody, {}, never)).find(({ key }) => key === 'paced');
const statuses = (jobs: readonly { status: string }[]): string[] => jobs.map(({ status }) => status).sort();

test('the sheet shows the budget before and after, jobs beyond it wait for midnight, and then go on', async () => {
  const kit = await bench();
  const subjects = values('a', 'b', 'c', 'd', 'e', 'f', 'g');
  const sheet = await kit.jobs.plan({ subjects, flavorIds: [FLAVOR] });
  expect(sheet.destinations[0]?.quota).toEqual([
    {
      key: 'paced',
      window: 'day',
      limit: 5,
      used: 0,
      after: 7,
      forecast: '7 calls, 5 left today, done Tuesday 01:00.',
    },
  ]);
  const jobs = await kit.run(subjects, [FLAVOR]);
  expect(statuses(jobs)).toEqual(['done', 'done', 'done', 'done', 'done', 'waiting', 'waiting']);
  expect(jobs.find(({ status }) => status === 'waiting')?.reason).toEqual({
    code: 'quota',
    message: 'The budget “paced” is used up: 5 of 5 a day.',
  });
  expect(await paced(kit)).toMatchObject({
    isInUse: true,
    hosts: ['api.example.org'],
    queued: 2,
    windows: [{ window: 'day', origin: 'card', spent: 5, held: 0, left: 0, freeAt: Date.UTC(2026, 10, 24) }],
    forecast: { state: 'waits', text: '2 calls, 0 left today, done Tuesday 01:00' },
  });
  kit.clock.advance(DAY);
  kit.engine.nudge();
  const ended = await kit.jobs.wait(
    jobs.map(({ id }) => id),
    AbortSignal.timeout(30_000),
  );
  await expect.poll(() => statuses(ended.map(({ id }) => kit.jobs.get(id))), LATER).toEqual(Array(7).fill('done'));
  expect(await kit.calls['quota.check'](nobody, {}, never)).toMatchObject({ keys: 1, problems: [] });
});

test('a larger budget lets what waits go on at once, the most telling first', async () => {
  const kit = await bench();
  await kit.run(values('a', 'b', 'c', 'd', 'e'), [FLAVOR]);
  const jobs = await kit.run(
    [{ dataType: 'ip', value: '192.0.2.1' }, ...values('x'), { dataType: 'domain', value: 'example.org' }],
    [FLAVOR],
  );
  expect(statuses(jobs)).toEqual(['waiting', 'waiting', 'waiting']);
  expect(await kit.calls['quota.orderByValue'](nobody, { key: 'paced' }, never)).toEqual({ moved: 3 });
  const first = kit.db.prepare<[], { value: string }>(
    `SELECT value FROM job WHERE status = 'waiting' ORDER BY priority DESC`,
  );
  expect(first.all().map(({ value }) => value)).toEqual(['example.org', '192.0.2.1', 'x']);
  await kit.calls['quota.setBudget'](
    nobody,
    { key: 'paced', windows: [{ window: 'day', units: 6, isCalendar: true, zone: 'UTC' }] },
    never,
  );
  await expect
    .poll(() => jobs.map(({ id }) => kit.jobs.get(id)).filter(({ status }) => status === 'done'), LATER)
    .toMatchObject([{ value: 'example.org' }]);
});

test('a service that wants no more questions is left alone as long as it asks, and the question is not lost', async () => {
  const kit = await bench();
  const sheet = await kit.jobs.plan({ subjects: values('too many requests'), flavorIds: [FLAVOR] });
  const [refused] = await kit.jobs.start(sheet.id, [0]);
  const reason = (): string | undefined => kit.jobs.get(refused!.id).reason?.code;
  await expect.poll(reason, LATER).toBe('retry');
  kit.clock.advance(2_000);
  kit.engine.nudge();
  await expect.poll(reason, LATER).toBe('quota');
  const budget = await paced(kit);
  expect(budget).toMatchObject({ blockedUntil: kit.clock.now() + 598_000 });
  expect(budget?.blockedReason).toBe('“paced” refused: too many requests. It asked to wait 10 min.');
  const [other] = await kit.run(values('a'), [FLAVOR]);
  expect(kit.jobs.get(other!.id)).toMatchObject({ status: 'waiting', reason: { code: 'quota' } });
  await kit.calls['quota.unblock'](nobody, { key: 'paced' }, never);
  await expect.poll(() => kit.jobs.get(other!.id).status, LATER).toBe('done');
});

test('what a report says about the rest is taken over, and stands in the ledger', async () => {
  const kit = await bench();
  await kit.run(values('says left'), [FLAVOR]);
  expect(await paced(kit)).toMatchObject({ windows: [{ units: 5, spent: 4, left: 1 }] });
  const page = await kit.calls['quota.ledger'](nobody, { key: 'paced', window: 'day', limit: 10 }, never);
  expect(page.items.map(({ state, units, left, detail }) => [state, units, left, detail])).toEqual([
    ['learned', 3, 1, 'The service says 1 left, we counted 4'],
    ['settled', 1, 4, ''],
  ]);
});

test('an own key of an engagement moves what waits to its own budget', async () => {
  const kit = await bench();
  await kit.run(values('a', 'b', 'c', 'd', 'e'), [FLAVOR]);
  const [job] = await kit.run(values('f'), [FLAVOR]);
  expect(job?.status).toBe('waiting');
  const { engagementId } = kit;
  await kit.calls['quota.assign'](nobody, { serviceKey: 'paced', engagementId, key: 'paced of the clinic' }, never);
  await expect.poll(() => kit.jobs.get(job!.id).status, LATER).toBe('done');
  const list = await kit.calls['quota.list'](nobody, {}, never);
  expect(list.find(({ key }) => key === 'paced of the clinic')).toMatchObject({ assignments: [{ engagementId }] });
});

test('kill -9 at any moment: no unit is lost from the ledger, and none is spent beyond the budget', async () => {
  const host = join(REPOSITORY, 'test/support/quota-host.ts');
  for (let round = 0; round < 3; round += 1) {
    const dir = makeTempDir();
    const key = randomBytes(32);
    const first = spawn(NODE, [host, dir, key.toString('hex'), SOURCE, 'fill'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let left = randomInt(1, 45);
    createInterface({ input: first.stdout }).on('line', () => {
      left -= 1;
      if (left === 0) first.kill('SIGKILL');
    });
    await once(first, 'exit');
    const second = spawn(NODE, [host, dir, key.toString('hex'), SOURCE, 'finish'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    expect(await once(second, 'exit')).toEqual([0, null]);
    const db = openDatabase(join(dir, 'w.db'), key);
    const sum = (kind: string): number =>
      db.prepare('SELECT coalesce(sum(units), 0) FROM quota_entry WHERE kind = ?').pluck().get(kind) as number;
    const [reserved, settled, released] = [sum('reserve'), sum('settle'), sum('release')];
    const runs = db.prepare(`SELECT count(*) FROM job WHERE status = 'done'`).pluck().get() as number;
    const held = db.prepare('SELECT count(*) FROM quota_hold').pluck().get();
    db.close();
    expect(held).toBe(0);
    expect(reserved).toBe(settled + released);
    // 20 a day: what was cut short counts, so fewer answers may have come than units went.
    expect(settled).toBe(20);
    expect(runs).toBeLessThanOrEqual(settled);
    expect(runs).toBeGreaterThan(settled - 4);
  }
});
