import type { Candidate, PartNode } from '../../../shared/contract/intake.ts';

export interface FlatPart {
  node: PartNode;
  depth: number;
  parent: string | null;
}

/** The tree as the rows it shows, folded parts without their own. */
export function flattenParts(root: PartNode, folded: ReadonlySet<string>): FlatPart[] {
  const rows: FlatPart[] = [];
  const walk = (node: PartNode, depth: number, parent: string | null): void => {
    rows.push({ node, depth, parent });
    if (!folded.has(node.path)) for (const child of node.children) walk(child, depth + 1, node.path);
  };
  walk(root, 0, null);
  return rows;
}

export function indexParts(root: PartNode | null): ReadonlyMap<string, PartNode> {
  const index = new Map<string, PartNode>();
  const walk = (node: PartNode): void => {
    index.set(node.path, node);
    for (const child of node.children) walk(child);
  };
  if (root) walk(root);
  return index;
}

type Place = Candidate['places'][number];

/** "Body, HTML, line 42". */
export function placeWords(place: Place, parts: ReadonlyMap<string, PartNode>): string {
  const name = parts.get(place.part)?.name ?? place.part;
  if (place.page !== undefined) return `${name}, page ${place.page}`;
  return place.line === undefined ? name : `${name}, line ${place.line}`;
}
