import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';
import { REPOSITORY } from '../../../test/support/make-engine.ts';
import type { ObjectRef, Operation } from '../../shared/contract/responders.ts';

const KIT = join(REPOSITORY, 'test/fixtures/responders');
const flavor = (name: string): string => `fixtures/${name}_1_0`;

let session: TestSession;
let api: TestSession['api'];
let caseId: string;
let number: number;

beforeAll(async () => {
  session = await makeSession();
  ({ api } = session);
  await api['analyzers.addSource']({ path: KIT });
});
afterAll(() => session.close());

beforeEach(async () => {
  ({ id: caseId, number } = await api['cases.create']({
    title: 'Invoice',
    description: 'Text of it',
    tags: ['phishing'],
  }));
});

const addObservable = async (value: string): Promise<string> => {
  const { added } = await api['observables.add']({ caseId, items: [{ value }] });
  return added[0]!;
};

/** Preview, confirm, wait for the end and for its operations. */
async function respond(name: string, ...objects: ObjectRef[]) {
  const preview = await api['responders.preview']({ responderId: flavor(name), objects });
  const jobs = await api['responders.run']({ previewId: preview.id, indexes: preview.items.map((item) => item.index) });
  await api['jobs.wait']({ ids: jobs.map((job) => job.id) });
  return Promise.all(jobs.map((job) => settled(job.id)));
}

/** Reads again after each event until it is as wanted. */
async function until<T>(read: () => Promise<T>, isWanted: (found: T) => boolean): Promise<T> {
  const stop = new AbortController();
  const events = api['events.subscribe']({}, { signal: stop.signal })[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Asked for before it is read, so that nothing happens in between.
      const next = events.next();
      next.catch(() => undefined);
      const found = await read();
      if (isWanted(found)) return found;
      await next;
    }
  } finally {
    stop.abort();
  }
}

/** A run whose operations have all been tried. */
const settled = (jobId: string) =>
  until(
    () => api['responders.get']({ jobId }),
    (run) => run.operations.every((operation) => operation.status !== 'waiting'),
  );

const running = (jobId: string) =>
  until(
    () => api['jobs.get']({ id: jobId }),
    (job) => job.status === 'running',
  );

const states = (operations: readonly Operation[]): Record<string, string> =>
  Object.fromEntries(operations.map((operation) => [operation.type, operation.status]));

/** Its server, for the length of one test. */
async function setMailer(host: string): Promise<void> {
  const put = (values: Record<string, string | null>) =>
    api['config.set']({ flavorId: 'osmia/Mailer_1_0', scope: 'flavor', values });
  onTestFinished(async () => void (await put({ smtp_host: null, from: null })));
  await put({ smtp_host: host, from: 'a@example.org' });
}

describe('what a responder is', () => {
  test('a folder of responders is none of analyzers, and plain data types mean observables of them', async () => {
    const responders = await api['responders.list']({});
    const names = responders.map((each) => each.name);
    expect(names).toEqual(expect.arrayContaining(['Mailer', 'Script', 'KitEverything', 'KitDomains']));
    const analyzers = (await api['analyzers.list']({})).map((each) => each.name);
    for (const name of names) expect(analyzers).not.toContain(name);
    expect(responders.find((each) => each.name === 'KitDomains')).toMatchObject({
      takes: ['case_artifact'],
      artifactTypes: ['domain', 'fqdn'],
      isLocal: false,
      hasDryRun: false,
      cacheMinutes: 0,
    });
    const [ip, domain] = [await addObservable('198.51.100.7'), await addObservable('evil.example.com')];
    const takes = async (...ids: string[]) =>
      (await api['responders.for']({ objects: ids.map((id) => ({ type: 'case_artifact', id }) as const) })).map(
        (each) => each.name,
      );
    expect(await takes(domain)).toContain('KitDomains');
    expect(await takes(ip)).not.toContain('KitDomains');
    expect(await takes(ip, domain)).not.toContain('KitDomains');
    expect(await takes(ip, domain)).toContain('KitEverything');
  });
});

describe('preview', () => {
  test('the exact object, its strictest marking, the verdict, and settings without secrets; nothing starts', async () => {
    const id = await addObservable('evil.example.com');
    await api['observables.update']({ ids: [id], patch: { tlp: 'green' } });
    await api['cases.update']({ id: caseId, patch: { tlp: 'red' } });
    const objects = [{ type: 'case_artifact', id } as const];
    const preview = await api['responders.preview']({ responderId: flavor('KitDomains'), objects });
    const [item] = preview.items;
    // The case goes along with the observable, so the case's marking counts.
    expect(item).toMatchObject({ tlp: 'red', verdict: 'refused', reason: { code: 'tlp' } });
    expect(JSON.parse(item!.objectJson)).toMatchObject({
      _type: 'case_artifact',
      dataType: 'fqdn',
      data: 'evil.example.com',
      tlp: 1,
      case: { _type: 'case', caseId: number, title: 'Invoice', tlp: 3, status: 'Open', owner: 'ana', createdBy: 'ana' },
    });
    expect(item!.bytes).toBe(Buffer.byteLength(JSON.stringify(JSON.parse(item!.objectJson))));
    expect(preview.destination).toBe('KitDomains: not declared');
    expect((await api['jobs.list']({ caseId })).items).toEqual([]);
  });

  test('a confirmation sends what was shown, is held to a marking that got stricter, and counts once', async () => {
    const preview = await api['responders.preview']({
      responderId: flavor('KitEverything'),
      objects: [{ type: 'case', id: caseId }],
    });
    await api['cases.update']({ id: caseId, patch: { title: 'Changed since' } });
    const input = { previewId: preview.id, indexes: [0] };
    const [first] = await api['responders.run'](input);
    const [again] = await api['responders.run'](input);
    expect(again!.id).toBe(first!.id);
    await api['jobs.wait']({ ids: [first!.id] });
    const run = await settled(first!.id);
    expect((run.full!['input'] as { data: object }).data).toMatchObject({ title: 'Invoice' });
    expect(JSON.parse(run.objectJson)).toEqual((run.full!['input'] as { data: object }).data);
    expect((await api['jobs.list']({ caseId })).items).toHaveLength(1);

    const other = await api['responders.preview']({
      responderId: flavor('KitDomains'),
      objects: [{ type: 'case_artifact', id: await addObservable('evil.example.com') }],
    });
    expect(other.items[0]!.verdict).toBe('waiting');
    await api['cases.update']({ id: caseId, patch: { tlp: 'red' } });
    const [job] = await api['responders.run']({ previewId: other.id, indexes: [0] });
    expect(job).toMatchObject({ status: 'refused', reason: { code: 'tlp' }, tlp: 'red' });
  });

  test('what was shown with other settings, or as refused, does not run', async () => {
    const objects = [{ type: 'case', id: caseId } as const];
    const responderId = 'osmia/Mailer_1_0';
    const refused = await api['responders.preview']({ responderId, objects });
    expect(refused.items[0]!.verdict).toBe('refused');
    await setMailer('mail.example.org');
    const shown = await api['responders.preview']({ responderId, objects });
    expect(shown.items[0]!.verdict).toBe('waiting');
    const start = async (previewId: string) => (await api['responders.run']({ previewId, indexes: [0] }))[0]!;
    expect(await start(refused.id)).toMatchObject({ status: 'refused', reason: { code: 'changed' } });
    await setMailer('elsewhere.example.net');
    expect(await start(shown.id)).toMatchObject({ status: 'refused', reason: { code: 'changed' } });
  });

  test('one that was confirmed and waits does not go to another server instead', async () => {
    const responderId = 'osmia/Mailer_1_0';
    await setMailer('mail.example.org');
    const preview = await api['responders.preview']({ responderId, objects: [{ type: 'case', id: caseId }] });
    const [job] = await api['responders.run']({ previewId: preview.id, indexes: [0] });
    expect(job).toMatchObject({ status: 'waiting' });
    await setMailer('elsewhere.example.net');
    const { sheet } = await api['jobs.planWaiting']({ jobs: { ids: [job!.id] } });
    expect(sheet.refused).toMatchObject([{ verdict: 'refused', reason: { code: 'changed' } }]);
  });

  test('none is started as an analyzer: that way has no confirmation', async () => {
    const subjects = [{ dataType: 'domain', value: 'evil.example.com', caseId } as const];
    const flavorIds = [flavor('KitDomains')];
    await expect(api['jobs.plan']({ subjects, flavorIds })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('what never leaves is found anywhere in the object', async () => {
    const { id: engagementId } = (await api['engagements.list']({}))[0]!;
    const rule = { kind: 'never', match: 'domain', pattern: 'corp.example' } as const;
    const added = await api['policy.add']({ engagementId, rule });
    const id = await addObservable('evil.example.com');
    const ask = async () =>
      (await api['responders.preview']({ responderId: flavor('KitDomains'), objects: [{ type: 'case_artifact', id }] }))
        .items[0]!;
    expect((await ask()).verdict).toBe('waiting');
    await api['cases.update']({
      id: caseId,
      patch: { description: `${'word '.repeat(30_000)} seen on host7.corp.example` },
    });
    expect(await ask()).toMatchObject({
      verdict: 'refused',
      reason: { message: expect.stringContaining('corp.example') as string },
    });
    await api['policy.remove']({ id: added.id });
  });

  test('files go along only where the responder takes them, and only those of the same case', async () => {
    const objects = [{ type: 'case', id: caseId } as const];
    const evidenceIds = ['01890a5d-ac96-774b-bcce-b302099a8057'];
    await expect(
      api['responders.preview']({ responderId: flavor('KitEverything'), objects, evidenceIds }),
    ).rejects.toThrow(/takes no files/);
    await expect(
      api['responders.preview']({ responderId: 'osmia/Script_1_0', objects, evidenceIds }),
    ).rejects.toMatchObject({ code: 'not_found' });
  });
});

describe('dry run', () => {
  test('a foreign responder is not started: it could act', async () => {
    const objects = [{ type: 'case', id: caseId } as const];
    const preview = await api['responders.preview']({ responderId: flavor('KitEverything'), objects });
    const answer = await api['responders.dryRun']({ previewId: preview.id, index: 0 });
    expect(answer).toMatchObject({ hasRun: false, isOk: true });
    expect(answer.messages.join(' ')).toMatch(/knows no dry run/);
    expect((await api['cases.get']({ id: caseId })).tags).toEqual(['phishing']);
  });

  test('a missing setting is named', async () => {
    const objects = [{ type: 'case', id: caseId } as const];
    const preview = await api['responders.preview']({ responderId: 'osmia/Mailer_1_0', objects });
    const answer = await api['responders.dryRun']({ previewId: preview.id, index: 0 });
    expect(answer).toMatchObject({ hasRun: false, isOk: false });
    expect(answer.messages.join(' ')).toMatch(/smtp_host/);
  });
});

describe('operations', () => {
  test('on an observable: what fits is applied one by one, what does not says why, what nobody knows is skipped', async () => {
    const id = await addObservable('198.51.100.7');
    const [run] = await respond('KitEverything', { type: 'case_artifact', id });
    expect(run!.job).toMatchObject({ status: 'done', attempt: 1 });
    expect(states(run!.operations)).toEqual({
      AddTagToCase: 'applied',
      AddTagToArtifact: 'applied',
      AddTagToAlert: 'failed',
      CreateTask: 'applied',
      AddCustomFields: 'applied',
      CloseTask: 'failed',
      MarkAlertAsRead: 'failed',
      AddLogToTask: 'failed',
      AddArtifactToCase: 'applied',
      AssignCase: 'applied',
      LaunchRocket: 'skipped',
    });
    expect(run!.operations.find((each) => each.type === 'CloseTask')?.message).toMatch(/needs a task/);
    expect(run!.operations.find((each) => each.type === 'LaunchRocket')?.message).toMatch(/does not know/);
    expect(await api['cases.get']({ id: caseId })).toMatchObject({ tags: ['phishing', 'mail sent'], assignee: 'lena' });
    const { items } = await api['observables.list']({ caseId });
    expect(items).toMatchObject([
      { dataType: 'url', value: 'http://found.example.org/a', isIoc: true, tags: ['kit'] },
      { value: '198.51.100.7', tags: ['blocked'], verdict: null, analysedAt: null },
    ]);
    expect((await api['tasks.list']({ caseId })).map((task) => task.title)).toEqual(['Call the owner']);

    // Each is undone by itself, and what was there before is there again.
    for (const operation of run!.operations.filter((each) => each.canUndo)) {
      expect(await api['operations.undo']({ id: operation.id })).toMatchObject({ status: 'undone', canUndo: false });
    }
    expect(await api['cases.get']({ id: caseId })).toMatchObject({ tags: ['phishing'], assignee: 'ana' });
    expect((await api['observables.list']({ caseId })).items).toMatchObject([{ value: '198.51.100.7', tags: [] }]);
    expect(await api['tasks.list']({ caseId })).toEqual([]);
    const after = await api['responders.preview']({
      responderId: flavor('KitEverything'),
      objects: [{ type: 'case', id: caseId }],
    });
    expect(JSON.parse(after.items[0]!.objectJson)).toMatchObject({ customFields: {} });
  });

  test('on a task and on a line of its log: the task is closed and written to', async () => {
    const task = await api['tasks.create']({ caseId, title: 'Block it' });
    const log = await api['tasks.addLog']({ taskId: task.id, message: 'Asked for a block' });
    const [run] = await respond('KitEverything', { type: 'case_task_log', id: log.id });
    expect(JSON.parse(run!.objectJson)).toMatchObject({
      _type: 'case_task_log',
      message: 'Asked for a block',
      case_task: {
        _type: 'case_task',
        title: 'Block it',
        status: 'InProgress',
        case: { _type: 'case', caseId: number },
      },
    });
    expect(states(run!.operations)).toMatchObject({ CloseTask: 'applied', AddLogToTask: 'applied' });
    const [closed] = (await api['tasks.list']({ caseId })).filter((each) => each.id === task.id);
    expect(closed).toMatchObject({ status: 'completed', endAt: expect.any(Number) as number, logs: 2 });
    const close = run!.operations.find((each) => each.type === 'CloseTask')!;
    await api['tasks.update']({ id: task.id, patch: { status: 'cancelled' } });
    await expect(api['operations.undo']({ id: close.id })).rejects.toMatchObject({ code: 'conflict' });
    await api['tasks.update']({ id: task.id, patch: { status: 'completed' } });
    await api['operations.undo']({ id: close.id });
    const [open] = (await api['tasks.list']({ caseId })).filter((each) => each.id === task.id);
    expect(open).toMatchObject({ status: 'in_progress', endAt: null });
  });

  test('the same twice: what is there already is skipped, not done again', async () => {
    await respond('KitEverything', { type: 'case', id: caseId });
    const [run] = await respond('KitEverything', { type: 'case', id: caseId });
    expect(states(run!.operations)).toMatchObject({
      AddTagToCase: 'skipped',
      AddCustomFields: 'skipped',
      AddArtifactToCase: 'skipped',
      AssignCase: 'skipped',
      CreateTask: 'applied',
    });
  });

  test('hostile fields fail one by one and take nothing with them', async () => {
    const [run] = await respond('KitBadOperations', { type: 'case', id: caseId });
    expect(run!.operations.map((each) => each.status)).toEqual([
      ...Array<string>(8).fill('failed'),
      'skipped',
      'skipped',
      'applied',
    ]);
    expect((await api['cases.get']({ id: caseId })).tags).toEqual(['phishing', 'good']);
    const failed = run!.operations[0]!;
    expect(await api['operations.apply']({ id: failed.id })).toMatchObject({
      status: 'failed',
      message: failed.message,
    });
    await expect(api['operations.apply']({ id: run!.operations.at(-1)!.id })).rejects.toMatchObject({
      code: 'conflict',
    });
    await expect(api['operations.undo']({ id: failed.id })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('in bulk: one preview, a job and a result for each object', async () => {
    const ids = [];
    for (let n = 1; n <= 5; n += 1) ids.push(await addObservable(`198.51.100.${n}`));
    const runs = await respond('KitEverything', ...ids.map((id) => ({ type: 'case_artifact', id }) as const));
    expect(runs.map((run) => [run.object.id, run.job.status])).toEqual(ids.map((id) => [id, 'done']));
    const list = await api['responders.runs']({ caseId, limit: 3 });
    expect(list.items).toHaveLength(3);
    expect(list.items[0]!.label).toBe('ip 198.51.100.5');
    expect((await api['responders.runs']({ caseId, cursor: list.next! })).items).toHaveLength(2);
    expect((await api['responders.runs']({ object: { type: 'case_artifact', id: ids[0]! } })).items).toHaveLength(1);
  });
});

describe('ends', () => {
  test('what says no, and what crashes, has failed; it is not tried again', async () => {
    const [no] = await respond('KitSaysNo', { type: 'case', id: caseId });
    expect(no!.job).toMatchObject({ status: 'failed', attempt: 1, reason: { message: 'The other side said no.' } });
    const [crash] = await respond('KitCrashes', { type: 'case', id: caseId });
    expect(crash!.job).toMatchObject({ status: 'failed', attempt: 1 });
    expect(crash!.said).toMatch(/no such server/);
  });

  test('one that is cancelled while it runs is unknown: it may have acted', async () => {
    const objects = [{ type: 'case', id: caseId } as const];
    const preview = await api['responders.preview']({ responderId: flavor('KitHangs'), objects });
    const [job] = await api['responders.run']({ previewId: preview.id, indexes: [0] });
    await running(job!.id);
    await api['jobs.cancel']({ ids: [job!.id] });
    expect(await api['jobs.get']({ id: job!.id })).toMatchObject({
      status: 'unknown',
      reason: { code: 'may_have_acted', message: expect.stringContaining('may have acted') as string },
    });
  });
});
