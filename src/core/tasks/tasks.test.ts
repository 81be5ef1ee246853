import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

test('a task is made, started, logged to, closed and opened again, with the times that follow', async () => {
  const { api, clock } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const first = await api['tasks.create']({ caseId, title: 'Call the client' });
  const second = await api['tasks.create']({ caseId, title: 'Collect logs', group: 'analysis' });
  expect(first).toMatchObject({ status: 'waiting', assignee: '', startAt: null, endAt: null, group: 'default' });
  expect((await api['tasks.list']({ caseId })).map((task) => task.id)).toEqual([second.id, first.id]);

  clock.advance(1_000);
  await api['tasks.addLog']({ taskId: first.id, message: 'Called, nobody there' });
  const [, started] = await api['tasks.list']({ caseId });
  expect(started).toMatchObject({ status: 'in_progress', assignee: 'ana', startAt: clock.now(), logs: 1 });
  expect(await api['tasks.logs']({ taskId: first.id })).toMatchObject([{ message: 'Called, nobody there' }]);
  // The line belongs to the task: it is none of the case's own notes.
  expect(await api['notes.list']({ caseId })).toEqual([]);
  expect((await api['cases.get']({ id: caseId })).counts.notes).toBe(0);

  const startedAt = clock.now();
  clock.advance(1_000);
  const closed = await api['tasks.update']({ id: first.id, patch: { status: 'completed' } });
  expect(closed).toMatchObject({ status: 'completed', startAt: startedAt, endAt: clock.now() });
  clock.advance(1_000);
  const again = await api['tasks.update']({ id: first.id, patch: { status: 'in_progress' } });
  expect(again).toMatchObject({ startAt: startedAt, endAt: null });
});

test('a task in the trash is not changed, and comes back as it was', async () => {
  const { api } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const { id } = await api['tasks.create']({ caseId, title: 'Call the client' });
  await api['tasks.remove']({ id });
  expect(await api['tasks.list']({ caseId })).toEqual([]);
  for (const late of [
    api['tasks.update']({ id, patch: { title: 'y' } }),
    api['tasks.addLog']({ taskId: id, message: 'y' }),
    api['tasks.logs']({ taskId: id }),
  ]) {
    await expect(late).rejects.toMatchObject({ code: 'not_found' });
  }
  expect(await api['tasks.restore']({ id })).toMatchObject({ title: 'Call the client', status: 'waiting' });
});
