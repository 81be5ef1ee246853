import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

const item = (value: string, isIoc = false) => ({
  dataType: 'fqdn' as const,
  value,
  tags: [],
  isIoc,
  isSighted: false,
  message: '',
});

test('what two cases alone share counts for more than what is everywhere', async () => {
  const { api } = await makeCore();
  const make = async (title: string, ...values: ReturnType<typeof item>[]) => {
    const { id } = await api['cases.create']({ title });
    await api['observables.add']({ caseId: id, items: values });
    return id;
  };
  const rare = item('rare.example.com', true);
  const common = [1, 2].map((i) => item(`common${i}.example.com`));
  const id = await make('mine', rare, ...common, item('alone.example.com'));
  for (let i = 0; i < 4; i += 1) await make(`noise ${i}`, ...common);
  const telling = await make('telling', rare);
  await make('unrelated', item('other.example.com'));

  const related = await api['cases.related']({ id });
  expect(related).toHaveLength(5);
  expect(related[0]).toMatchObject({
    id: telling,
    title: 'telling',
    shared: 1,
    iocs: 1,
    values: [{ dataType: 'fqdn', value: 'rare.example.com', verdict: null }],
  });
  expect(related[1]).toMatchObject({ shared: 2, iocs: 0 });
});

test('cases of another engagement are related only when somebody asks; the trash never is', async () => {
  const { api } = await makeCore();
  const shared = [item('shared.example.com')];
  const { id } = await api['cases.create']({ title: 'mine' });
  await api['observables.add']({ caseId: id, items: shared });
  const client = await api['engagements.create']({ name: 'Another client' });
  const theirs = await api['cases.create']({ title: 'theirs', engagementId: client.id });
  const { added } = await api['observables.add']({ caseId: theirs.id, items: shared });

  expect(await api['cases.related']({ id })).toEqual([]);
  expect(await api['cases.related']({ id, isEverywhere: true })).toMatchObject([
    { id: theirs.id, engagementId: client.id },
  ]);
  await api['observables.remove']({ ids: added });
  expect(await api['cases.related']({ id, isEverywhere: true })).toEqual([]);
});
