import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';

/** Rows of a sheet that can be ticked, in the order shown. */
export const runnableRows = (sheet: RunSheet): RunRow[] => [
  ...sheet.local,
  ...sheet.destinations.flatMap((destination) => destination.rows),
];

/**
 * Everything that may run, except what an earlier report answers already and, while OFFLINE, what needs the link: who
 * wants values to leave with the next ONLINE says so.
 */
export const firstTicks = (sheet: RunSheet): Set<number> =>
  new Set(
    runnableRows(sheet).flatMap((row) => (row.verdict === 'cached' || row.reason?.code === 'offline' ? [] : [row.row])),
  );

/** Nothing takes what was selected, and nothing was refused that would say why. */
export const isEmptySheet = (sheet: RunSheet): boolean =>
  runnableRows(sheet).length === 0 && sheet.refused.length === 0;

export interface Tally {
  jobs: number;
  here: number;
  /** Distinct values that leave. */
  values: number;
  services: number;
  cached: number;
}

/** What the button promises: jobs in all, and values that leave. A cached row asks nobody unless forced. */
export function tally(sheet: RunSheet, ticked: ReadonlySet<number>, forced: ReadonlySet<number>): Tally {
  const isOn = (row: RunRow): boolean => ticked.has(row.row);
  const leaves = (row: RunRow): boolean => isOn(row) && (row.verdict !== 'cached' || forced.has(row.row));
  const leaving = sheet.destinations.map((destination) => destination.rows.filter(leaves));
  const values = new Set(leaving.flat().map((row) => `${row.dataType} ${row.value}`));
  return {
    jobs: runnableRows(sheet).filter(isOn).length,
    here: sheet.local.filter(isOn).length,
    values: values.size,
    services: leaving.filter((rows) => rows.length > 0).length,
    cached: runnableRows(sheet).filter((row) => isOn(row) && row.verdict === 'cached' && !forced.has(row.row)).length,
  };
}

/** "Run 17 here", or "Run 24, send 4 values". */
export function runWords(counts: Tally): string {
  if (counts.values === 0) return `Run ${counts.jobs} here`;
  return `Run ${counts.jobs}, send ${counts.values} ${counts.values === 1 ? 'value' : 'values'}`;
}
