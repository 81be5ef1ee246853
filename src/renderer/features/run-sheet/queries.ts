import { queryOptions, useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import type { RunRequest } from '../../state/run-request.ts';
import { callQuery } from '../../api/query.ts';

/** A plan holds for ten minutes and must not change under the eyes: it is asked once, and again only by hand. */
export const planQuery = (plan: RunRequest['plan']) =>
  queryOptions({
    queryKey: ['jobs.plan', plan] as const,
    queryFn: async ({ signal }) => {
      if ('waiting' in plan) return (await callCore('jobs.planWaiting', { jobs: plan.waiting }, signal)).sheet;
      if ('retry' in plan) return (await callCore('jobs.planRetry', { jobs: plan.retry }, signal)).sheet;
      return callCore('jobs.plan', plan, signal);
    },
    gcTime: 0,
  });

export const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers']);

export const useStartJobs = () =>
  useMutation({ mutationFn: (input: Input<'jobs.start'>) => callCore('jobs.start', input) });
