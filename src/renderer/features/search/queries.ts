import type { SearchKind } from '../../../shared/model/search-query.ts';
import { keepPreviousData } from '@tanstack/react-query';
import { callQuery } from '../../api/query.ts';
import { callCore, type Output } from '../../api/client.ts';

export type SearchAnswer = Output<'search.find'>;
export type Group = SearchAnswer['groups'][number];
export type Hit = Group['hits'][number];

export interface SearchRequest {
  text: string;
  engagementId: string | undefined;
  isEverywhere: boolean;
  kinds?: readonly SearchKind[];
  limit: number;
}

const inputOf = ({ text, engagementId, isEverywhere, kinds, limit }: SearchRequest) => ({
  text,
  limit,
  isEverywhere,
  ...(engagementId === undefined ? {} : { engagementId }),
  ...(kinds === undefined ? {} : { kinds: [...kinds] }),
});

const TOPICS = ['case', 'task', 'note', 'observable', 'alert', 'evidence', 'report'] as const;

/**
 * What matches, in groups. The answer to the words before stays until the next one is there; a question that is not
 * waited for any more is cancelled in the core too.
 */
export const searchQuery = (request: SearchRequest) => ({
  ...callQuery('search.find', inputOf(request), TOPICS),
  placeholderData: keepPreviousData,
});

/** The next page of one kind. */
export const nextPage = (request: SearchRequest, kind: SearchKind, cursor: string): Promise<SearchAnswer> =>
  callCore('search.find', { ...inputOf({ ...request, kinds: [kind] }), cursor });
