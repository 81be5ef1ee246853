import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FIXTURES } from '../../../test/support/make-engine.ts';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';
import { makeSlowAnalyzer } from '../../../test/support/slow-analyzer.ts';

const ECHO = 'fixtures/Echo_1_0';
let session: TestSession;

beforeAll(async () => {
  session = await makeSession();
  await session.api['analyzers.addSource']({ path: makeSlowAnalyzer(join(session.dir, '..'), 'slow') });
  await session.api['analyzers.addSource']({ path: FIXTURES });
});
afterAll(() => session.close());

async function run(flavorId: string, value: string, engagementId?: string) {
  const { api } = session;
  const sheet = await api['jobs.plan']({
    subjects: [{ dataType: 'domain', value, ...(engagementId === undefined ? {} : { engagementId }) }],
    flavorIds: [flavorId],
  });
  const [job] = await api['jobs.start']({ sheetId: sheet.id, rows: [0] });
  const [done] = await api['jobs.wait']({ ids: [job!.id] });
  return done!;
}

async function inputOf(jobId: string): Promise<{ config: Record<string, unknown> }> {
  const { report } = await session.api['reports.get']({ jobId });
  return (report.full as { input: { config: Record<string, unknown> } }).input;
}

test('a run is ended at the time limit that the user set', async () => {
  await session.api['config.set']({ flavorId: 'slow/Slow_1_0', scope: 'flavor', values: { jobTimeout: 1 / 60 } });
  expect(await run('slow/Slow_1_0', 'a.example')).toMatchObject({
    status: 'failed',
    reason: { code: 'timeout', message: expect.stringContaining('more than 1 s') },
  });
});

test('an answer is used again for as long as the user set, and another setting is another question', async () => {
  const { api } = session;
  const set = (values: Record<string, number | string>) => api['config.set']({ flavorId: ECHO, scope: 'base', values });
  expect(await run(ECHO, 'b.example')).toMatchObject({ status: 'done', isCached: false });
  expect(await run(ECHO, 'b.example')).toMatchObject({ status: 'done', isCached: true });
  await set({ jobCache: 0 });
  expect(await run(ECHO, 'b.example')).toMatchObject({ status: 'done', isCached: false });
  await set({ jobCache: 60 });
  expect(await run(ECHO, 'b.example')).toMatchObject({ isCached: true });
  await set({ 'cache.root': '/elsewhere' });
  const asked = await run(ECHO, 'b.example');
  expect(asked.isCached).toBe(false);
  // Both ways in which cortexutils may look for a name with a dot.
  expect((await inputOf(asked.id)).config).toMatchObject({
    'cache.root': '/elsewhere',
    cache: { root: '/elsewhere' },
    jobCache: 60,
  });
});

test('the job of an engagement runs with the settings of that engagement', async () => {
  const { api } = session;
  const client = await api['engagements.create']({ name: 'Client' });
  await api['config.set']({
    flavorId: ECHO,
    scope: 'base',
    engagementId: client.id,
    values: { 'cache.root': '/client', api_token: 'the-key-of-the-client' },
  });
  const [theirs, ours] = [await run(ECHO, 'c.example', client.id), await run(ECHO, 'c.example')];
  expect((await inputOf(theirs.id)).config).toMatchObject({ 'cache.root': '/client', api_token: '[redacted]' });
  expect((await inputOf(ours.id)).config).toMatchObject({ 'cache.root': '/elsewhere' });
  expect(JSON.stringify(await api['reports.get']({ jobId: theirs.id }))).not.toContain('the-key-of-the-client');
});
