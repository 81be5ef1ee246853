import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

const item = (value: string) => ({ dataType: 'fqdn' as const, value });
const values = (count: number) => Array.from({ length: count }, (_, i) => item(`h${i}.example.com`));

async function caseWith(core: TestCore, count: number): Promise<{ caseId: string; ids: string[] }> {
  const { id: caseId } = await core.api['cases.create']({ title: 'Invoice' });
  const { added } = await core.api['observables.add']({ caseId, items: values(count) });
  return { caseId, ids: added };
}

/** Every shared table as it stands, but for what the store itself keeps. */
function content(core: TestCore): unknown {
  const tables = ['case_record', 'observable', 'note', 'task'] as const;
  return tables.map((table) =>
    (core.db.prepare(`SELECT * FROM ${table} ORDER BY id`).all() as Record<string, unknown>[]).map(
      ({ stamps: _stamps, updated_at: _at, ...row }) => ({ ...row, deleted_at: row['deleted_at'] === null }),
    ),
  );
}

const counters = (core: TestCore): unknown =>
  core.db.prepare('SELECT case_id, name, value FROM case_counter WHERE value <> 0 ORDER BY case_id, name').all();

test('the last thing that was done is taken back, and brought again', async () => {
  const core = await makeCore();
  const { caseId } = await caseWith(core, 1);
  await core.api['cases.update']({ id: caseId, patch: { title: 'Invoice fraud', tlp: 'red' } });
  const undone = await core.api['changes.undo']({});
  expect(undone).toMatchObject({ restored: 1, left: 0, caseId, what: [{ entity: 'case', kind: 'changed', count: 1 }] });
  expect(await core.api['cases.get']({ id: caseId })).toMatchObject({ title: 'Invoice', tlp: 'amber' });
  const redone = await core.api['changes.redo']({});
  expect(redone).toMatchObject({ restored: 1, left: 0 });
  expect(await core.api['cases.get']({ id: caseId })).toMatchObject({ title: 'Invoice fraud', tlp: 'red' });
});

test('a step back goes one further each time, and a new change ends the way forward', async () => {
  const core = await makeCore();
  const { id } = await core.api['cases.create']({ title: 'a' });
  const title = async (): Promise<string> => (await core.api['cases.get']({ id })).title;
  for (const next of ['b', 'c', 'd']) await core.api['cases.update']({ id, patch: { title: next } });
  await core.api['changes.undo']({});
  await core.api['changes.undo']({});
  expect(await title()).toBe('b');
  await core.api['changes.redo']({});
  expect(await title()).toBe('c');
  await core.api['changes.redo']({});
  expect(await title()).toBe('d');
  expect(await core.api['changes.redo']({})).toBeNull();
  await core.api['changes.undo']({});
  await core.api['changes.undo']({});
  await core.api['changes.undo']({});
  expect(await title()).toBe('a');
  await core.api['cases.update']({ id, patch: { title: 'e' } });
  expect(await core.api['changes.redo']({})).toBeNull();
  await core.api['changes.undo']({});
  expect(await title()).toBe('a');
});

test('one call is one step: a case and its thousand observables, counters and search included', async () => {
  const core = await makeCore();
  const { caseId, ids } = await caseWith(core, 1_200);
  expect((await core.api['cases.get']({ id: caseId })).counts.observables).toBe(1_200);
  expect(await core.api['changes.undo']({})).toMatchObject({ restored: 1_200 });
  expect((await core.api['cases.get']({ id: caseId })).counts.observables).toBe(0);
  await core.api['changes.redo']({});
  expect((await core.api['cases.get']({ id: caseId })).counts.observables).toBe(1_200);
  await core.api['observables.update']({ ids, patch: { isIoc: true, message: 'beacon' } });
  expect((await core.api['observables.list']({ caseId, text: 'beacon' })).total).toBe(1_200);
  await core.api['changes.undo']({});
  const list = await core.api['observables.list']({ caseId, text: 'beacon' });
  expect([list.total, list.facets.ioc]).toEqual([0, 0]);
});

test('a group that the client named is taken back though more was done since', async () => {
  const core = await makeCore();
  const { caseId, ids } = await caseWith(core, 3);
  const group = '018f0000-0000-7000-8000-000000000abc';
  await core.api['observables.remove']({ ids }, { group });
  await core.api['cases.update']({ id: caseId, patch: { title: 'Later' } });
  expect(await core.api['changes.undo']({ group })).toMatchObject({ restored: 3, left: 0 });
  expect((await core.api['observables.list']({ caseId })).total).toBe(3);
  expect(await core.api['changes.undo']({ group })).toBeNull();
  expect((await core.api['cases.get']({ id: caseId })).title).toBe('Later');
  expect(await core.api['changes.redo']({ group })).toMatchObject({ restored: 3 });
  expect((await core.api['observables.list']({ caseId })).total).toBe(0);
});

test('what was changed since is left alone, and said', async () => {
  const core = await makeCore();
  const { caseId } = await caseWith(core, 1);
  const group = '018f0000-0000-7000-8000-000000000def';
  await core.api['cases.update']({ id: caseId, patch: { title: 'Second', tlp: 'red' } }, { group });
  await core.api['cases.update']({ id: caseId, patch: { title: 'Third' } });
  const undone = await core.api['changes.undo']({ group });
  expect(undone).toMatchObject({
    restored: 1,
    left: 1,
    reasons: [{ entity: 'case', label: 'Third', field: 'title', why: 'It was changed since.' }],
  });
  expect(await core.api['cases.get']({ id: caseId })).toMatchObject({ title: 'Third', tlp: 'amber' });
});

test('a window takes back what a window did, not what the command line did', async () => {
  const core = await makeCore();
  const window = core.as({ client: 'window' });
  const { id } = await window['cases.create']({ title: 'a' });
  await window['cases.update']({ id, patch: { title: 'b' } });
  await core.api['cases.update']({ id, patch: { severity: 4 } });
  await window['changes.undo']({});
  expect(await core.api['cases.get']({ id })).toMatchObject({ title: 'a', severity: 4 });
  await core.api['changes.undo']({});
  expect(await core.api['cases.get']({ id })).toMatchObject({ title: 'a', severity: 2 });
});

test('nothing to take back is an answer', async () => {
  const core = await makeCore();
  expect(await core.api['changes.undo']({})).toBeNull();
  expect(await core.api['changes.redo']({})).toBeNull();
  expect(await core.api['changes.undo']({ group: '018f0000-0000-7000-8000-000000000001' })).toBeNull();
});

test('taken back all the way and brought again all the way, everything is as it was', async () => {
  const step = fc.oneof(
    fc.record({
      do: fc.constant('title' as const),
      text: fc.string({ minLength: 1, maxLength: 5 }).filter((t) => t.trim() !== ''),
    }),
    fc.record({ do: fc.constant('add' as const), n: fc.integer({ min: 0, max: 5 }) }),
    fc.record({ do: fc.constant('ioc' as const), n: fc.nat(5), is: fc.boolean() }),
    fc.record({ do: fc.constant('trash' as const), n: fc.nat(5) }),
    fc.record({ do: fc.constant('restore' as const), n: fc.nat(5) }),
    fc.record({ do: fc.constant('note' as const), text: fc.string({ maxLength: 5 }) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const core = await makeCore();
      const { caseId, ids } = await caseWith(core, 6);
      for (const each of steps) {
        if (each.do === 'title') await core.api['cases.update']({ id: caseId, patch: { title: each.text } });
        else if (each.do === 'add')
          await core.api['observables.add']({ caseId, items: [item(`new${each.n}.example.org`)] });
        else if (each.do === 'ioc')
          await core.api['observables.update']({ ids: [ids[each.n]!], patch: { isIoc: each.is } });
        else if (each.do === 'trash') await core.api['observables.remove']({ ids: [ids[each.n]!] });
        else if (each.do === 'restore') await core.api['observables.restore']({ ids: [ids[each.n]!] });
        else await core.api['notes.save']({ caseId, title: 'n', body: each.text });
      }
      const end = [content(core), counters(core)];
      let count = 0;
      while ((await core.api['changes.undo']({})) !== null) count += 1;
      const living = core.db.prepare('SELECT count(*) FROM case_record WHERE deleted_at IS NULL').pluck().get();
      expect(living).toBe(0);
      for (let i = 0; i < count; i += 1) expect(await core.api['changes.redo']({})).not.toBeNull();
      expect([content(core), counters(core)]).toEqual(end);
      await core.drop();
    }),
    { numRuns: 15 },
  );
});
