import { useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import { rowsQuery } from './queries.ts';
import { type groupsOf, pageOf, type RowPlace } from './sheet-rows.ts';

interface SheetPages {
  sheet: RunSheet;
  groups: ReturnType<typeof groupsOf>;
}

export const SheetPagesContext = createContext<SheetPages | null>(null);

const NO_PLACE: RowPlace = { row: -1, letter: 'r', group: 'local', page: 0, at: 0 };

/** The text of a row; undefined while its page is on the way. Rows of one page share one request. */
export function useRow(place: RowPlace | undefined): RunRow | undefined {
  const pages = use(SheetPagesContext);
  if (pages === null) throw new Error('A row of a sheet is shown outside of it.');
  const { group, page, at } = place ?? NO_PLACE;
  const rows = pages.groups.get(group) ?? { rows: [], first: [] };
  const numbers = pageOf(rows, page);
  const { data } = useQuery({
    ...rowsQuery(pages.sheet.id, group, page, numbers, rows.first),
    enabled: place !== undefined && page > 0 && numbers.length > 0,
  });
  return place === undefined ? undefined : data?.[at];
}
