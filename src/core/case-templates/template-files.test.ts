import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

const THREE = {
  name: 'Ransom',
  titlePrefix: '[R]',
  severity: 4,
  tlp: 3,
  pap: 2,
  flag: true,
  tags: ['ransomware'],
  description: 'First hours',
  metrics: { hosts: 4, share: 0.5, empty: null },
  customFields: {
    ransom: { number: 1200, order: 2 },
    family: { string: null, order: 1 },
    seen: { date: 1_700_000_000_000, order: 3 },
  },
  tasks: [
    { order: 1, title: 'Restore', group: 'recover', description: 'From tape', owner: 'bea' },
    { order: 0, title: 'Isolate', owner: 'ana' },
  ],
};

test('a template of TheHive 3 with metrics, fields by name and owners', async () => {
  const { api } = await makeCore();
  const { templates, madeFields, notes } = await api['caseTemplates.import']({
    fileName: 'Case-Template__Ransom.json',
    text: JSON.stringify(THREE),
  });
  expect(templates).toMatchObject([
    {
      name: 'Ransom',
      severity: 4,
      tlp: 'red',
      pap: 'amber',
      isFlagged: true,
      tasks: [
        { title: 'Isolate', assignee: 'ana' },
        { title: 'Restore', group: 'recover', assignee: 'bea' },
      ],
      fields: [
        { name: 'family', value: null },
        { name: 'ransom', value: 1200 },
        { name: 'seen', value: 1_700_000_000_000 },
        { name: 'hosts', value: 4 },
        { name: 'share', value: 0.5 },
        { name: 'empty', value: null },
      ],
    },
  ]);
  expect(madeFields).toEqual(['family', 'ransom', 'seen', 'hosts', 'share', 'empty']);
  expect(notes).toEqual([
    'metrics: kept as custom fields of numbers.',
    'tlp: 3 can mean amber+strict or red; it is taken as red.',
  ]);
  const types = new Map((await api['customFields.list']({})).map(({ name, type }) => [name, type]));
  expect(Object.fromEntries(types)).toEqual({
    family: 'string',
    ransom: 'integer',
    seen: 'date',
    hosts: 'integer',
    share: 'float',
    empty: 'integer',
  });
});

test('a template of TheHive 4 with a list of fields and assignees', async () => {
  const { api } = await makeCore();
  const four = {
    _id: '~1234',
    _type: 'caseTemplate',
    name: 'Web',
    displayName: 'Web shell',
    summary: 'What was done',
    tlp: 1,
    tasks: [{ title: 'Look', assignee: 'carl', status: 'Waiting', dueDate: 1 }],
    customFields: [
      { _id: '~1', name: 'score', type: 'float', value: 2, order: 1 },
      { name: 'vip', type: 'boolean', value: true, order: 0 },
    ],
  };
  const { templates } = await api['caseTemplates.import']({ fileName: 'x.json', text: JSON.stringify([four]) });
  expect(templates).toMatchObject([
    {
      displayName: 'Web shell',
      summary: 'What was done',
      tlp: 'green',
      pap: null,
      tasks: [{ title: 'Look', assignee: 'carl', dueDays: null }],
      fields: [
        { name: 'vip', value: true },
        { name: 'score', value: 2 },
      ],
    },
  ]);
});

test('what is exported comes back as it was, in both shapes but for what TheHive 3 has no place for', async () => {
  const { api } = await makeCore();
  await api['customFields.create']({ name: 'site', type: 'url' });
  await api['customFields.create']({ name: 'count', type: 'integer' });
  const body = {
    name: 'Odd / name: "x"',
    displayName: 'Odd',
    titlePrefix: '[O]',
    description: '# Steps\n\n1. look',
    summary: 'Sum',
    severity: 1,
    tlp: 'amber+strict' as const,
    pap: 'green' as const,
    isFlagged: true,
    tags: ['rsit:fraud="phishing"', 'plain'],
    tasks: [{ title: 'One', group: 'g', description: 'd', assignee: 'ana', isMandatory: true, dueDays: 3 }],
    fields: [
      { name: 'site', value: 'https://a.example/' },
      { name: 'count', value: 7 },
    ],
  };
  const { id } = await api['caseTemplates.create'](body);
  const own = await api['caseTemplates.export']({ id, shape: 'thehive4' });
  expect(own).toMatchObject({ fileName: 'Case-Template__Odd _ name_ _x_.json', lost: [] });
  // The disclosure rule: a 0 to 3 reader takes 2 for shareable, so amber+strict is 3.
  expect(JSON.parse(own.text)).toMatchObject({ tlp: 3, pap: 1, osmia: { tlp: 'amber+strict' } });
  const back = await api['caseTemplates.import']({ ...own, taken: 'keepBoth' });
  expect(back.templates[0]).toMatchObject({ ...body, name: `${body.name} imported` });

  const three = await api['caseTemplates.export']({ id, shape: 'thehive3' });
  expect(three.lost).toEqual([
    'the display name',
    'the summary',
    'TLP amber+strict, which is red there',
    'which tasks are mandatory',
    'when tasks are due',
  ]);
  expect(JSON.parse(three.text)).toEqual({
    name: body.name,
    titlePrefix: '[O]',
    description: body.description,
    severity: 1,
    tlp: 3,
    pap: 1,
    flag: true,
    tags: body.tags,
    metrics: {},
    tasks: [{ order: 0, title: 'One', group: 'g', description: 'd', owner: 'ana' }],
    customFields: { site: { string: 'https://a.example/', order: 1 }, count: { number: 7, order: 2 } },
  });
  const replaced = await api['caseTemplates.import']({ ...three, taken: 'replace' });
  expect(replaced.templates[0]).toMatchObject({ id, tlp: 'red', summary: '', fields: body.fields });
});

test('a bad file says everything that is wrong and where, and changes nothing', async () => {
  const { api } = await makeCore();
  const text = JSON.stringify([
    { name: 'Good', customFields: { made: { string: 'x' } } },
    { name: '', severity: 9, tlp: 'pink', pap: 7, tasks: [{ title: 'ok' }, { group: 'g' }, 4], tags: 'a', flag: 'yes' },
  ]);
  await expect(api['caseTemplates.import']({ fileName: 'bad.json', text })).rejects.toMatchObject({
    code: 'invalid_input',
    message: expect.stringContaining(
      'bad.json is no case template that can be read. [1].name: a template needs a name.',
    ),
    details: {
      faults: expect.arrayContaining([
        '[1].severity: a severity is 1, 2, 3 or 4.',
        '[1].tlp: a TLP is a number from 0 to 4, or a label.',
        '[1].tasks[1].title: a task needs a title.',
        '[1].tasks[2]: this is not an object in braces.',
      ]),
    },
  });
  await expect(
    api['caseTemplates.import']({ fileName: 'cut.json', text: '{"name": "a",\n "tasks": [' }),
  ).rejects.toThrow('It is not JSON: it ends too early (line 2, column 12).');
  expect(await api['caseTemplates.list']({})).toEqual([]);
  expect(await api['customFields.list']({})).toEqual([]);
});

test('a name that is taken is refused, unless it was said what to do; a value of another type is refused whole', async () => {
  const { api } = await makeCore();
  await api['caseTemplates.create']({ name: 'Web' });
  const text = JSON.stringify({ name: 'web', description: 'new' });
  await expect(api['caseTemplates.import']({ fileName: 'w.json', text })).rejects.toMatchObject({
    code: 'conflict',
    details: { name: 'Web' },
  });
  const { templates } = await api['caseTemplates.import']({ fileName: 'w.json', text, taken: 'replace' });
  expect(templates).toMatchObject([{ name: 'Web', description: 'new' }]);
  await api['customFields.create']({ name: 'score', displayName: 'Score', type: 'integer' });
  const wrong = JSON.stringify({ name: 'Other', customFields: { score: { string: 'high' }, fresh: { string: 'x' } } });
  await expect(api['caseTemplates.import']({ fileName: 'o.json', text: wrong })).rejects.toThrow(
    'Score is a whole number',
  );
  expect((await api['customFields.list']({})).map(({ name }) => name)).toEqual(['score']);
});
