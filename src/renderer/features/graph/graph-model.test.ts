import { expect, test } from 'vitest';
import type { Graph, GraphEdge, GraphNode } from '../../../shared/contract/graph.ts';
import { filtered, neighboursOf, nodeText, pictureOf, pictureWords } from './graph-model.ts';

const value = (
  id: string,
  text: string,
  more: Partial<Extract<GraphNode, { kind: 'observable' }>> = {},
): GraphNode => ({
  kind: 'observable',
  id,
  subject: `hash of ${text}`,
  dataType: 'fqdn',
  value: text,
  verdict: null,
  isIoc: false,
  isSighted: false,
  others: 0,
  caseId: 'case-1',
  ...more,
});
const edge = (kind: GraphEdge['kind'], from: string, to: string, relationId: string | null = null): GraphEdge => ({
  id: `${kind}:${from}:${to}`,
  from,
  to,
  kind,
  why: '',
  relationId,
});
const graph = (nodes: GraphNode[], edges: GraphEdge[]): Graph => ({ nodes, edges, left: 0 });
const everything = { hiddenTypes: new Set<string>(), hiddenLinks: new Set<GraphEdge['kind']>(), isBadOnly: false };

test('the same value in two cases is one thing, linked by what either says', () => {
  const mine = graph([value('a1', 'a.example.com'), value('b1', 'b.example.com')], [edge('drops', 'a1', 'b1', 'r1')]);
  const theirs = graph(
    [value('a2', 'a.example.com', { caseId: 'case-2' }), value('c2', 'c.example.com')],
    [edge('resolves-to', 'a2', 'c2', 'r2')],
  );
  const picture = pictureOf([mine, theirs]);
  expect(picture.spots.map(({ node, degree }) => [node.id, degree])).toEqual([
    ['a1', 2],
    ['b1', 1],
    ['c2', 1],
  ]);
  expect(picture.lines.map(({ id }) => id)).toEqual(['r1', 'r2']);
});

test('a link to itself, to nothing, and the same one twice are not drawn', () => {
  const nodes = [value('a1', 'a.example.com'), value('b1', 'b.example.com')];
  const twice = [edge('found-in', 'a1', 'b1'), edge('found-in', 'a1', 'b1')];
  expect(
    pictureOf([graph(nodes, [...twice, edge('drops', 'a1', 'a1'), edge('drops', 'a1', 'gone')])]).lines,
  ).toHaveLength(1);
});

test('only what is bad keeps what hangs on it; hidden links do not hold anything', () => {
  const picture = pictureOf([
    graph(
      [
        value('a', 'bad.example.com', { verdict: 'malicious' }),
        value('b', 'near.example.com'),
        value('c', 'far.example.com'),
      ],
      [edge('drops', 'a', 'b', 'r1'), edge('found-in', 'b', 'c')],
    ),
  ]);
  const bad = filtered(picture, { ...everything, isBadOnly: true });
  expect(bad.spots.map(({ node }) => node.id)).toEqual(['a', 'b']);
  const without = filtered(picture, { ...everything, isBadOnly: true, hiddenLinks: new Set(['drops'] as const) });
  expect(without.spots.map(({ node }) => node.id)).toEqual(['a']);
  expect(filtered(picture, { ...everything, hiddenTypes: new Set(['fqdn']) }).spots).toEqual([]);
});

test('a link reads from either side, and values are defanged', () => {
  const picture = pictureOf([
    graph([value('a', 'a.example.com'), value('b', 'b.example.com')], [edge('resolves-to', 'a', 'b', 'r1')]),
  ]);
  const [a, b] = picture.spots;
  expect(neighboursOf(picture, a!.key)[0]?.words).toBe('resolves to');
  expect(neighboursOf(picture, b!.key)[0]?.words).toBe('is resolved from');
  expect(nodeText(a!.node)).toBe('a[.]example[.]com');
  expect(pictureWords(picture)).toBe('2 things and 1 link; malicious, suspicious or IOC: 0.');
});
