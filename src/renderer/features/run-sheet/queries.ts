import { queryOptions, useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

/** A plan holds for ten minutes and must not change under the eyes: it is asked once, and again only by hand. */
export const planQuery = (plan: Input<'jobs.plan'>) =>
  queryOptions({
    queryKey: ['jobs.plan', plan] as const,
    queryFn: ({ signal }) => callCore('jobs.plan', plan, signal),
    gcTime: 0,
  });

export const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers']);

export const useStartJobs = () =>
  useMutation({ mutationFn: (input: Input<'jobs.start'>) => callCore('jobs.start', input) });
