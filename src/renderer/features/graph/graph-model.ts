import type { Graph, GraphEdge, GraphNode } from '../../../shared/contract/graph.ts';
import { defang } from '../../../shared/model/defang.ts';
import { relationWords } from '../../../shared/model/relation-kind.ts';
import { plural } from '../../ui/format.ts';
import { typeWords } from '../../ui/icons.tsx';
import { plainVisible } from '../../ui/visible-text.ts';

/** A node of the picture: the same thing in two cases is one. */
export interface Spot {
  key: string;
  node: GraphNode;
  /** Short enough for the picture; the whole stands in the panel. */
  label: string;
  /** How many links it has. */
  degree: number;
}

export interface Line {
  id: string;
  from: string;
  to: string;
  edge: GraphEdge;
}

export interface Picture {
  spots: Spot[];
  lines: Line[];
}

export interface GraphFilter {
  hiddenTypes: ReadonlySet<string>;
  hiddenLinks: ReadonlySet<GraphEdge['kind']>;
  isBadOnly: boolean;
}

const LABEL = 30;

const keyOf = (node: GraphNode): string =>
  node.kind === 'observable' ? `o:${node.dataType}:${node.subject}` : node.id;

/** What a node is called in words, for the list and for those who do not see the picture. */
export const nodeText = (node: GraphNode): string =>
  node.kind === 'observable'
    ? plainVisible(defang(node.dataType, node.value))
    : node.kind === 'case'
      ? `#${node.number} ${plainVisible(node.title)}`
      : plainVisible(node.name);

export const nodeKind = (node: GraphNode): string =>
  node.kind === 'observable' ? typeWords(node.dataType) : node.kind === 'case' ? 'Case' : 'File';

export const edgeWords = (edge: GraphEdge): string =>
  edge.kind === 'found-in'
    ? 'found in'
    : edge.kind === 'reported'
      ? 'reported'
      : edge.kind === 'held-by'
        ? 'also in'
        : relationWords(edge.kind, 'from');

/** What a type is filtered by: that of an observable, or what the node is. */
export const typeOf = (node: GraphNode): string => (node.kind === 'observable' ? node.dataType : node.kind);

const cut = (text: string): string => (text.length > LABEL ? `${text.slice(0, LABEL - 11)}…${text.slice(-10)}` : text);

/** One picture of several answers; the first that knows a thing says what it is. */
export function pictureOf(graphs: readonly Graph[]): Picture {
  const spots = new Map<string, Spot>();
  const keys = new Map<string, string>();
  for (const node of graphs.flatMap(({ nodes }) => nodes)) {
    const key = keyOf(node);
    keys.set(node.id, key);
    if (!spots.has(key)) spots.set(key, { key, node, label: cut(nodeText(node)), degree: 0 });
  }
  const lines = new Map<string, Line>();
  for (const edge of graphs.flatMap(({ edges }) => edges)) {
    const from = keys.get(edge.from);
    const to = keys.get(edge.to);
    const id = edge.relationId ?? `${edge.kind}:${from}:${to}`;
    if (from === undefined || to === undefined || from === to || lines.has(id)) continue;
    lines.set(id, { id, from, to, edge });
  }
  for (const { from, to } of lines.values()) {
    spots.get(from)!.degree += 1;
    spots.get(to)!.degree += 1;
  }
  return { spots: [...spots.values()], lines: [...lines.values()] };
}

const isBad = ({ node }: Spot): boolean =>
  node.kind === 'observable' && (node.verdict === 'malicious' || node.verdict === 'suspicious' || node.isIoc);

/** What a filter leaves. `isBadOnly` keeps the bad and what hangs on them, so that a path stays a path. */
export function filtered({ spots, lines }: Picture, filter: GraphFilter): Picture {
  const drawn = lines.filter(({ edge }) => !filter.hiddenLinks.has(edge.kind));
  let kept = spots.filter(({ node }) => !filter.hiddenTypes.has(typeOf(node)));
  if (filter.isBadOnly) {
    const near = new Set(kept.filter(isBad).map(({ key }) => key));
    const bad = new Set(near);
    for (const { from, to } of drawn) {
      if (bad.has(from)) near.add(to);
      if (bad.has(to)) near.add(from);
    }
    kept = kept.filter(({ key }) => near.has(key));
  }
  const there = new Set(kept.map(({ key }) => key));
  return { spots: kept, lines: drawn.filter(({ from, to }) => there.has(from) && there.has(to)) };
}

export interface Neighbour {
  spot: Spot;
  line: Line;
  /** The link as read from the node that is looked at. */
  words: string;
}

export function neighboursOf({ spots, lines }: Picture, key: string): Neighbour[] {
  const byKey = new Map(spots.map((spot) => [spot.key, spot]));
  return lines.flatMap((line) => {
    const isFrom = line.from === key;
    const spot = isFrom ? byKey.get(line.to) : line.to === key ? byKey.get(line.from) : undefined;
    return spot ? [{ spot, line, words: isFrom ? edgeWords(line.edge) : inverseWords(line.edge) }] : [];
  });
}

const inverseWords = (edge: GraphEdge): string =>
  edge.kind === 'found-in'
    ? 'holds'
    : edge.kind === 'reported'
      ? 'reported by the analysis of'
      : edge.kind === 'held-by'
        ? 'holds'
        : relationWords(edge.kind, 'to');

/** In one sentence, for who does not see it. */
export function pictureWords({ spots, lines }: Picture): string {
  const bad = spots.filter(isBad).length;
  return `${plural(spots.length, 'thing')} and ${plural(lines.length, 'link')}; malicious, suspicious or IOC: ${bad}.`;
}
