import { infiniteQueryOptions, useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

const TOPICS = ['quota', 'job', 'engagement', 'analyzers'] as const;
const PAGE = 200;

export const budgetsQuery = (engagementId: string | undefined) =>
  callQuery('quota.list', engagementId === undefined ? {} : { engagementId }, TOPICS);

export const usageQuery = (input: Input<'quota.usage'>) => callQuery('quota.usage', input, ['quota', 'job']);

export const ledgerQuery = (input: Omit<Input<'quota.ledger'>, 'cursor' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: ['quota.ledger', 'pages', input] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'quota.ledger',
        { ...input, limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['quota'] },
  });

export const useSetBudget = () =>
  useMutation({ mutationFn: (input: Input<'quota.setBudget'>) => callCore('quota.setBudget', input) });
export const useSetShare = () =>
  useMutation({ mutationFn: (input: Input<'quota.setShare'>) => callCore('quota.setShare', input) });
export const useAssign = () =>
  useMutation({ mutationFn: (input: Input<'quota.assign'>) => callCore('quota.assign', input) });
export const useUnblock = () => useMutation({ mutationFn: (key: string) => callCore('quota.unblock', { key }) });
export const useOrderByValue = () =>
  useMutation({ mutationFn: (key: string) => callCore('quota.orderByValue', { key }) });
