import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

const names = (list: readonly { name: string }[]): string[] => list.map(({ name }) => name);

async function tagged(core: TestCore, title: string, tags: string[]): Promise<string> {
  return (await core.api['cases.create']({ title, tags })).id;
}

test('tags are kept in one spelling and counted over cases and observables', async () => {
  const core = await makeCore();
  const { api } = core;
  const caseId = await tagged(core, 'One', ['emotet', ' rsit:fraud = phishing ']);
  await tagged(core, 'Two', ['emotet']);
  await api['observables.add']({ caseId, items: [{ value: '192.0.2.1', dataType: 'ip', tags: ['emotet', 'c2'] }] });
  const { items } = await api['tags.list']({});
  expect(items).toMatchObject([
    { name: 'emotet', cases: 2, observables: 1, alerts: 0, colour: null },
    { name: 'c2', cases: 0, observables: 1 },
    { name: 'rsit:fraud="phishing"', cases: 1, observables: 0 },
  ]);
});

test('the trash takes uses away and brings them back', async () => {
  const core = await makeCore();
  const { api } = core;
  const caseId = await tagged(core, 'One', []);
  const { added } = await api['observables.add']({
    caseId,
    items: [{ value: '192.0.2.1', dataType: 'ip', tags: ['c2'] }],
  });
  await api['observables.remove']({ ids: added });
  expect((await api['tags.list']({})).items).toEqual([]);
  // Renamed while its carrier lies in the trash: it must not come back under the old name.
  await api['tags.rename']({ names: ['c2'], to: 'command-and-control' });
  await api['observables.restore']({ ids: added });
  expect(names((await api['tags.list']({})).items)).toEqual(['command-and-control']);
});

test('rename and delete reach every row and template, with the colour; two tags can become one', async () => {
  const core = await makeCore();
  const { api } = core;
  const one = await tagged(core, 'One', ['a', 'b', 'c']);
  await tagged(core, 'Two', ['b']);
  const template = await api['caseTemplates.create']({ name: 'T', tags: ['a'] });
  await api['tags.colour']({ names: ['a'], colour: '#112233' });
  expect(await api['tags.rename']({ names: ['a', 'b'], to: 'ab' })).toEqual({ changed: 3 });
  expect((await api['cases.get']({ id: one })).tags).toEqual(['ab', 'c']);
  expect((await api['caseTemplates.list']({})).find(({ id }) => id === template.id)?.tags).toEqual(['ab']);
  expect(await api['tags.colours']({})).toEqual({ ab: '#112233' });
  await expect(api['tags.rename']({ names: ['ab'], to: 'ab' })).rejects.toMatchObject({ code: 'invalid_input' });
  await api['tags.remove']({ names: ['ab'] });
  expect((await api['cases.get']({ id: one })).tags).toEqual(['c']);
  expect(await api['tags.colours']({})).toEqual({});
});

test('suggestions: the engagement’s own by frequency, then taxonomies that are switched on, and fast', async () => {
  const core = await makeCore();
  const { api } = core;
  for (let index = 0; index < 3; index++) await tagged(core, `P${index}`, ['phishing']);
  await tagged(core, 'Q', ['phantom', 'spear-phishing']);
  const suggest = async (text: string): Promise<string[]> =>
    (await api['tags.suggest']({ text })).map(({ tag }) => tag);
  expect(await suggest('')).toEqual(['phishing', 'phantom', 'spear-phishing']);
  expect(await suggest('PH')).toEqual(['phishing', 'phantom', 'spear-phishing']);
  const { taxonomy } = await api['taxonomies.import']({ fileName: 'machinetag.json', text: TAXONOMY });
  expect(taxonomy).toMatchObject({ namespace: 'fraud', tags: 2, isEnabled: true });
  expect(await suggest('phish')).toEqual(['phishing', 'spear-phishing', 'fraud:by="phishing"']);
  expect(await suggest('deceived')).toEqual(['fraud:by="phishing"']);
  await api['taxonomies.update']({ id: taxonomy.id, patch: { isEnabled: false } });
  expect(await suggest('phish')).toEqual(['phishing', 'spear-phishing']);
  const other = await api['cases.create']({ title: 'x' });
  expect(other.engagementId).toBeDefined();
});

test('a taxonomy colours the tags that follow it; the user’s own colour wins; a new version replaces the old', async () => {
  const core = await makeCore();
  const { api } = core;
  await tagged(core, 'One', ['fraud:by="phishing"', 'plain']);
  const { taxonomy } = await api['taxonomies.import']({ fileName: 'a.json', text: TAXONOMY });
  expect(await api['tags.colours']({})).toEqual({ 'fraud:by="phishing"': '#cc0000' });
  await api['tags.colour']({ names: ['fraud:by="phishing"'], colour: '#00cc00' });
  expect(await api['tags.colours']({})).toEqual({ 'fraud:by="phishing"': '#00cc00' });
  await api['tags.colour']({ names: ['fraud:by="phishing"'], colour: null });
  await api['taxonomies.update']({ id: taxonomy.id, patch: { isEnabled: false } });
  const next = { ...(JSON.parse(TAXONOMY) as object), version: 2, values: [] };
  const again = await api['taxonomies.import']({ fileName: 'b.json', text: JSON.stringify(next) });
  expect(again).toMatchObject({ isNew: false, taxonomy: { id: taxonomy.id, version: 2, tags: 1, isEnabled: false } });
  await api['taxonomies.remove']({ id: taxonomy.id });
  expect(await api['taxonomies.list']({})).toEqual([]);
  await expect(api['taxonomies.import']({ fileName: 'bad.json', text: '{"namespace": 1}' })).rejects.toThrow(
    'bad.json is no taxonomy: namespace is missing, or is not a text. Nothing was changed.',
  );
});

test('the list goes on where a page ended', async () => {
  const core = await makeCore();
  const { api } = core;
  await tagged(core, 'One', ['a', 'b', 'c', 'd.e']);
  await tagged(core, 'Two', ['d.e']);
  const first = await api['tags.list']({ limit: 2 });
  expect(names(first.items)).toEqual(['d.e', 'a']);
  const second = await api['tags.list']({ limit: 2, cursor: first.next! });
  expect(names(second.items)).toEqual(['b', 'c']);
  expect(second.next).toBeNull();
  await expect(api['tags.list']({ cursor: 'x' })).rejects.toMatchObject({ code: 'invalid_input' });
});

const TAXONOMY = JSON.stringify({
  namespace: 'fraud',
  description: 'How people are cheated',
  version: 1,
  predicates: [{ value: 'by', expanded: 'By what', colour: '#cc0000' }],
  values: [
    {
      predicate: 'by',
      entry: [
        { value: 'phishing', expanded: 'Deceived by a message' },
        { value: 'phone', expanded: 'By a call' },
      ],
    },
  ],
});
