import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

const caseOf = async ({ api }: Pick<TestCore, 'api'>): Promise<string> =>
  (await api['cases.create']({ title: 'x' })).id;

const titles = (tasks: readonly { title: string }[]): string[] => tasks.map(({ title }) => title);

test('a task is made, started, logged to, closed and opened again, with the times that follow', async () => {
  const { api, clock } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const first = await api['tasks.create']({ caseId, title: 'Call the client' });
  const second = await api['tasks.create']({ caseId, title: 'Collect logs', group: 'analysis' });
  const third = await api['tasks.create']({ caseId, title: 'Call again' });
  expect(first).toMatchObject({ status: 'waiting', assignee: '', startAt: null, endAt: null, group: 'default' });
  // Groups in the order in which they came, tasks in their group.
  expect((await api['tasks.list']({ caseId })).map(({ id }) => id)).toEqual([first.id, third.id, second.id]);

  clock.advance(1_000);
  await api['tasks.addLog']({ taskId: first.id, message: 'Called, nobody there' });
  expect(await api['tasks.get']({ id: first.id })).toMatchObject({
    status: 'in_progress',
    assignee: 'ana',
    startAt: clock.now(),
    logs: 1,
  });
  const { items } = await api['tasks.logs']({ taskId: first.id });
  expect(items).toMatchObject([{ message: 'Called, nobody there', attachments: [] }]);
  // The line belongs to the task: it is none of the case's own notes.
  expect(await api['notes.list']({ caseId })).toEqual([]);
  expect((await api['cases.get']({ id: caseId })).counts).toMatchObject({ notes: 0, tasks: 3, tasksOpen: 3 });

  const startedAt = clock.now();
  clock.advance(1_000);
  await api['tasks.update']({ id: first.id, patch: { isFlagged: true } });
  const closed = await api['tasks.update']({ id: first.id, patch: { status: 'completed' } });
  expect(closed).toMatchObject({ status: 'completed', startAt: startedAt, endAt: clock.now(), isFlagged: false });
  expect((await api['cases.get']({ id: caseId })).counts).toMatchObject({ tasks: 3, tasksOpen: 2, tasksDone: 1 });
  clock.advance(1_000);
  const again = await api['tasks.update']({ id: first.id, patch: { status: 'in_progress' } });
  expect(again).toMatchObject({ startAt: startedAt, endAt: null });
});

test('the last line closes the task, and all of it is taken back together', async () => {
  const { api, clock } = await makeCore();
  const caseId = await caseOf({ api });
  const { id } = await api['tasks.create']({ caseId, title: 'Block it' });
  clock.advance(1_000);
  await api['tasks.addLog']({ taskId: id, message: 'Blocked', close: true });
  expect(await api['tasks.get']({ id })).toMatchObject({ status: 'completed', startAt: clock.now(), logs: 1 });
  await api['changes.undo']({});
  expect(await api['tasks.get']({ id })).toMatchObject({ status: 'waiting', assignee: '', endAt: null, logs: 0 });
  expect((await api['cases.get']({ id: caseId })).counts).toMatchObject({ tasks: 1, tasksOpen: 1, tasksDone: 0 });
  await api['changes.redo']({});
  expect(await api['tasks.get']({ id })).toMatchObject({ status: 'completed', logs: 1 });
  expect((await api['cases.get']({ id: caseId })).counts).toMatchObject({ tasks: 1, tasksOpen: 0, tasksDone: 1 });
});

test('a line has text, files or both, is edited and comes back from the trash', async () => {
  const { api, features } = await makeCore();
  const caseId = await caseOf({ api });
  const { id: taskId } = await api['tasks.create']({ caseId, title: 'x' });
  await expect(api['tasks.addLog']({ taskId, message: '  ' })).rejects.toMatchObject({ code: 'invalid_input' });
  const intake = await features.intake.fromStream(
    { name: 'proxy.log', origin: 'file', stream: bytes('GET / 200') },
    undefined,
  );
  await api['intake.wait']({ id: intake });
  const { evidenceId } = await api['intake.accept']({ id: intake, caseId });
  const line = await api['tasks.addLog']({ taskId, attachments: [evidenceId!] });
  expect(line).toMatchObject({ message: '', attachments: [{ id: evidenceId, name: 'proxy.log', size: 9 }] });
  const edited = await api['tasks.updateLog']({ id: line.id, message: 'From the proxy', attachments: [evidenceId!] });
  expect(edited).toMatchObject({ message: 'From the proxy', attachments: [{ id: evidenceId }] });
  await expect(api['tasks.updateLog']({ id: line.id, message: '', attachments: [] })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  // Evidence of another case is none of this one's.
  const other = await api['tasks.create']({ caseId: await caseOf({ api }), title: 'y' });
  await expect(api['tasks.addLog']({ taskId: other.id, attachments: [evidenceId!] })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  await api['tasks.removeLog']({ id: line.id });
  expect((await api['tasks.logs']({ taskId })).items).toEqual([]);
  await api['tasks.restoreLog']({ id: line.id });
  expect((await api['tasks.logs']({ taskId })).items).toMatchObject([{ message: 'From the proxy' }]);
});

test('the log is read a page at a time, from either end', async () => {
  const { api, clock } = await makeCore();
  const { id: taskId } = await api['tasks.create']({ caseId: await caseOf({ api }), title: 'x' });
  for (const message of ['1', '2', '3', '4', '5']) {
    await api['tasks.addLog']({ taskId, message });
    if (message !== '2') clock.advance(1_000);
  }
  for (const isNewestFirst of [false, true]) {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await api['tasks.logs']({ taskId, isNewestFirst, limit: 2, ...(cursor ? { cursor } : {}) });
      seen.push(...page.items.map(({ message }) => message));
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(isNewestFirst ? ['5', '4', '3', '2', '1'] : ['1', '2', '3', '4', '5']);
  }
});

test('a task in the trash is not changed, and comes back as it was', async () => {
  const { api } = await makeCore();
  const caseId = await caseOf({ api });
  const { id } = await api['tasks.create']({ caseId, title: 'Call the client' });
  await api['tasks.remove']({ id });
  expect(await api['tasks.list']({ caseId })).toEqual([]);
  for (const late of [
    api['tasks.update']({ id, patch: { title: 'y' } }),
    api['tasks.addLog']({ taskId: id, message: 'y' }),
    api['tasks.logs']({ taskId: id }),
    api['tasks.move']({ id, group: 'y', beforeId: null }),
  ]) {
    await expect(late).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(await api['tasks.restore']({ id })).toMatchObject({ title: 'Call the client', status: 'waiting' });
});

test('tasks are put in order, also across groups, however often', async () => {
  const { api } = await makeCore();
  const caseId = await caseOf({ api });
  const ids: string[] = [];
  for (const title of ['a', 'b', 'c']) ids.push((await api['tasks.create']({ caseId, title })).id);
  const [a, b, c] = ids as [string, string, string];
  const order = async (): Promise<string> => titles(await api['tasks.list']({ caseId })).join('');
  // More often than there is room between two neighbours.
  for (let i = 0; i < 30; i += 1) {
    await api['tasks.move']({ id: c, group: 'default', beforeId: b });
    expect(await order()).toBe('acb');
    await api['tasks.move']({ id: b, group: 'default', beforeId: c });
    expect(await order()).toBe('abc');
  }
  await api['tasks.move']({ id: c, group: 'default', beforeId: a });
  expect(await order()).toBe('cab');
  await api['tasks.move']({ id: c, group: 'default', beforeId: null });
  expect(await order()).toBe('abc');
  await api['tasks.move']({ id: b, group: 'later', beforeId: null });
  expect(await order()).toBe('acb');
  expect(await api['tasks.get']({ id: b })).toMatchObject({ group: 'later' });
});

test('many at once: what an action does not fit stays, and it is one step back', async () => {
  const { api } = await makeCore();
  const caseId = await caseOf({ api });
  const ids: string[] = [];
  for (let i = 0; i < 250; i += 1) ids.push((await api['tasks.create']({ caseId, title: `t${i}` })).id);
  await api['tasks.update']({ id: ids[0]!, patch: { status: 'completed' } });
  expect(await api['tasks.bulk']({ ids, change: { action: 'start' } })).toEqual({ changed: 249 });
  expect((await api['cases.get']({ id: caseId })).counts).toMatchObject({ tasks: 250, tasksOpen: 249, tasksDone: 1 });
  await api['changes.undo']({});
  const statuses = (await api['tasks.list']({ caseId })).map(({ status }) => status);
  expect(new Set(statuses.slice(1))).toEqual(new Set(['waiting']));

  const two = ids.slice(1, 3);
  await api['tasks.bulk']({ ids: two, change: { assignee: 'bo' } });
  await api['tasks.bulk']({ ids: two, change: { action: 'cancel' } });
  expect(await api['tasks.get']({ id: two[0]! })).toMatchObject({ status: 'cancelled', assignee: 'bo' });
  // Never begun: it waits again.
  await api['tasks.bulk']({ ids: two, change: { action: 'reopen' } });
  expect(await api['tasks.get']({ id: two[0]! })).toMatchObject({ status: 'waiting', endAt: null });
  await api['tasks.bulk']({ ids: two, change: { action: 'flag' } });
  expect(await api['tasks.get']({ id: two[1]! })).toMatchObject({ isFlagged: true });
  expect(await api['tasks.bulk']({ ids: two, change: { action: 'trash' } })).toEqual({ changed: 2 });
  expect(await api['tasks.list']({ caseId })).toHaveLength(248);
});

test('closing a case completes what is in progress and cancels what waits', async () => {
  const { api, records } = await makeCore();
  const caseId = await caseOf({ api });
  const waits = await api['tasks.create']({ caseId, title: 'waits' });
  const runs = await api['tasks.create']({ caseId, title: 'runs' });
  await api['tasks.update']({ id: runs.id, patch: { status: 'in_progress' } });
  expect(records.tasks.endOpen({ actor: 'ana' }, caseId)).toBe(2);
  expect(await api['tasks.get']({ id: waits.id })).toMatchObject({ status: 'cancelled' });
  expect(await api['tasks.get']({ id: runs.id })).toMatchObject({ status: 'completed' });
});

test('my tasks: over all cases of the engagement, what is due first comes first, tasks of nobody can be taken', async () => {
  const { api, clock } = await makeCore();
  const caseId = await caseOf({ api });
  const second = await api['cases.create']({ title: 'y' });
  const { engagementId } = second;
  const day = 86_400_000;
  const make = (title: string, rest: { caseId?: string; assignee?: string; dueAt?: number } = {}) =>
    api['tasks.create']({ caseId, title, assignee: 'ana', ...rest });
  await make('some time');
  await make('tomorrow', { dueAt: clock.now() + day, caseId: second.id });
  await make('overdue', { dueAt: clock.now() - 1 });
  await make('of bo', { assignee: 'bo', dueAt: 5 });
  const free = await make('free', { assignee: '' });
  const mine = async () => (await api['tasks.mine']({ engagementId })).items;
  expect(titles(await mine())).toEqual(['overdue', 'tomorrow', 'some time']);
  expect((await mine())[1]).toMatchObject({ caseNumber: second.number, caseTitle: 'y' });
  expect((await api['tasks.mine']({ engagementId, whose: 'nobody' })).items).toMatchObject([{ title: 'free' }]);
  expect(await api['tasks.mineCounts']({ engagementId, endOfDay: clock.now() + 2 * day })).toEqual({
    mine: 3,
    nobody: 1,
    overdue: 1,
    dueToday: 1,
  });
  expect(await api['tasks.people']({ engagementId })).toEqual({ me: 'ana', names: ['ana', 'bo'] });

  await api['tasks.bulk']({ ids: [free.id], change: { action: 'take' } });
  expect(await api['tasks.get']({ id: free.id })).toMatchObject({ assignee: 'ana', status: 'in_progress' });
  const pages: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api['tasks.mine']({ engagementId, limit: 2, ...(cursor ? { cursor } : {}) });
    pages.push(...titles(page.items));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(pages).toEqual(['overdue', 'tomorrow', 'some time', 'free']);
  await api['tasks.update']({ id: free.id, patch: { status: 'completed' } });
  expect(titles(await mine())).not.toContain('free');
  // Another engagement's tasks are its own.
  const { id: elsewhere } = await api['engagements.create']({ name: 'Other' });
  expect((await api['tasks.mine']({ engagementId: elsewhere })).items).toEqual([]);
});

test('the library: a task is kept, changed, added to a case with its due date, removed and restored', async () => {
  const { api, clock } = await makeCore();
  const caseId = await caseOf({ api });
  const task = await api['tasks.create']({ caseId, title: 'Save the logs', group: 'first', isMandatory: true });
  const kept = await api['taskTemplates.fromTask']({ taskId: task.id });
  expect(kept).toMatchObject({ title: 'Save the logs', group: 'first', isMandatory: true, dueHours: null });
  const { id } = await api['taskTemplates.update']({ id: kept.id, patch: { dueHours: 24 } });
  const other = await api['taskTemplates.create']({ title: 'Tell the client' });
  const made = await api['taskTemplates.addToCase']({ caseId, ids: [other.id, id] });
  expect(made).toMatchObject([
    { title: 'Tell the client', group: 'default', dueAt: null },
    { title: 'Save the logs', group: 'first', isMandatory: true, dueAt: clock.now() + 86_400_000 },
  ]);
  await api['changes.undo']({});
  expect(await api['tasks.list']({ caseId })).toHaveLength(1);
  await api['taskTemplates.remove']({ id });
  expect(titles(await api['taskTemplates.list']({}))).toEqual(['Tell the client']);
  await expect(api['taskTemplates.addToCase']({ caseId, ids: [id] })).rejects.toMatchObject({ code: 'not_found' });
  await api['taskTemplates.restore']({ id });
  expect(await api['taskTemplates.list']({})).toHaveLength(2);
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}
