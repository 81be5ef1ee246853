import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeClock, makeDb, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { type EngineKit, makeEngine } from '../../../test/support/make-engine.ts';

const ECHO = 'kit/Ok_1_0';
const LOOKUP = 'kit/Lookup_1_0';
const value = (text: string) => ({ dataType: 'other' as const, value: text });

async function make(clock = makeClock()): Promise<EngineKit> {
  const kit = await makeEngine(makeDb(), makeTempDir(), { logger: silentLogger, clock });
  onTestFinished(() => kit.close());
  return kit;
}

test('the same question within the age limit is answered by a new job that points at the old report, with its age', async () => {
  const clock = makeClock();
  const kit = await make(clock);
  const [first] = await kit.run([value('x')], [ECHO]);
  clock.advance(5 * 60_000);
  const sheet = await kit.jobs.plan({ subjects: [value('x')], flavorIds: [ECHO] });
  expect(sheet.local).toMatchObject([{ verdict: 'cached', cachedAt: first?.endedAt }]);
  const [second] = await kit.jobs.start(sheet.id, [0]);
  expect(second).toMatchObject({ status: 'done', isCached: true, reportId: first?.reportId, cachedAt: first?.endedAt });
  expect(second?.id).not.toBe(first?.id);
  expect(kit.recorded.map((one) => one.job.id)).toEqual([first?.id, second?.id]);

  const [forced] = await kit.jobs.wait(
    (await kit.jobs.start(sheet.id, [0], { force: [0] })).map((job) => job.id),
    new AbortController().signal,
  );
  expect(forced).toMatchObject({ status: 'done', isCached: false });
  clock.advance(11 * 60_000);
  expect((await kit.jobs.plan({ subjects: [value('x')], flavorIds: [ECHO] })).local[0]?.verdict).toBe('allowed');
});

test('another marking, another value and an earlier clock are other questions', async () => {
  const clock = makeClock();
  const kit = await make(clock);
  await kit.run([value('x')], [ECHO]);
  const verdict = (input: Parameters<typeof kit.jobs.plan>[0]) =>
    kit.jobs.plan(input).then((sheet) => sheet.local[0]?.verdict);
  expect(await verdict({ subjects: [value('x')], flavorIds: [ECHO] })).toBe('cached');
  expect(await verdict({ subjects: [value('x')], flavorIds: [ECHO], tlp: 'red' })).toBe('allowed');
  expect(await verdict({ subjects: [value('y')], flavorIds: [ECHO] })).toBe('allowed');
  clock.jump(clock.now() - 86_400_000);
  expect(await verdict({ subjects: [value('x')], flavorIds: [ECHO] })).toBe('allowed');
});

test('offline: what needs a link waits, says so, and starts when it is released online', async () => {
  const kit = await make();
  const sheet = await kit.jobs.plan({ subjects: [value('x')], flavorIds: [LOOKUP] });
  expect(sheet.destinations).toMatchObject([
    { name: 'api.example.org', rows: [{ verdict: 'waiting', leaves: 'the value', reason: { code: 'offline' } }] },
  ]);
  expect(sheet.counts).toMatchObject({ jobs: 1, local: 0, valuesLeaving: 1 });
  const [job] = await kit.jobs.start(sheet.id, [0]);
  expect(job).toMatchObject({ status: 'waiting', reason: { code: 'offline' } });
  expect(kit.db.prepare('SELECT kind FROM waiting_reason').all()).toEqual([{ kind: 'link' }]);
  const [waited] = await kit.jobs.wait([job?.id ?? ''], new AbortController().signal);
  expect(waited?.status).toBe('waiting');

  const done = new Promise<void>((resolve) => {
    kit.engine.onJob(({ id }) => {
      if (kit.jobs.get(id).status === 'done') resolve();
    });
  });
  kit.setOffline(false);
  const { sheet: flush } = await kit.jobs.waitingSheets.planWaiting({ filter: {} });
  if (flush === null) throw new Error('nothing waits');
  expect(flush.destinations).toMatchObject([{ rows: [{ verdict: 'allowed', jobId: job?.id }] }]);
  expect(await kit.jobs.waitingSheets.release(flush.id, [0])).toMatchObject({ released: 1, refused: 0 });
  await done;
  expect(kit.db.prepare('SELECT * FROM waiting_reason').all()).toEqual([]);
  expect(kit.db.prepare('SELECT verdict FROM gate_decision ORDER BY at, id').pluck().all()).toEqual([
    'wait',
    'allow',
    'allow',
  ]);
});

test('what leaves is in the egress ledger before it starts; what runs here, waits or is refused is not', async () => {
  const kit = await make();
  const rows = kit.db.prepare('SELECT job_id, destination, hosts, what, value, tlp FROM egress_entry');
  const [waits] = await kit.run([value('x')], [LOOKUP]);
  await kit.jobs.cancel([waits?.id ?? '']);
  kit.setOffline(false);
  await kit.run([value('y')], [ECHO]);
  await kit.run([value('y')], [LOOKUP], { tlp: 'red' });
  const [sent] = await kit.run([value('y')], [LOOKUP]);
  expect(sent?.status).toBe('done');
  expect(rows.all()).toEqual([
    {
      job_id: sent?.id,
      destination: 'api.example.org',
      hosts: '["api.example.org"]',
      what: 'the value',
      value: 'y',
      tlp: 'amber',
    },
  ]);
});

test('with what sends, a plan names destinations and refusals, and still nothing of another type', async () => {
  const kit = await make();
  const plan = { subjects: [{ dataType: 'ip' as const, value: '192.0.2.1' }], withRemote: true };
  expect((await kit.jobs.plan(plan)).destinations.map((each) => each.name)).toContain('api.example.org');
  const strict = await kit.jobs.plan({ ...plan, tlp: 'red' });
  expect(strict.refused.map((row) => row.flavorId)).toContain(LOOKUP);
  expect(new Set(strict.refused.map((row) => row.reason?.code))).not.toContain('data_type');
});

test('a job that went offline between queue and claim does not start', async () => {
  const kit = await make();
  kit.setOffline(false);
  const sheet = await kit.jobs.plan({ subjects: [value('x')], flavorIds: [LOOKUP] });
  const [job] = await kit.jobs.start(sheet.id, [0]);
  expect(job?.status).toBe('queued');
  // In the same turn, so before the scheduler looks.
  kit.setOffline(true);
  await kit.engine.drain();
  expect(kit.jobs.get(job?.id ?? '')).toMatchObject({
    status: 'waiting',
    attempt: 0,
    startedAt: null,
    reason: { code: 'offline' },
  });
  expect(await kit.jobs.cancel([job?.id ?? ''])).toBe(1);
  expect(kit.jobs.get(job?.id ?? '').status).toBe('cancelled');
});

test('a refusal is a job with its reason and its decision, and nothing was started', async () => {
  const kit = await make();
  kit.setOffline(false);
  const [job] = await kit.run([value('x')], [LOOKUP], { tlp: 'amber+strict' });
  expect(job).toMatchObject({ status: 'refused', reason: { code: 'tlp' }, startedAt: null, reportId: null });
  const sheet = await kit.jobs.plan({
    subjects: [{ dataType: 'ip', value: '192.0.2.1' }],
    flavorIds: ['kit/Plain_1_0'],
    pap: 'red',
  });
  expect(sheet.refused).toMatchObject([{ verdict: 'refused', reason: { code: 'pap' } }]);
  const facts = kit.db.prepare('SELECT verdict, facts FROM gate_decision').all() as {
    verdict: string;
    facts: string;
  }[];
  expect(facts.map((row) => row.verdict)).toEqual(['refuse']);
  expect(facts[0]?.facts).not.toContain('"x"');
});

test('without names, a plan holds every local flavor that applies and can run, and nothing else', async () => {
  const kit = await make();
  const intakeId = await kit.intake('a.bin', Buffer.from('MZ'), 'application/octet-stream');
  const sheet = await kit.jobs.plan({ subjects: [{ intakeId }] });
  expect(sheet.destinations).toEqual([]);
  expect(sheet.refused).toEqual([]);
  const names = sheet.local.map((row) => row.flavorId);
  expect(names).toContain('osmia/FileInfo_1_0');
  expect(names).not.toContain('osmia/Email_1_0');
  expect(names).not.toContain(LOOKUP);
});

test('a bundled analyzer runs in the worker on a sealed file', async () => {
  const kit = await make();
  const intakeId = await kit.intake('note.txt', Buffer.from('see hxxp://198.51.100[.]7/a'), 'text/plain');
  const [job] = await kit.run([{ intakeId }], ['FileInfo_1_0']);
  expect(job).toMatchObject({ status: 'done', flavorId: 'osmia/FileInfo_1_0', reason: null });
  expect(job?.taxonomies.length).toBeGreaterThan(0);
  const report = kit.reports.get(job?.id ?? '');
  expect(report.analyzerSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(report.job.summary).toBe(report.report.full['sentence']);
});

test('a sheet is forgotten after ten minutes, and knows only its own rows', async () => {
  const clock = makeClock();
  const kit = await make(clock);
  const sheet = await kit.jobs.plan({ subjects: [value('x')], flavorIds: [ECHO] });
  await expect(kit.jobs.start(sheet.id, [7])).rejects.toMatchObject({ code: 'invalid_input' });
  clock.advance(10 * 60_000 + 1);
  await expect(kit.jobs.start(sheet.id, [0])).rejects.toMatchObject({ code: 'not_found' });
  await expect(kit.jobs.plan({ subjects: [value('x')], flavorIds: ['no/Such_1_0'] })).rejects.toMatchObject({
    code: 'not_found',
  });
});

test('pages of jobs follow each other without gaps, newest first', async () => {
  const kit = await make();
  const jobs = await kit.run(
    Array.from({ length: 7 }, (_, i) => value(`v${i}`)),
    [ECHO],
  );
  const seen: string[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = kit.jobs.list({ limit: 3, cursor });
    seen.push(...page.items.map((job) => job.id));
    if (page.next === null) break;
    cursor = page.next;
  }
  expect(seen).toEqual(
    jobs
      .map((job) => job.id)
      .sort()
      .reverse(),
  );
  expect(kit.jobs.list({ limit: 10, statuses: ['failed'] }).items).toEqual([]);
});

test('artifacts go to the case with the stricter marking, with the type name we do not know as a tag', async () => {
  const kit = await make();
  const [job] = await kit.run([value('x')], [ECHO], { tlp: 'amber+strict' });
  const caseId = '0199d1f0-0000-7000-8000-000000000001';
  const answer = await kit.reports.importArtifacts(job?.id ?? '', caseId, [0, 5], 'analyst');
  expect(answer.added).toHaveLength(1);
  expect(answer.refused).toEqual([{ index: 5, reason: 'The report has no such artifact.' }]);
  expect(kit.imported).toMatchObject([
    { dataType: 'domain', value: 'found.example.org', tlp: 'amber+strict', sourceJobId: job?.id },
  ]);
  await expect(kit.reports.importArtifacts(job?.id ?? '', undefined, [0], 'analyst')).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('a job folder that an earlier life left is swept when the engine starts', async () => {
  const { mkdirSync, writeFileSync, existsSync } = await import('node:fs');
  const dir = makeTempDir();
  const left = join(dir, 'scratch', 'osmia-jobs-0123456789abcdef');
  mkdirSync(join(left, 'job', 'input'), { recursive: true });
  writeFileSync(join(left, 'owner.json'), JSON.stringify({ pid: process.pid, started: '1' }));
  writeFileSync(join(left, 'job', 'input', 'input.json'), '{}');
  const kit = await makeEngine(makeDb(), dir, { logger: silentLogger });
  onTestFinished(() => kit.close());
  expect(existsSync(left)).toBe(false);
});
