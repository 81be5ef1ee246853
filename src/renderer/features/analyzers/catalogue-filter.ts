import type { DoctorLine } from '../../../shared/contract/doctor.ts';
import type { Flavor } from '../../../shared/contract/entities.ts';

export type RunState = DoctorLine['state'] | 'unknown';
export type Reach = 'local' | 'sends' | 'undeclared';

/** A row of the catalogue: a flavor with what the doctor says of it. */
export interface CatalogueRow {
  flavor: Flavor;
  line: DoctorLine | undefined;
}

export interface CatalogueFilter {
  text: string;
  states: readonly RunState[];
  reaches: readonly Reach[];
  keys: readonly Flavor['key'][];
  dataTypes: readonly string[];
  sources: readonly string[];
}

export const NO_FILTER: CatalogueFilter = { text: '', states: [], reaches: [], keys: [], dataTypes: [], sources: [] };

type Group = Exclude<keyof CatalogueFilter, 'text'>;

/** Values of a row in each group of facets. */
const VALUES: { [K in Group]: (row: CatalogueRow) => readonly CatalogueFilter[K][number][] } = {
  states: ({ line }) => [line?.state ?? 'unknown'],
  reaches: ({ flavor }) => [reachOf(flavor)],
  keys: ({ flavor }) => [flavor.key],
  dataTypes: ({ flavor }) => flavor.dataTypes,
  sources: ({ flavor }) => [flavor.source],
};
const GROUPS = Object.keys(VALUES) as Group[];

/** Where a flavor's data goes: nowhere, to hosts that somebody named, or nobody knows. */
export function reachOf({ isLocal, cardFrom }: Flavor): Reach {
  if (isLocal) return 'local';
  return cardFrom === 'nobody' ? 'undeclared' : 'sends';
}

export const isFiltered = (filter: CatalogueFilter): boolean =>
  filter.text.trim() !== '' || GROUPS.some((group) => filter[group].length > 0);

const fits = (row: CatalogueRow, filter: CatalogueFilter, group: Group): boolean => {
  const wanted: readonly string[] = filter[group];
  return wanted.length === 0 || VALUES[group](row).some((value) => wanted.includes(value));
};

function hasText({ flavor, line }: CatalogueRow, words: readonly string[]): boolean {
  const { name, description, source, dataTypes, card } = flavor;
  const all = [name, description, source, ...dataTypes, ...card.hosts, line?.line ?? ''].join('\n').toLowerCase();
  return words.every((word) => all.includes(word));
}

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');

/**
 * Rows that fit: every word of the text somewhere, and one of the values of each group that has any. Those that have the
 * words in their name come first.
 */
export function filterRows(rows: readonly CatalogueRow[], filter: CatalogueFilter): CatalogueRow[] {
  const words = wordsOf(filter.text);
  const found = rows.filter((row) => hasText(row, words) && GROUPS.every((group) => fits(row, filter, group)));
  if (words.length === 0) return found;
  const isNamed = ({ flavor }: CatalogueRow): boolean =>
    words.every((word) => flavor.name.toLowerCase().includes(word));
  return [...found.filter(isNamed), ...found.filter((row) => !isNamed(row))];
}

/** How many rows each value of a group would show, with the other groups as they are. */
export function facetCounts(
  rows: readonly CatalogueRow[],
  filter: CatalogueFilter,
): Record<Group, Map<string, number>> {
  const words = wordsOf(filter.text);
  const found = rows.filter((row) => hasText(row, words));
  const count = (group: Group): Map<string, number> => {
    const counts = new Map<string, number>();
    for (const row of found) {
      if (!GROUPS.every((other) => other === group || fits(row, filter, other))) continue;
      for (const value of VALUES[group](row)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  };
  return {
    states: count('states'),
    reaches: count('reaches'),
    keys: count('keys'),
    dataTypes: count('dataTypes'),
    sources: count('sources'),
  };
}
