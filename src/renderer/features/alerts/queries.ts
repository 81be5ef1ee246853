import { infiniteQueryOptions } from '@tanstack/react-query';
import type { AlertFilter } from '../../../shared/contract/alerts.ts';
import type { DataType } from '../../../shared/model/data-type.ts';
import { callCore } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

const PAGE = 200;

/** Page after page as the list scrolls. */
export const alertsQuery = (filter: AlertFilter) =>
  infiniteQueryOptions({
    queryKey: ['alerts.list', 'pages', filter] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'alerts.list',
        { ...filter, limit: PAGE, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['alert', 'case'] },
  });

const within = (engagementId: string | undefined) => (engagementId === undefined ? {} : { engagementId });

export const countsQuery = (engagementId: string | undefined) =>
  callQuery('alerts.counts', within(engagementId), ['alert', 'case']);

export const alertQuery = (id: string) => callQuery('alerts.get', { id }, ['alert', 'case', 'field']);

export const alertObservablesQuery = (id: string, dataType: DataType | undefined) =>
  infiniteQueryOptions({
    queryKey: ['alerts.observables', id, dataType ?? ''] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'alerts.observables',
        {
          id,
          limit: 100,
          ...(dataType === undefined ? {} : { dataType }),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['alert', 'observable', 'case'] },
  });

export const similarQuery = (id: string, minPercent: number, isOpenOnly: boolean) =>
  callQuery('alerts.similar', { id, minPercent, isOpenOnly }, ['alert', 'observable', 'case']);

export const alertsOfCaseQuery = (engagementId: string, caseId: string) =>
  callQuery('alerts.list', { engagementId, caseId, limit: 50 }, ['alert']);

export const sourcesQuery = (engagementId: string | undefined) =>
  callQuery('alerts.sources', within(engagementId), ['alert']);

export const runsQuery = (engagementId: string | undefined) =>
  callQuery('alerts.runs', { ...within(engagementId), limit: 50 }, ['alert']);

export const problemsQuery = (runId: string) => callQuery('alerts.problems', { runId, limit: 500 }, ['alert']);

export const templatesQuery = callQuery('caseTemplates.list', {}, ['template']);

/** Cases to merge into: by #number or words. */
export const findCasesQuery = (engagementId: string | undefined, text: string) =>
  callQuery('cases.list', { ...within(engagementId), filter: text === '' ? {} : { text }, limit: 8 }, ['case']);

export const trashedQuery = (engagementId: string | undefined) =>
  callQuery('alerts.trashed', within(engagementId), ['alert']);
