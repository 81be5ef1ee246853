import { infiniteQueryOptions, useMutation } from '@tanstack/react-query';
import type { Job } from '../../../shared/contract/entities.ts';
import { callCore } from '../../api/client.ts';

const PAGE = 300;

export interface JobsFilter {
  caseId?: string;
  statuses?: Job['status'][];
}

export const jobsQuery = (filter: JobsFilter) =>
  infiniteQueryOptions({
    queryKey: ['jobs.list', 'pages', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'jobs.list',
        { ...filter, limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['job'], caseId: filter.caseId },
  });

export const useCancelJobs = () => useMutation({ mutationFn: (ids: string[]) => callCore('jobs.cancel', { ids }) });

/** Every job that has not ended, at most what one cancel takes. */
export async function activeJobIds(caseId: string | undefined): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await callCore('jobs.list', {
      statuses: ['queued', 'waiting', 'running'],
      limit: 1_000,
      ...(caseId === undefined ? {} : { caseId }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    ids.push(...page.items.map((job) => job.id));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined && ids.length < 10_000);
  return ids.slice(0, 10_000);
}
