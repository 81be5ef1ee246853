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

/** What the reader of binary parts writes into their description. */
const STRINGS_ONLY = 'printable strings';

/** Whether every place lies in a part of which only the printable strings were searched: it may be chance. */
export const isOnlyInStrings = (candidate: Candidate, parts: ReadonlyMap<string, PartNode>): boolean =>
  candidate.places.length > 0 &&
  candidate.places.every(({ part }) => parts.get(part)?.description.includes(STRINGS_ONLY) ?? false);

/** "Body, HTML, line 42". */
export function placeWords(place: Place, parts: ReadonlyMap<string, PartNode>): string {
  const name = parts.get(place.part)?.name ?? place.part;
  if (place.page !== undefined) return `${name}, page ${place.page}`;
  return place.line === undefined ? name : `${name}, line ${place.line}`;
}
