import { infiniteQueryOptions } from '@tanstack/react-query';
import { callCore } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const tagsQuery = (text: string) =>
  infiniteQueryOptions({
    queryKey: ['tags.list', text] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore('tags.list', { text, limit: 200, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['tag', 'case', 'observable', 'alert'], caseId: undefined },
  });

export const taxonomiesQuery = callQuery('taxonomies.list', {}, ['tag']);
