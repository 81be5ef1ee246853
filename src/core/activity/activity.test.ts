import { expect, test } from 'vitest';
import { makeCore } from '../../../test/support/make-core.ts';

const item = (value: string) => ({
  dataType: 'fqdn' as const,
  value,
  tags: [],
  isIoc: false,
  isSighted: false,
  message: '',
});

test('every change of a case is told: who, when, what it was and what it is', async () => {
  const { api, clock } = await makeCore();
  const made = await api['cases.create']({ title: 'Invoice' });
  clock.advance(1_000);
  await api['cases.update']({ id: made.id, patch: { tlp: 'red', title: 'Invoice fraud' } });
  const { items, next } = await api['activity.list']({ caseId: made.id });
  expect(next).toBeNull();
  expect(items).toMatchObject([
    {
      kind: 'changed',
      entity: 'case',
      actor: 'ana',
      at: clock.now(),
      count: 1,
      things: [{ id: made.id, label: 'Invoice fraud', dataType: null }],
      fields: expect.arrayContaining([
        { name: 'tlp', before: '"amber"', after: '"red"' },
        { name: 'title', before: '"Invoice"', after: '"Invoice fraud"' },
      ]),
    },
    { kind: 'added', entity: 'case', count: 1, fields: [] },
  ]);
  expect(items[0]?.fields.map(({ name }) => name)).not.toContain('updatedAt');
});

test('what was done together is one line, the trash and the way back are told apart', async () => {
  const { api } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const { added } = await api['observables.add']({
    caseId,
    items: Array.from({ length: 30 }, (_, i) => item(`h${i}.example.com`)),
  });
  await api['observables.remove']({ ids: added });
  await api['observables.restore']({ ids: added });
  const { items } = await api['activity.list']({ caseId });
  expect(items.map(({ kind, entity, count }) => [kind, entity, count])).toEqual([
    ['restored', 'observable', 30],
    ['trashed', 'observable', 30],
    ['added', 'observable', 30],
    ['added', 'case', 1],
  ]);
  expect(items[0]?.things).toHaveLength(5);
  expect(items[0]?.things[0]).toMatchObject({ dataType: 'fqdn' });
});

test('pages have no gaps and no repeats, and other cases are not in them', async () => {
  const { api } = await makeCore();
  const { id: caseId } = await api['cases.create']({ title: 'x' });
  const other = await api['cases.create']({ title: 'other' });
  for (let i = 0; i < 9; i += 1) {
    await api['cases.update']({ id: caseId, patch: { title: `x${i}` } });
    await api['cases.update']({ id: other.id, patch: { title: `other ${i}` } });
  }
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await api['activity.list']({ caseId, limit: 4, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.items.flatMap(({ fields }) => fields.map(({ after }) => after ?? '')));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].map((i) => `"x${i}"`));
});
