import { SEARCH_KINDS, type SearchKind } from '../../../shared/model/search-query.ts';

export interface SearchPlace {
  text: string;
  isEverywhere: boolean;
  /** Only this kind. */
  kind?: SearchKind | undefined;
}

/** The page's address, so that a search can be gone back to and kept as a bookmark. */
export function searchPath({ text, isEverywhere, kind }: SearchPlace): string {
  const parameters = new URLSearchParams({ q: text });
  if (isEverywhere) parameters.set('everywhere', '1');
  if (kind !== undefined) parameters.set('in', kind);
  return `/search?${parameters.toString()}`;
}

/**
 * Shows the page. The question stands behind the `#`, where no server ever sees it; the router would put it before.
 */
export function openSearch(place: SearchPlace): void {
  window.location.hash = searchPath(place);
}

/** What an address (or what follows its `?`) says; what it does not say is nothing. */
export function readSearchPath(query: string): SearchPlace {
  const parameters = new URLSearchParams(query);
  return {
    text: (parameters.get('q') ?? '').slice(0, 2_000),
    isEverywhere: parameters.get('everywhere') === '1',
    kind: SEARCH_KINDS.find((kind) => kind === parameters.get('in')),
  };
}
