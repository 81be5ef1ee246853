import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';

type Destination = RunSheet['destinations'][number];

/** The page as rows of known height: local group, the edge, destinations, refusals. */
export type SheetRow = { key: string; height: number } & (
  | { kind: 'local-head' }
  | { kind: 'edge' }
  | { kind: 'destination'; destination: Destination }
  | { kind: 'row'; row: RunRow }
  | { kind: 'refused-head' }
  | { kind: 'refused'; row: RunRow }
);

export function sheetRows(sheet: RunSheet, isLocalOpen: boolean): SheetRow[] {
  const rows: SheetRow[] = [{ kind: 'local-head', key: 'local', height: 36 }];
  if (isLocalOpen) for (const row of sheet.local) rows.push({ kind: 'row', row, key: `row-${row.row}`, height: 30 });
  rows.push({ kind: 'edge', key: 'edge', height: 32 });
  sheet.destinations.forEach((destination, index) => {
    rows.push({ kind: 'destination', destination, key: `destination-${index}`, height: 58 });
    for (const row of destination.rows) rows.push({ kind: 'row', row, key: `row-${row.row}`, height: 30 });
  });
  if (sheet.refused.length > 0) {
    rows.push({ kind: 'refused-head', key: 'refused', height: 36 });
    for (const row of sheet.refused) rows.push({ kind: 'refused', row, key: `refused-${row.row}`, height: 44 });
  }
  return rows;
}
