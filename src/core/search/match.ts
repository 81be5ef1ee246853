import type { SearchFilter, SearchKind, SearchQuery, SearchTerm } from '../../shared/model/search-query.ts';
import { caseFacet, engagementFacet, tlpFacet, typeFacet } from './documents.ts';

/** One step of a search: `loose` leaves the engagement to who reads the rows, `scoped` asks the index for it too. */
export interface MatchStage {
  loose: string;
  scoped: string;
}

interface MatchScope {
  engagementIds: readonly string[];
  /** Ids of the cases that `case:` names. */
  caseIds: ReadonlyMap<number, string>;
}

/**
 * FTS5 expressions of a query for one kind, the most telling first: words in the title, words anywhere, beginnings of
 * words. Each leaves out what an earlier one finds, so that a list can go through them one after the other.
 *
 * The engagement is nearly always that of every row, and a list of all rows is the longest of the index: it is only asked
 * for where many rows of others were met (`scoped`), or where nothing else is asked for.
 */
export function matchStages(kind: SearchKind, query: SearchQuery, scope: MatchScope): MatchStage[] {
  if (scope.engagementIds.length === 0) return [];
  const inScope = anyOf(scope.engagementIds.map((id) => facet(engagementFacet(id))));
  const asked = facetExpressions(kind, query.filters, scope);
  const not = negations(kind, query, scope);
  const wanted = query.terms.filter((term) => !term.isNegated);
  const joined = (parts: readonly string[], without: readonly string[]): string =>
    [`(${parts.join(' AND ')})`, ...without, ...not].join(' NOT ');
  const stage = (text: string[], ...without: string[]): MatchStage => {
    const scoped = joined([inScope, ...asked, ...text], without);
    return { scoped, loose: text.length + asked.length === 0 ? scoped : joined([...asked, ...text], without) };
  };
  if (wanted.length === 0) return [stage([])];
  const inTitle = inColumns('title', wanted, false);
  const anywhere = inColumns('title body tags', wanted, false);
  // Of an observable the value typed whole comes first anyway.
  const stages = kind === 'observable' ? [stage([anywhere])] : [stage([inTitle]), stage([anywhere], inTitle)];
  const begun = inColumns('title body tags', wanted, true);
  if (begun !== anywhere) stages.push(stage([begun], anywhere));
  return stages;
}

/** What the filters ask the index for, without words; undefined where they ask for nothing. */
export function facetsOnly(kind: SearchKind, query: SearchQuery, scope: MatchScope): string | undefined {
  const isAsking = query.filters.some((filter) => wordOf(kind, filter, scope.caseIds) !== undefined);
  const negated = query.terms.filter((term) => term.isNegated);
  if (!isAsking && negated.length === 0) return undefined;
  return matchStages(kind, { ...query, terms: negated }, scope)[0]?.scoped;
}

/** Letters of a word before its end may be missing: fewer and half the index would match. */
const MIN_PREFIX = 3;

const phrase = (text: string): string => `"${text.replaceAll('"', '""')}"`;

const inColumns = (columns: string, terms: readonly SearchTerm[], isBegun: boolean): string =>
  `({${columns}} : (${terms
    .map((term) => `${phrase(term.text)}${isBegun && isOpenEnded(term) ? ' *' : ''}`)
    .join(' AND ')}))`;

const isOpenEnded = ({ text, isPhrase }: SearchTerm): boolean => {
  if (isPhrase) return false;
  const last = /[\p{L}\p{N}]+$/u.exec(text)?.[0] ?? '';
  // `evil.c` is open at its end too: the words before make it rare.
  return last.length >= MIN_PREFIX || (last !== '' && /[\p{L}\p{N}][^\p{L}\p{N}]/u.test(text));
};

const facet = (word: string): string => `(facets : ${phrase(word)})`;
const anyOf = (list: readonly string[]): string => (list.length === 1 ? list[0]! : `(${list.join(' OR ')})`);

/** Which words of `facets` (or which tag) a filter asks for; nothing where it is a matter of columns. */
function wordOf(kind: SearchKind, filter: SearchFilter, caseIds: ReadonlyMap<number, string>): string | undefined {
  switch (filter.key) {
    case 'type':
      return facet(typeFacet(filter.value));
    case 'is':
      return facet(filter.value);
    case 'tag':
      return /[\p{L}\p{N}]/u.test(filter.value) ? `({tags} : ${phrase(filter.value)})` : undefined;
    case 'case':
      // Its reports move with their subject: they are looked up by column.
      return kind === 'report' ? undefined : facet(caseFacet(caseIds.get(filter.value) ?? 'none'));
    case 'tlp':
      return HAS_TLP.has(kind) ? facet(tlpFacet(filter.value)) : undefined;
    default:
      return undefined;
  }
}

/** The others have the TLP of their case, or of their job. */
export const HAS_TLP: ReadonlySet<SearchKind> = new Set(['case', 'observable', 'alert']);
/** Filters of one of these keys are alternatives; two tags or states must both be there. */
const ALTERNATIVES: ReadonlySet<string> = new Set(['type', 'case', 'tlp']);

function facetExpressions(kind: SearchKind, filters: readonly SearchFilter[], scope: MatchScope): string[] {
  const all: string[] = [];
  const alternatives = new Map<string, string[]>();
  for (const filter of filters) {
    const word = filter.isNegated ? undefined : wordOf(kind, filter, scope.caseIds);
    if (word === undefined) continue;
    if (!ALTERNATIVES.has(filter.key)) all.push(word);
    else alternatives.set(filter.key, [...(alternatives.get(filter.key) ?? []), word]);
  }
  for (const list of alternatives.values()) all.push(anyOf(list));
  return all;
}

function negations(kind: SearchKind, query: SearchQuery, scope: MatchScope): string[] {
  const words = query.filters
    .filter((filter) => filter.isNegated)
    .map((filter) => wordOf(kind, filter, scope.caseIds))
    .filter((word) => word !== undefined);
  const terms = query.terms.filter((term) => term.isNegated).map((term) => inColumns('title body tags', [term], false));
  return [...words, ...terms];
}

/** Which kinds know a filter at all; one that is asked for something it does not have is left out of the search. */
const KNOWN_BY: Readonly<Record<string, ReadonlySet<SearchKind>>> = {
  type: new Set(['observable']),
  tag: new Set(['case', 'observable', 'alert', 'event']),
  'is:ioc': new Set(['observable']),
  'is:sighted': new Set(['observable']),
  'is:starred': new Set(['case', 'task', 'event']),
  'is:open': new Set(['case', 'task']),
  'is:closed': new Set(['case', 'task']),
  'is:unread': new Set(['alert']),
  verdict: new Set(['observable', 'report']),
  assignee: new Set(['case', 'task']),
};

/** Whether the filters leave anything of this kind to look for. */
export function isAskedFor(kind: SearchKind, filters: readonly SearchFilter[]): boolean {
  const kinds = filters.filter((filter) => filter.key === 'in');
  const wanted = kinds.filter((filter) => !filter.isNegated);
  if (wanted.length > 0 && !wanted.some((filter) => filter.value === kind)) return false;
  if (kinds.some((filter) => filter.isNegated && filter.value === kind)) return false;
  return filters.every((filter) => {
    if (filter.isNegated) return true;
    const known = KNOWN_BY[filter.key === 'is' ? `is:${filter.value}` : filter.key];
    return known === undefined || known.has(kind);
  });
}

const MAX_GRAMS = 8;

/**
 * A piece of text as an expression over every three letters of a value, for a search inside words; undefined where it is
 * too short. Every third group is enough: what they find is looked at once more.
 */
export function gramExpression(texts: readonly string[]): string | undefined {
  const grams = new Set<string>();
  for (const text of texts) {
    const letters = Array.from(text.toLowerCase());
    if (letters.length < 3) return undefined;
    for (let at = 0; at + 3 <= letters.length; at += 3) grams.add(letters.slice(at, at + 3).join(''));
    grams.add(letters.slice(-3).join(''));
  }
  const list = [...grams];
  // A long text is rare after a few of its groups; each further one only costs.
  const every = Math.max(1, Math.ceil(list.length / MAX_GRAMS));
  return list.length === 0
    ? undefined
    : list
        .filter((_, index) => index % every === 0)
        .map(phrase)
        .join(' AND ');
}
