import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';
import { handlingTime } from '../../shared/model/case-state.ts';

test('a case is closed with its tasks in one step, which is taken back in one', async () => {
  const { api, clock } = await makeCore();
  const { id, startAt } = await api['cases.create']({ title: 'x' });
  const begun = await api['tasks.create']({ caseId: id, title: 'Begun' });
  await api['tasks.update']({ id: begun.id, patch: { status: 'in_progress' } });
  await api['tasks.create']({ caseId: id, title: 'Never begun' });
  await api['cases.update']({ id, patch: { isFlagged: true, startAt: startAt - 5_000 } });
  const closing = { resolution: 'true_positive' as const, impact: 'with_impact' as const, summary: 'Paid back.' };
  await expect(api['cases.close']({ id, closing })).rejects.toMatchObject({
    code: 'conflict',
    message: expect.stringContaining('Begun'),
  });
  clock.advance(1_000);
  const closed = await api['cases.close']({ id, closing: { ...closing, closeTasks: true } });
  expect(closed).toMatchObject({
    status: 'resolved',
    resolution: 'true_positive',
    impact: 'with_impact',
    summary: 'Paid back.',
    isFlagged: false,
    endAt: startAt + 1_000,
  });
  expect(handlingTime(closed, clock.now() + 99)).toBe(6_000);
  const statuses = async () =>
    Object.fromEntries((await api['tasks.list']({ caseId: id })).map(({ title, status }) => [title, status]));
  // Not removed, as an earlier product once did (#1755).
  expect(await statuses()).toEqual({ Begun: 'completed', 'Never begun': 'cancelled' });
  await api['changes.undo']({});
  expect(await api['cases.get']({ id })).toMatchObject({
    status: 'open',
    endAt: null,
    resolution: null,
    isFlagged: true,
  });
  expect(await statuses()).toEqual({ Begun: 'in_progress', 'Never begun': 'waiting' });
});

test('what is mandatory stands in the way of closing', async () => {
  const { api, records } = await makeCore();
  const { id } = await api['cases.create']({ title: 'x' });
  const task = records.tasks.create(
    { actor: 'ana' },
    { caseId: id, title: 'Tell the client', description: '', group: 'default', isMandatory: true },
  );
  expect(await api['cases.closeCheck']({ id })).toMatchObject({
    openTasks: [{ title: 'Tell the client', isMandatory: true, isStarted: false }],
    emptyFields: [],
  });
  const closing = { resolution: 'other' as const, summary: 'Nothing to do.', closeTasks: true };
  await expect(api['cases.close']({ id, closing })).rejects.toMatchObject({
    message: expect.stringContaining('Tell the client'),
  });
  await api['tasks.update']({ id: task.id, patch: { status: 'completed' } });
  expect(await api['cases.close']({ id, closing })).toMatchObject({ resolution: 'other', impact: 'not_applicable' });
  await expect(api['cases.close']({ id, closing })).rejects.toMatchObject({ code: 'conflict' });
  const open = await api['cases.reopen']({ id });
  expect(open).toMatchObject({ status: 'in_progress', endAt: null, resolution: null, impact: null });
  expect(open.summary).toBe('Nothing to do.');
});

test('resolution, impact, status and end never contradict each other', async () => {
  const { api } = await makeCore();
  const { id, startAt } = await api['cases.create']({ title: 'x' });
  const patch = (change: Parameters<(typeof api)['cases.update']>[0]['patch']) =>
    api['cases.update']({ id, patch: change });
  const refused = { code: 'invalid_input' };
  await expect(patch({ resolution: 'other' })).rejects.toMatchObject(refused);
  await expect(patch({ impact: 'with_impact' })).rejects.toMatchObject(refused);
  await expect(patch({ endAt: startAt + 1 })).rejects.toMatchObject(refused);
  await expect(patch({ status: 'resolved', resolution: 'true_positive' })).rejects.toMatchObject(refused);
  await expect(patch({ status: 'resolved', resolution: 'other', impact: 'with_impact' })).rejects.toMatchObject(
    refused,
  );
  await expect(patch({ status: 'duplicated', resolution: 'other' })).rejects.toMatchObject(refused);
  await expect(patch({ status: 'resolved', resolution: 'duplicated' })).rejects.toMatchObject(refused);
  expect(await patch({ status: 'resolved' })).toMatchObject({ resolution: 'indeterminate', impact: 'not_applicable' });
  expect(await patch({ resolution: 'true_positive', impact: 'no_impact' })).toMatchObject({ status: 'resolved' });
  expect(await patch({ title: 'y' })).toMatchObject({ resolution: 'true_positive', impact: 'no_impact' });
  expect(await patch({ resolution: 'duplicated' })).toMatchObject({ status: 'duplicated', impact: 'not_applicable' });
  expect(await patch({ resolution: 'other' })).toMatchObject({ status: 'resolved', resolution: 'other' });
  await expect(patch({ endAt: startAt - 1 })).rejects.toMatchObject(refused);
  expect(await patch({ endAt: startAt + 5 })).toMatchObject({ endAt: startAt + 5 });
});
