import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import { ROWS_A_PAGE } from './queries.ts';

export type Destination = RunSheet['destinations'][number];

/** Where a row's text is: its page in its group, which is fetched when it comes into view. */
export interface RowPlace {
  row: number;
  letter: string;
  group: string;
  page: number;
  /** Its place in the page. */
  at: number;
}

/** The page as rows of known height: local group, the edge, destinations, refusals. */
export type SheetRow = { key: string; height: number } & (
  | { kind: 'local-head' }
  | { kind: 'edge' }
  | { kind: 'destination'; destination: Destination }
  | { kind: 'row'; place: RowPlace }
  | { kind: 'refused-head' }
  | { kind: 'refused'; place: RowPlace }
);

interface GroupRows {
  rows: readonly number[];
  first: RunRow[];
}

/** The rows of each group by its name, for the pages that are fetched. */
export function groupsOf(sheet: RunSheet): ReadonlyMap<string, GroupRows> {
  return new Map<string, GroupRows>([
    ['local', { rows: sheet.localIndex.rows, first: sheet.local }],
    ['refused', { rows: sheet.refusedIndex.rows, first: sheet.refused }],
    ...sheet.destinations.map(({ index, rows }, number): [string, GroupRows] => [
      `to-${number}`,
      { rows: index.rows, first: rows },
    ]),
  ]);
}

/** The numbers on one page of a group. */
export const pageOf = ({ rows }: GroupRows, page: number): readonly number[] =>
  rows.slice(page * ROWS_A_PAGE, (page + 1) * ROWS_A_PAGE);

function* places(group: string, index: RunSheet['localIndex']): Generator<RowPlace> {
  for (const [at, row] of index.rows.entries()) {
    yield {
      row,
      letter: index.verdicts[at] ?? 'r',
      group,
      page: Math.floor(at / ROWS_A_PAGE),
      at: at % ROWS_A_PAGE,
    };
  }
}

export function sheetRows(sheet: RunSheet, isLocalOpen: boolean): SheetRow[] {
  const rows: SheetRow[] = [{ kind: 'local-head', key: 'local', height: 36 }];
  if (isLocalOpen) {
    for (const place of places('local', sheet.localIndex)) {
      rows.push({ kind: 'row', place, key: `row-${place.row}`, height: 30 });
    }
  }
  rows.push({ kind: 'edge', key: 'edge', height: 32 });
  sheet.destinations.forEach((destination, number) => {
    rows.push({ kind: 'destination', destination, key: `destination-${number}`, height: 58 });
    for (const place of places(`to-${number}`, destination.index)) {
      rows.push({ kind: 'row', place, key: `row-${place.row}`, height: 30 });
    }
  });
  if (sheet.refusedIndex.rows.length > 0) {
    rows.push({ kind: 'refused-head', key: 'refused', height: 36 });
    for (const place of places('refused', sheet.refusedIndex)) {
      rows.push({ kind: 'refused', place, key: `refused-${place.row}`, height: 44 });
    }
  }
  return rows;
}
