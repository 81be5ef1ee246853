import { infiniteQueryOptions } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const tasksQuery = (caseId: string) => callQuery('tasks.list', { caseId }, ['task'], caseId);

/** With the whole of its description. */
export const taskQuery = (id: string, caseId: string) => callQuery('tasks.get', { id }, ['task'], caseId);

export const peopleQuery = (engagementId: string) => callQuery('tasks.people', { engagementId }, ['task']);

export const taskTemplatesQuery = callQuery('taskTemplates.list', {}, ['task']);

export const mineCountsQuery = (engagementId: string, endOfDay: number) =>
  callQuery('tasks.mineCounts', { engagementId, endOfDay }, ['task', 'case']);

export const taskLogsQuery = (taskId: string, caseId: string, isNewestFirst: boolean) =>
  infiniteQueryOptions({
    queryKey: ['tasks.logs', 'pages', taskId, isNewestFirst] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'tasks.logs',
        { taskId, isNewestFirst, limit: 50, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['task', 'evidence'], caseId },
  });

export const myTasksQuery = (engagementId: string, whose: NonNullable<Input<'tasks.mine'>['whose']>) =>
  infiniteQueryOptions({
    queryKey: ['tasks.mine', 'pages', engagementId, whose] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore(
        'tasks.mine',
        { engagementId, whose, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['task', 'case'], caseId: undefined },
  });
