import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

async function aCase(core: TestCore) {
  const { id } = await core.api['cases.create']({ title: 'One' });
  return { owner: 'case' as const, ownerId: id };
}

test('values are put on a case, changed, emptied, arranged and taken off, in their own order', async () => {
  const core = await makeCore();
  const { api } = core;
  const on = await aCase(core);
  const loss = await api['customFields.create']({ name: 'loss', displayName: 'Loss', type: 'float' });
  const when = await api['customFields.create']({ name: 'when', displayName: 'When', type: 'date' });
  expect(loss).toMatchObject({ uses: 0, templates: 0 });
  await api['customFields.set']({ ...on, fieldId: loss.id, value: 1.5 });
  expect(await api['customFields.set']({ ...on, fieldId: when.id, value: null })).toMatchObject([
    { name: 'loss', value: 1.5, position: 0 },
    { name: 'when', value: null, position: 1 },
  ]);
  expect(await api['customFields.arrange']({ ...on, fieldIds: [when.id, loss.id] })).toMatchObject([
    { name: 'when' },
    { name: 'loss' },
  ]);
  await expect(api['customFields.arrange']({ ...on, fieldIds: [when.id] })).rejects.toMatchObject({ code: 'conflict' });
  await expect(api['customFields.set']({ ...on, fieldId: loss.id, value: 'much' })).rejects.toThrow(
    'Loss is a number, and this value is none.',
  );
  expect(await api['customFields.unset']({ ...on, fieldId: when.id })).toMatchObject([{ name: 'loss', value: 1.5 }]);
  // Put on again it goes to the end, empty or not as it is said now.
  expect(await api['customFields.set']({ ...on, fieldId: when.id, value: 5 })).toMatchObject([
    { name: 'loss' },
    { name: 'when', value: 5 },
  ]);
});

test('a field that is used cannot be deleted; one that is not comes back under its name as another type', async () => {
  const core = await makeCore();
  const { api } = core;
  const on = await aCase(core);
  const field = await api['customFields.create']({ name: 'sector', displayName: 'Sector', type: 'string' });
  await api['customFields.set']({ ...on, fieldId: field.id, value: 'harbour' });
  const { id: templateId } = await api['caseTemplates.create']({ name: 'T', fields: [{ name: 'sector' }] });
  await expect(api['customFields.remove']({ id: field.id })).rejects.toThrow(
    'Sector is on 1 case or alert and in 1 template. Take it off there first.',
  );
  await api['customFields.unset']({ ...on, fieldId: field.id });
  await api['caseTemplates.remove']({ id: templateId });
  await api['customFields.remove']({ id: field.id });
  expect(await api['customFields.list']({})).toEqual([]);
  const again = await api['customFields.create']({ name: 'sector', type: 'integer', options: ['1', '2', '1'] });
  expect(again).toMatchObject({ id: field.id, displayName: 'sector', type: 'integer', options: ['1', '2'], uses: 0 });
  await expect(api['customFields.create']({ name: 'sector', type: 'string' })).rejects.toMatchObject({
    code: 'conflict',
  });
});

test('the count of uses follows undo and redo', async () => {
  const core = await makeCore();
  const { api, records } = core;
  const on = await aCase(core);
  const field = await api['customFields.create']({ name: 'n', type: 'integer' });
  const uses = async (): Promise<number | undefined> => (await api['customFields.list']({}))[0]?.uses;
  const [value] = await api['customFields.set']({ ...on, fieldId: field.id, value: 1 });
  expect(await uses()).toBe(1);
  records.store.update('customFieldValue', value!.id, { deletedAt: 1 }, { actor: 'ana' });
  expect(await uses()).toBe(0);
  records.store.update('customFieldValue', value!.id, { deletedAt: null }, { actor: 'ana' });
  expect(await uses()).toBe(1);
});

test('definitions are listed by the name people read; options must fit the type', async () => {
  const { api } = await makeCore();
  for (const [name, displayName] of [
    ['z', 'alpha'],
    ['a', 'Zulu'],
    ['m', 'Beta'],
  ] as const)
    await api['customFields.create']({ name, displayName, type: 'string' });
  expect((await api['customFields.list']({})).map(({ displayName }) => displayName)).toEqual(['alpha', 'Beta', 'Zulu']);
  await expect(api['customFields.create']({ name: 'x', type: 'integer', options: ['1', 'two'] })).rejects.toThrow(
    '“two”: Each option of x is a whole number, and this value is none.',
  );
  await expect(api['customFields.create']({ name: '<b>', type: 'string' })).rejects.toMatchObject({
    code: 'invalid_input',
  });
});
