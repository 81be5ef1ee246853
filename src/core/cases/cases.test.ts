import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

test('a new workspace has one engagement that is offline and amber', async () => {
  const { api } = await makeCore();
  const [first, ...more] = await api['engagements.list']({});
  expect(more).toEqual([]);
  expect(first).toMatchObject({ name: 'First engagement', isOffline: true, tlp: 'amber', pap: 'amber' });
});

test('a case takes its marking from its engagement and the next number', async () => {
  const { api } = await makeCore();
  const engagement = await api['engagements.create']({ name: 'Harbour' });
  await api['engagements.update']({ id: engagement.id, patch: { tlp: 'red', pap: 'green' } });
  const one = await api['cases.create']({ title: '  Invoice fraud  ', engagementId: engagement.id, tags: ['a', 'a'] });
  expect(one).toMatchObject({ number: 1, title: 'Invoice fraud', tlp: 'red', pap: 'green', severity: 2, tags: ['a'] });
  expect(one).toMatchObject({ status: 'open', assignee: 'ana', endAt: null });
  expect(await api['cases.create']({ title: 'Two', tlp: 'clear' })).toMatchObject({ number: 2, tlp: 'clear' });
  expect(await api['cases.get']({ number: 1 })).toEqual(one);
  await expect(api['cases.get']({ number: 3 })).rejects.toMatchObject({ code: 'not_found' });
  await expect(api['cases.create']({ title: '   ' })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('a number is never given twice, even when its case is gone', async () => {
  const core = await makeCore();
  const last = await core.api['cases.create']({ title: 'One' });
  core.db.exec('DELETE FROM case_record');
  expect((await core.api['cases.create']({ title: 'Two' })).number).toBe(last.number + 1);
  const again = await core.drop().then(() => makeCore({ dir: core.dir, master: core.master }));
  expect((await again.api['cases.create']({ title: 'Three' })).number).toBe(last.number + 2);
});

test('closing sets the end and clears the flag, opening again removes the end', async () => {
  const { api, clock } = await makeCore();
  const { id, startAt } = await api['cases.create']({ title: 'x' });
  await api['cases.update']({ id, patch: { isFlagged: true, status: 'in_progress' } });
  clock.advance(60_000);
  const closed = await api['cases.update']({ id, patch: { status: 'resolved' } });
  expect(closed).toMatchObject({ status: 'resolved', isFlagged: false, endAt: startAt + 60_000, startAt });
  clock.advance(60_000);
  expect((await api['cases.update']({ id, patch: { status: 'duplicated' } })).endAt).toBe(startAt + 60_000);
  await expect(api['cases.update']({ id, patch: { startAt: startAt + 90_000 } })).rejects.toMatchObject({
    code: 'invalid_input',
  });
  const open = await api['cases.update']({ id, patch: { status: 'open' } });
  expect(open).toMatchObject({ endAt: null, startAt });
});

test('the list is newest first, pages without gaps or repeats, and filters', async () => {
  const { api, clock } = await makeCore();
  for (let i = 1; i <= 7; i += 1) {
    // Several share a time, so that the id has to decide.
    if (i % 3 === 0) clock.advance(1_000);
    await api['cases.create']({ title: `Case ${i} 100%` });
  }
  const all = (await api['cases.list']({})).items.map((item) => item.number);
  expect(all).toEqual([7, 6, 5, 4, 3, 2, 1]);
  const paged: number[] = [];
  let cursor: string | undefined;
  do {
    const { items, next } = await api['cases.list']({ limit: 3, cursor });
    paged.push(...items.map((item) => item.number));
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  expect(paged).toEqual(all);
  expect((await api['cases.list']({ filter: { text: '#4' } })).items.map((item) => item.number)).toEqual([4]);
  expect((await api['cases.list']({ filter: { text: '5 100%' } })).items.map((item) => item.number)).toEqual([5]);
  expect((await api['cases.list']({ filter: { text: 'ase' } })).items).toEqual([]);
  expect((await api['cases.list']({ filter: { statuses: ['resolved'] } })).items).toEqual([]);
  await expect(api['cases.list']({ cursor: '1; DROP TABLE' })).rejects.toMatchObject({ code: 'invalid_input' });
});

test('settings are kept with the workspace', async () => {
  const core = await makeCore();
  expect(await core.api['settings.update']({ autoLockMinutes: 0 })).toEqual({ autoLockMinutes: 0 });
  await core.drop();
  const again = await makeCore({ dir: core.dir, master: core.master });
  expect(await again.api['settings.get']({})).toEqual({ autoLockMinutes: 0 });
});
