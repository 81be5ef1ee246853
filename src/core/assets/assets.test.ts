import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

test('an asset meets observables of its identifiers, those that were there and those that come', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  await core.api['observables.add']({ caseId, items: [{ value: '10.0.0.7' }, { value: 'ws-7.corp.example.com' }] });
  const asset = await core.api['assets.create']({
    caseId,
    name: 'WS-7',
    kind: 'workstation',
    identifiers: [
      { type: 'ip', value: '10.0.0.7' },
      { type: 'hostname', value: 'WS-7.corp.example.com' },
      { type: 'mail', value: 'ana@example.com' },
    ],
  });
  expect(asset).toMatchObject({ state: 'unknown', stateAt: null, observables: 2, events: 0, otherCases: 0 });
  await core.api['observables.add']({ caseId, items: [{ value: 'ana@example.com' }, { value: '10.0.0.8' }] });
  const { observables } = await core.api['assets.get']({ caseId, id: asset.id });
  expect(observables.map((each) => each.value).toSorted()).toEqual([
    '10.0.0.7',
    'ana@example.com',
    'ws-7.corp.example.com',
  ]);
  await core.api['assets.update']({
    caseId,
    id: asset.id,
    patch: { identifiers: [{ type: 'ip', value: '10.0.0.8' }] },
  });
  expect((await core.api['assets.get']({ caseId, id: asset.id })).observables.map((each) => each.value)).toEqual([
    '10.0.0.8',
  ]);
  await core.api['changes.undo']({});
  expect((await core.api['assets.get']({ caseId, id: asset.id })).observables).toHaveLength(3);
});

test('a state has a time: now where nobody says another', async () => {
  const core = await makeCore();
  const { id: caseId } = await core.api['cases.create']({ title: 'x' });
  const { id } = await core.api['assets.create']({ caseId, name: 'mail', kind: 'mailbox' });
  core.clock.advance(60_000);
  const hit = await core.api['assets.update']({ caseId, id, patch: { state: 'compromised' } });
  expect(hit).toMatchObject({ state: 'compromised', stateAt: core.clock.now() });
  const known = await core.api['assets.update']({ caseId, id, patch: { stateAt: Date.UTC(2026, 10, 20) } });
  expect(known).toMatchObject({ state: 'compromised', stateAt: Date.UTC(2026, 10, 20) });
});

test('cases of one engagement share an asset, each with its own state; another engagement does not see it', async () => {
  const core = await makeCore();
  const other = await core.api['engagements.create']({ name: 'Other client' });
  const { id: first } = await core.api['cases.create']({ title: 'a' });
  const { id: second } = await core.api['cases.create']({ title: 'b' });
  const { id: abroad } = await core.api['cases.create']({ title: 'c', engagementId: other.id });
  const { id } = await core.api['assets.create']({
    caseId: first,
    name: 'DC-01',
    kind: 'server',
    state: 'compromised',
  });
  expect(await core.api['assets.others']({ caseId: second, text: 'dc' })).toMatchObject([{ id, name: 'DC-01' }]);
  expect(await core.api['assets.others']({ caseId: abroad, text: '' })).toEqual([]);
  await expect(core.api['assets.link']({ caseId: abroad, id })).rejects.toMatchObject({ code: 'invalid_input' });
  expect(await core.api['assets.link']({ caseId: second, id })).toMatchObject({ state: 'unknown', otherCases: 1 });
  expect(await core.api['assets.others']({ caseId: second, text: 'dc' })).toEqual([]);
  // A fact is the asset's own, a state that of the case.
  await core.api['assets.update']({ caseId: second, id, patch: { name: 'DC01', state: 'cleaned' } });
  expect(await core.api['assets.list']({ caseId: first })).toMatchObject([{ name: 'DC01', state: 'compromised' }]);
  expect((await core.api['assets.get']({ caseId: first, id })).cases.map((each) => each.state)).toEqual([
    'cleaned',
    'compromised',
  ]);

  await core.api['assets.unlink']({ caseId: second, id });
  expect(await core.api['assets.list']({ caseId: second })).toEqual([]);
  expect(await core.api['assets.list']({ caseId: first })).toMatchObject([{ otherCases: 0 }]);
  await core.api['assets.unlink']({ caseId: first, id });
  expect(await core.api['assets.others']({ caseId: second, text: '' })).toEqual([]);
  // Back with both, as it was.
  await core.api['changes.undo']({});
  expect(await core.api['assets.list']({ caseId: first })).toMatchObject([{ name: 'DC01', state: 'compromised' }]);
});
