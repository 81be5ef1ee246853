import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

const DAY = 86_400_000;

async function withField(core: TestCore): Promise<void> {
  await core.api['customFields.create']({ name: 'loss', displayName: 'Loss', type: 'integer' });
  await core.api['customFields.create']({ name: 'unit', displayName: 'Unit', type: 'string', options: ['EUR', 'USD'] });
}

const PHISHING = {
  name: 'Phishing',
  titlePrefix: '[PHI]',
  description: 'Who got it?',
  severity: 3,
  tlp: 'green' as const,
  tags: ['phishing', 'src:mail'],
  tasks: [
    { title: 'Collect the mail', assignee: 'ana', isMandatory: true, dueDays: 2 },
    { title: 'Block the sender', group: 'contain' },
  ],
  fields: [
    { name: 'unit', value: 'EUR' },
    { name: 'loss', value: null },
  ],
};

test('a case from a template: what was typed wins, tags are united, tasks and fields come along', async () => {
  const core = await makeCore();
  await withField(core);
  const { api } = core;
  const template = await api['caseTemplates.create'](PHISHING);
  const made = await api['cases.create']({
    title: 'Invoice',
    templateId: template.id,
    severity: 1,
    tags: ['Phishing', 'invoice'],
    fields: [{ name: 'unit', value: 'USD' }],
  });
  expect(made).toMatchObject({
    title: '[PHI] Invoice',
    description: 'Who got it?',
    severity: 1,
    tlp: 'green',
    pap: 'amber',
    tags: ['phishing', 'src:mail', 'invoice'],
  });
  const tasks = await api['tasks.list']({ caseId: made.id });
  expect(tasks).toMatchObject([
    { title: 'Collect the mail', group: 'default', assignee: 'ana', dueAt: made.startAt + 2 * DAY, isMandatory: true },
    { title: 'Block the sender', group: 'contain', assignee: '', dueAt: null, isMandatory: false, status: 'waiting' },
  ]);
  const values = await api['customFields.values']({ owner: 'case', ownerId: made.id });
  expect(values.map(({ name, value }) => [name, value])).toEqual([
    ['unit', 'USD'],
    ['loss', null],
  ]);
});

test('a template on a case that is there adds what is missing, twice adds nothing, and changes nothing else', async () => {
  const core = await makeCore();
  await withField(core);
  const { api } = core;
  const template = await api['caseTemplates.create'](PHISHING);
  const made = await api['cases.create']({ title: 'Old', description: 'Mine', tags: ['phishing'] });
  await api['tasks.create']({ caseId: made.id, title: 'Block the sender', group: 'contain' });
  expect(await api['caseTemplates.preview']({ id: template.id, caseId: made.id })).toMatchObject({
    tags: ['src:mail'],
    tasks: [{ title: 'Collect the mail' }],
    knownTasks: 1,
    fields: [{ name: 'unit' }, { name: 'loss' }],
    knownFields: 0,
    description: false,
    summary: false,
  });
  const after = await api['caseTemplates.apply']({ id: template.id, caseId: made.id });
  expect(after).toMatchObject({
    title: 'Old',
    description: 'Mine',
    severity: 2,
    tlp: made.tlp,
    tags: ['phishing', 'src:mail'],
  });
  expect(await api['tasks.list']({ caseId: made.id })).toHaveLength(2);
  expect(await api['caseTemplates.preview']({ id: template.id, caseId: made.id })).toMatchObject({
    tags: [],
    tasks: [],
    knownTasks: 2,
    fields: [],
    knownFields: 2,
  });
});

test('names are unique whatever their case; a copy, the trash, and fields that are checked', async () => {
  const core = await makeCore();
  await withField(core);
  const { api } = core;
  const template = await api['caseTemplates.create'](PHISHING);
  await expect(api['caseTemplates.create']({ name: 'PHISHING' })).rejects.toMatchObject({ code: 'conflict' });
  expect((await api['caseTemplates.duplicate']({ id: template.id })).name).toBe('Phishing copy');
  expect((await api['caseTemplates.duplicate']({ id: template.id })).name).toBe('Phishing copy 2');
  await expect(api['caseTemplates.create']({ name: 'x', fields: [{ name: 'nope' }] })).rejects.toThrow(
    'There is no custom field named nope.',
  );
  await expect(api['caseTemplates.create']({ name: 'x', fields: [{ name: 'loss', value: 'much' }] })).rejects.toThrow(
    'Loss is a whole number, and this value is none.',
  );
  await api['caseTemplates.remove']({ id: template.id });
  expect((await api['caseTemplates.list']({})).map(({ name }) => name)).toEqual(['Phishing copy', 'Phishing copy 2']);
  await expect(api['cases.create']({ title: 'x', templateId: template.id })).rejects.toMatchObject({
    code: 'not_found',
  });
  await api['caseTemplates.create']({ name: 'phishing' });
});

test('a failed opening leaves no case, no task and no number behind', async () => {
  const core = await makeCore();
  const { api } = core;
  const template = await api['caseTemplates.create']({ name: 'Plain', tasks: [{ title: 'One' }] });
  const bad = { title: 'x', templateId: template.id, fields: [{ name: 'nope', value: 1 }] };
  await expect(api['cases.create'](bad)).rejects.toThrow('There is no custom field named nope.');
  expect((await api['cases.create']({ title: 'First' })).number).toBe(1);
});
