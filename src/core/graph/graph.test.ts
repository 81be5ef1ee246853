import { expect, test } from 'vitest';
import { makeCore, type TestCore } from '../../../test/support/make-core.ts';

const fqdn = (value: string) => ({ dataType: 'fqdn' as const, value });

async function makeCase(core: TestCore, title: string, values: string[]): Promise<{ caseId: string; ids: string[] }> {
  const { id: caseId } = await core.api['cases.create']({ title });
  const { added } = await core.api['observables.add']({ caseId, items: values.map(fqdn) });
  return { caseId, ids: added };
}

test('what somebody linked, and which other case holds a value', async () => {
  const core = await makeCore();
  const one = await makeCase(core, 'One', ['a.example.com', 'b.example.com', 'alone.example.com']);
  const two = await makeCase(core, 'Two', ['a.example.com', 'c.example.com']);
  const [a, b, alone] = one.ids as [string, string, string];
  const [relation] = await core.api['relations.add']({
    fromId: a,
    toIds: [b],
    kind: 'resolves-to',
    note: 'seen on Monday',
  });
  const graph = await core.api['graph.ofCase']({ caseId: one.caseId });
  expect(new Set(graph.nodes.map(({ id }) => id))).toEqual(new Set([a, b, alone, two.caseId]));
  expect(graph.edges).toEqual(
    expect.arrayContaining([
      { id: relation!.id, from: a, to: b, kind: 'resolves-to', why: 'seen on Monday', relationId: relation!.id },
      expect.objectContaining({ from: a, to: two.caseId, kind: 'held-by', relationId: null }),
    ]),
  );
  expect(graph.edges).toHaveLength(2);
  const linked = await core.api['graph.ofCase']({ caseId: one.caseId, isLinkedOnly: true });
  expect(linked.nodes.map(({ id }) => id)).not.toContain(alone);
  expect(linked.left).toBe(1);
});

test('the way on: from a value to its links, from another case to what it is known by', async () => {
  const core = await makeCore();
  const one = await makeCase(core, 'One', ['a.example.com']);
  const two = await makeCase(core, 'Two', ['a.example.com', 'c.example.com', 'quiet.example.com']);
  await core.api['observables.update']({ ids: [two.ids[1]!], patch: { isIoc: true } });
  const fromCase = await core.api['graph.around']({ id: two.caseId, kind: 'case' });
  expect(fromCase.nodes.map((node) => (node.kind === 'observable' ? node.value : node.kind))).toEqual(
    expect.arrayContaining(['a.example.com', 'c.example.com', 'case']),
  );
  expect(JSON.stringify(fromCase)).not.toContain('quiet.example.com');
  const subjects = (await core.api['graph.around']({ id: one.ids[0]!, kind: 'observable' })).nodes.flatMap((node) =>
    node.kind === 'observable' ? [node.subject] : [],
  );
  expect(fromCase.nodes).toContainEqual(expect.objectContaining({ subject: subjects[0] }));
});

test('what is in the trash, and what another engagement holds, is not in the picture', async () => {
  const core = await makeCore();
  const one = await makeCase(core, 'One', ['a.example.com', 'b.example.com']);
  const other = await core.api['engagements.create']({ name: 'Other client' });
  const { id: far } = await core.api['cases.create']({ title: 'Far', engagementId: other.id });
  await core.api['observables.add']({ caseId: far, items: [fqdn('a.example.com')] });
  await core.api['relations.add']({ fromId: one.ids[0]!, toIds: [one.ids[1]!], kind: 'drops' });
  await core.api['observables.remove']({ ids: [one.ids[1]!] });
  const graph = await core.api['graph.ofCase']({ caseId: one.caseId });
  expect(graph.nodes.map(({ id }) => id)).toEqual([one.ids[0]]);
  expect(graph.edges).toEqual([]);
});

test('of a large case the most telling come first, and what is left is said', async () => {
  const core = await makeCore();
  const { caseId, ids } = await makeCase(
    core,
    'Many',
    Array.from({ length: 300 }, (_, i) => `h${i}.example.com`),
  );
  await core.api['observables.update']({ ids: [ids[7]!], patch: { isIoc: true } });
  const graph = await core.api['graph.ofCase']({ caseId, limit: 50 });
  expect(graph.nodes).toHaveLength(50);
  expect(graph.nodes[0]?.id).toBe(ids[7]);
  expect(graph.left).toBe(250);
});
