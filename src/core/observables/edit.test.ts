import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

const add = async ({ api }: TestCore, caseId: string, values: string[]) =>
  (await api['observables.add']({ caseId, items: values.map((value) => ({ value })) })).added;

test('whatever a filter matches is changed, but for the rows left out', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  await add(core, caseId, ['45.77.1.9', '45.77.1.10', '45.77.1.11', 'a.evil-portal.com']);
  const { nums } = await core.api['observables.index']({ caseId, dataTypes: ['ip'] });
  const target = { matching: { caseId, dataTypes: ['ip' as const] }, except: [nums[1]!] };
  expect(
    await core.api['observables.edit']({
      target,
      patch: { addTags: ['c2', 'seen'], tlp: 'red', appendMessage: 'From the proxy', ignoreSimilarity: true },
    }),
  ).toEqual({ changed: 2, total: 2 });
  const rows = (await core.api['observables.list']({ caseId, tags: ['c2'] })).items;
  expect(rows).toHaveLength(2);
  for (const row of rows)
    expect(row).toMatchObject({ tlp: 'red', message: 'From the proxy', ignoreSimilarity: true, tags: ['c2', 'seen'] });
  await core.api['observables.edit']({ target, patch: { removeTags: ['c2'], appendMessage: 'From the proxy' } });
  const facets = (await core.api['observables.index']({ caseId })).facets;
  expect(facets).toMatchObject({ ignored: 2, tags: [{ tag: 'seen', n: 2 }] });
  expect((await core.api['observables.rows']({ nums }))[0]!.message).toBe('From the proxy');
});

test('sighted has a time, and what is not sighted has none', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const ids = await add(core, caseId, ['45.77.1.9']);
  const after = async (patch: object) => {
    await core.api['observables.edit']({ target: { ids }, patch });
    const { isSighted, sightedAt } = (await core.api['observables.get']({ id: ids[0]! })).observable;
    return { isSighted, sightedAt };
  };
  const now = core.clock.now();
  expect(await after({ isSighted: true })).toEqual({ isSighted: true, sightedAt: now });
  core.clock.advance(5);
  expect(await after({ isSighted: true })).toEqual({ isSighted: true, sightedAt: now });
  expect(await after({ sightedAt: 12 })).toEqual({ isSighted: true, sightedAt: 12 });
  expect(await after({ isSighted: false })).toEqual({ isSighted: false, sightedAt: null });
});

test('the trash takes a whole result, gives it back, and nothing in it is edited', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const ids = await add(core, caseId, ['45.77.1.9', '45.77.1.10']);
  expect(await core.api['observables.edit']({ target: { matching: { caseId } }, patch: { isInTrash: true } })).toEqual({
    changed: 2,
    total: 2,
  });
  expect(await core.api['observables.edit']({ target: { ids }, patch: { isIoc: true } })).toMatchObject({ changed: 0 });
  expect(await core.api['observables.edit']({ target: { ids }, patch: { isInTrash: false } })).toMatchObject({
    changed: 2,
  });
  expect((await core.api['observables.list']({ caseId })).facets).toMatchObject({ ioc: 0, dataTypes: { ip: 2 } });
});

test('a long edit says how far it is, and stops where it is told to', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const values = Array.from({ length: 2_500 }, (_, i) => `45.77.${i >> 8}.${i & 255}`);
  await add(core, caseId, values);
  const token = crypto.randomUUID();
  const stop = new AbortController();
  const target = { matching: { caseId } };
  const edit = core.api['observables.edit']({ target, patch: { isIoc: true }, token }, { signal: stop.signal });
  let seen = { done: 0, total: 0 };
  while (seen.done === 0) {
    const told = await core.api['observables.progress']({ token });
    if (told) seen = told;
  }
  stop.abort();
  await expect(edit).rejects.toMatchObject({ code: 'cancelled' });
  expect(seen.total).toBe(2_500);
  await expect.poll(async () => core.api['observables.progress']({ token })).toBeNull();
  const { ioc } = (await core.api['observables.index']({ caseId })).facets;
  expect(ioc).toBeGreaterThan(0);
  expect(ioc).toBeLessThan(2_500);
});

test('another type: the value is read again as one, and what is none is refused or kept', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const { added } = await core.api['observables.add']({
    caseId,
    items: [
      { value: 'EVIL-portal.com', dataType: 'other' },
      { value: 'not a host', dataType: 'other' },
      { value: 'twice.com', dataType: 'other' },
      { value: 'twice.com' },
    ],
  });
  const target = { ids: added.slice(0, 3) };
  const first = await core.api['observables.retype']({ target, dataType: 'domain' });
  expect(first.changed).toBe(1);
  expect(first.refused.map(({ id }) => id)).toEqual([added[1], added[2]]);
  expect(first.refused[1]!.reason).toMatch(/already/);
  expect((await core.api['observables.get']({ id: added[0]! })).observable).toMatchObject({
    dataType: 'domain',
    value: 'evil-portal.com',
  });
  expect(
    await core.api['observables.retype']({ target: { ids: [added[1]!] }, dataType: 'domain', isKept: true }),
  ).toEqual({ changed: 1, refused: [] });
  expect((await core.api['observables.get']({ id: added[1]! })).observable).toMatchObject({
    dataType: 'domain',
    value: 'not a host',
    marks: ['overruled'],
  });
  expect((await core.api['observables.index']({ caseId })).facets.dataTypes).toEqual({ domain: 3, other: 1 });
  await expect(core.api['observables.retype']({ target, dataType: 'file' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});

test('added again: tags, flags and words are merged; what was refused is kept if one insists', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const [id] = await add(core, caseId, ['45.77.1.9']);
  const again = await core.api['observables.add']({
    caseId,
    items: [
      { value: '45.77.1[.]9', tags: ['c2'], isIoc: true, tlp: 'clear', message: 'again' },
      { value: '999.9.9.9', dataType: 'ip', isKept: true },
    ],
  });
  expect(again.alreadyThere).toEqual([{ index: 0, id, merged: true }]);
  expect((await core.api['observables.get']({ id: id! })).observable).toMatchObject({
    tags: ['c2'],
    isIoc: true,
    tlp: 'amber',
    message: 'again\n\nTyped as 45.77.1[.]9',
  });
  expect((await core.api['observables.get']({ id: again.added[0]! })).observable).toMatchObject({
    dataType: 'ip',
    value: '999.9.9.9',
    marks: ['overruled'],
  });
});
