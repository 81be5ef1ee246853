import type { RunSheet, SheetIndex } from '../../../shared/contract/jobs.ts';

/** Indexes of what can be ticked, in the order shown. */
const runnable = (sheet: RunSheet): SheetIndex[] => [
  sheet.localIndex,
  ...sheet.destinations.map((destination) => destination.index),
];

/** Rows of a sheet that can be ticked, in the order shown. */
export const runnableRows = (sheet: RunSheet): number[] => runnable(sheet).flatMap((index) => index.rows);

/**
 * Everything that may run, except what an earlier report answers already and, while OFFLINE, what needs the link: who
 * wants values to leave with the next ONLINE says so.
 */
export function firstTicks(sheet: RunSheet): Set<number> {
  const ticks = new Set<number>();
  for (const { rows, verdicts } of runnable(sheet)) {
    for (const [at, row] of rows.entries()) if (verdicts[at] === 'a' || verdicts[at] === 'w') ticks.add(row);
  }
  return ticks;
}

/** Rows that an earlier report answers. */
export const cachedRows = (sheet: RunSheet): number[] =>
  runnable(sheet).flatMap(({ rows, verdicts }) => rows.filter((_, at) => verdicts[at] === 'c'));

/** Nothing takes what was selected, and nothing was refused that would say why. */
export const isEmptySheet = (sheet: RunSheet): boolean =>
  sheet.refusedIndex.rows.length === 0 && runnable(sheet).every((index) => index.rows.length === 0);

/** What the user chose on a sheet. */
export interface Choices {
  ticked: ReadonlySet<number>;
  /** Cached rows that are asked again. */
  forced: ReadonlySet<number>;
  /** Refused rows and the reason that overrules each. They run where their answer would have gone. */
  overruled: ReadonlyMap<number, { reason: string; destination: string }>;
}

export interface Tally {
  jobs: number;
  here: number;
  /** Distinct values that leave. */
  values: number;
  requests: number;
  services: number;
  cached: number;
  /** Ticked rows of each destination that ask it, in the order of the sheet. */
  asks: number[];
}

/** What the button promises: jobs in all, and values that leave. A cached row asks nobody unless forced. */
export function tally(sheet: RunSheet, { ticked, forced, overruled }: Choices): Tally {
  const counts: Tally = { jobs: 0, here: 0, values: 0, requests: 0, services: 0, cached: 0, asks: [] };
  const values = new Set<number>();
  const services = new Set<string>();
  const take = ({ rows, subjects, verdicts }: SheetIndex, destination: string): number => {
    let asks = 0;
    for (const [at, row] of rows.entries()) {
      if (!ticked.has(row)) continue;
      counts.jobs += 1;
      if (verdicts[at] === 'c' && !forced.has(row)) {
        counts.cached += 1;
        continue;
      }
      if (destination === '') continue;
      asks += 1;
      values.add(subjects[at] ?? -1);
    }
    if (asks > 0) services.add(destination);
    return asks;
  };
  take(sheet.localIndex, '');
  counts.here = counts.jobs;
  counts.asks = sheet.destinations.map((each) => take(each.index, each.name));
  const { rows, subjects } = sheet.refusedIndex;
  for (const [at, row] of rows.entries()) {
    const choice = overruled.get(row);
    if (choice === undefined) continue;
    counts.jobs += 1;
    if (choice.destination === '') {
      counts.here += 1;
      continue;
    }
    services.add(choice.destination);
    values.add(subjects[at] ?? -1);
    counts.requests += 1;
  }
  counts.requests += counts.asks.reduce((sum, each) => sum + each, 0);
  counts.values = values.size;
  counts.services = services.size;
  return counts;
}

/** "Run 17 here", or "Run 24, send 4 values". */
export function runWords(counts: Tally): string {
  if (counts.values === 0) return `Run ${counts.jobs} here`;
  return `Run ${counts.jobs}, send ${counts.values} ${counts.values === 1 ? 'value' : 'values'}`;
}
