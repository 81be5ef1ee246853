import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { wholeText } from '../../../shared/model/all-pieces.ts';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export type EgressFilter = Omit<Input<'egress.list'>, 'cursor' | 'limit'>;

const ROWS_A_PAGE = 200;

/** Entries come with the claim of a job, so a job's event makes them stale. */
export const entriesQuery = (filter: EgressFilter) =>
  infiniteQueryOptions({
    queryKey: ['egress.list', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'egress.list',
        { ...filter, limit: ROWS_A_PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    meta: { topics: ['job'] },
  });

export const summaryQuery = (engagementId: string | null) => callQuery('egress.summary', { engagementId }, ['job']);

export const findQuery = (query: string, engagementId: string | null) =>
  queryOptions({
    queryKey: ['egress.find', query, engagementId] as const,
    queryFn: ({ signal }) => callCore('egress.find', { query, engagementId }, signal),
    enabled: query.trim() !== '',
    meta: { topics: ['job'] },
  });

/** The whole ledger as a text, piece by piece. */
export const exportText = (filter: EgressFilter, format: 'csv' | 'json'): Promise<string> =>
  wholeText((next) => callCore('egress.export', { ...filter, format, ...next }));
