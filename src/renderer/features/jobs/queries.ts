import { infiniteQueryOptions, useMutation } from '@tanstack/react-query';
import type { Job, WaitingKind } from '../../../shared/contract/entities.ts';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

const PAGE = 300;

export interface JobsFilter {
  caseId?: string;
  statuses?: Job['status'][];
  waitingFor?: WaitingKind[];
  service?: string;
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
    meta: { topics: ['job', 'engagement'], caseId: filter.caseId },
  });

export const queueQuery = (caseId: string | undefined) =>
  callQuery('queue.get', caseId === undefined ? {} : { caseId }, ['job', 'engagement'], caseId);

export const useCancelJobs = () => useMutation({ mutationFn: (ids: string[]) => callCore('jobs.cancel', { ids }) });

export const useCancelMatching = () =>
  useMutation({ mutationFn: (filter: JobsFilter) => callCore('jobs.cancelMatching', { filter }) });

export const usePause = () =>
  useMutation({ mutationFn: (input: Input<'queue.pause'>) => callCore('queue.pause', input) });

export const useSetLimits = () =>
  useMutation({ mutationFn: (input: Input<'queue.setLimits'>) => callCore('queue.setLimits', input) });

export const usePrioritize = () =>
  useMutation({ mutationFn: (input: Input<'jobs.prioritize'>) => callCore('jobs.prioritize', input) });

/** What can be tried again of these, and what was left out; starts nothing. */
export const planRetry = (jobs: Input<'jobs.planRetry'>['jobs']) => callCore('jobs.planRetry', { jobs });
