import { useQueries } from '@tanstack/react-query';
import { useCallback, useDeferredValue, useMemo, useRef, useState } from 'react';
import type { Observable } from '../../../shared/contract/entities.ts';
import { BLOCK, rowsQuery } from './queries.ts';

/** Rows remembered after they left the view, so that a step back shows them at once. */
const REMEMBERED = 2_000;

/**
 * The rows of a long list as they are looked at: blocks of those in view are fetched, and come anew when something
 * changed. `of` is undefined for one that is on its way.
 */
export function useRows(
  nums: readonly number[],
  caseId: string | undefined,
): { of(num: number): Observable | undefined; onRange(first: number, last: number): void; error: Error | null } {
  const [range, setRange] = useState({ first: 0, last: 0 });
  // While the scroll bar is dragged the blocks passed on the way are not asked for.
  const { first, last } = useDeferredValue(range);
  const blocks: number[] = [];
  for (let block = Math.floor(first / BLOCK); block <= Math.floor(last / BLOCK); block += 1) blocks.push(block);
  const results = useQueries({
    queries: blocks
      .map((block) => nums.slice(block * BLOCK, (block + 1) * BLOCK))
      .filter((list) => list.length > 0)
      .map((list) => rowsQuery(list, caseId)),
  });
  const memory = useRef(new Map<number, Observable>());
  const stamp = results.map((result) => result.dataUpdatedAt).join(' ');
  const rows = useMemo(() => {
    const known = memory.current;
    for (const { data } of results) {
      for (const row of data ?? []) {
        known.delete(row.num);
        known.set(row.num, row);
      }
    }
    for (const num of known.keys()) {
      if (known.size <= REMEMBERED) break;
      known.delete(num);
    }
    return new Map(known);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- the stamp says when a result is another one
  }, [stamp, nums]);
  const onRange = useCallback((from: number, to: number) => setRange({ first: from, last: to }), []);
  return {
    of: useCallback((num: number) => rows.get(num), [rows]),
    onRange,
    error: results.find((result) => result.error)?.error ?? null,
  };
}
