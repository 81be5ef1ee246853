import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query';
import type { ObjectRef } from '../../../shared/contract/responders.ts';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const respondersQuery = callQuery('responders.list', {}, ['analyzers']);

export const respondersForQuery = (objects: readonly ObjectRef[]) =>
  callQuery('responders.for', { objects: [...objects] }, ['analyzers']);

/** Made anew each time it is looked at; what is confirmed is what was shown. */
export const previewQuery = (input: Input<'responders.preview'>) =>
  queryOptions({
    queryKey: ['responders.preview', input] as const,
    queryFn: ({ signal }) => callCore('responders.preview', input, signal),
    gcTime: 0,
    meta: { topics: [] },
  });

export const dryRunQuery = (previewId: string, index: number) =>
  queryOptions({
    queryKey: ['responders.dryRun', previewId, index] as const,
    queryFn: ({ signal }) => callCore('responders.dryRun', { previewId, index }, signal),
    gcTime: 0,
    retry: false,
    meta: { topics: [] },
  });

export const objectRunsQuery = (object: ObjectRef) =>
  callQuery('responders.runs', { object, limit: 10 }, ['job', 'report', 'operation']);

export const runsQuery = infiniteQueryOptions({
  queryKey: ['responders.runs', 'pages'] as const,
  queryFn: ({ pageParam, signal }) =>
    callCore('responders.runs', { limit: 100, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (last) => last.next ?? undefined,
  meta: { topics: ['job', 'report', 'operation'], caseId: undefined },
});

export const runQuery = (jobId: string) => callQuery('responders.get', { jobId }, ['job', 'report', 'operation']);

export const caseFilesQuery = (caseId: string) => callQuery('evidence.list', { caseId }, ['evidence'], caseId);

export const useRun = () =>
  useMutation({ mutationFn: (input: Input<'responders.run'>) => callCore('responders.run', input) });

export const useUndoOperation = () => useMutation({ mutationFn: (id: string) => callCore('operations.undo', { id }) });

export const useApplyOperation = () =>
  useMutation({ mutationFn: (id: string) => callCore('operations.apply', { id }) });
