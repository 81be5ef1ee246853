import { infiniteQueryOptions, useMutation } from '@tanstack/react-query';
import type { Case } from '../../../shared/contract/entities.ts';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export type CaseStatus = Case['status'];

export const casesQuery = (filter: Omit<Input<'cases.list'>, 'cursor' | 'limit'>) =>
  infiniteQueryOptions({
    queryKey: ['cases.list', 'pages', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'cases.list',
        { ...filter, limit: 200, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['case', 'observable', 'engagement'], caseId: undefined },
  });

export const caseQuery = (number: number) =>
  callQuery('cases.get', { number }, ['case', 'observable', 'note', 'evidence', 'job', 'report']);

export const evidenceQuery = (caseId: string) => callQuery('evidence.list', { caseId }, ['evidence', 'case'], caseId);

export const latestNotesQuery = (caseId: string) => callQuery('notes.list', { caseId }, ['note'], caseId);

export const relatedCasesQuery = (id: string, isEverywhere: boolean) =>
  callQuery('cases.related', { id, isEverywhere }, ['case', 'observable']);

export const worstObservablesQuery = (caseId: string, verdict: 'malicious' | 'suspicious') =>
  callQuery('observables.list', { caseId, verdicts: [verdict], limit: 8 }, ['observable', 'report'], caseId);

export const caseTasksQuery = (caseId: string) => callQuery('tasks.list', { caseId }, ['task'], caseId);

export const useCreateCase = () =>
  useMutation({ mutationFn: (input: Input<'cases.create'>) => callCore('cases.create', input) });

export const useUpdateCase = (id: string) =>
  useMutation({
    mutationFn: (patch: Input<'cases.update'>['patch']) => callCore('cases.update', { id, patch }),
  });
