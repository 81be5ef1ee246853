import { queryOptions, useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';
import { undoable } from '../../state/undoable.ts';

export const policyQuery = (engagementId: string) => callQuery('policy.list', { engagementId }, ['policy']);

export const flavorsQuery = callQuery('analyzers.list', {}, ['analyzers']);

/** The gate's answers now: rules, settings, analyzers and the offline switch are in them. */
export const testQuery = (input: Input<'policy.test'> | undefined) =>
  queryOptions({
    queryKey: ['policy.test', input] as const,
    queryFn: ({ signal }) => callCore('policy.test', input as Input<'policy.test'>, signal),
    enabled: input !== undefined,
    gcTime: 0,
    meta: { topics: ['policy', 'engagement', 'analyzers', 'settings'] },
  });

export const useAddRule = () =>
  useMutation({ mutationFn: (input: Input<'policy.add'>) => callCore('policy.add', input) });

export const useRemoveRule = () =>
  useMutation({ mutationFn: (id: string) => undoable('Rule removed', 'policy.remove', { id }) });
