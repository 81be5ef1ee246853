import { setImmediate as nextTurn } from 'node:timers/promises';
import type { SearchGroup, SearchHit } from '../../shared/contract/search.ts';
import { AppError } from '../../shared/errors.ts';
import { refang } from '../../shared/model/refang.ts';
import {
  parseSearch,
  SEARCH_KINDS,
  type SearchKind,
  type SearchProblem,
  type SearchQuery,
} from '../../shared/model/search-query.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { Clock } from '../ports.ts';
import { subjectsOf } from './exact-value.ts';
import type { IntakeTexts } from './intake-text.repo.ts';
import type { HitRow } from './kind-queries.ts';
import { markText, snippetOf } from './marked-text.ts';
import { gramExpression, isAskedFor, matchStages } from './match.ts';
import type { SearchRepo } from './search.repo.ts';

export interface SearchInput {
  text: string;
  engagementId?: string | undefined;
  isEverywhere: boolean;
  kinds?: SearchKind[] | undefined;
  cursor?: string | undefined;
  limit: number;
}

export interface SearchService {
  /**
   * Groups of what matches, one a kind. Rejects with the signal's reason as soon as nobody wants the answer any more:
   * between two steps, each of a few milliseconds.
   */
  find(input: SearchInput, signal: AbortSignal): Promise<{ groups: SearchGroup[]; problems: SearchProblem[] }>;
}

/** Where one kind is looked for: what was typed whole, stages of expressions, letters inside words. */
interface Stage {
  /** Numbers below `below`, the newest first. */
  numbers(below: number, limit: number): number[];
  /** Whether a row that it gave counts. */
  accepts(row: HitRow): boolean;
  isExact: boolean;
}

/** Matches looked at in one call; a page that is not full by then says so. */
const MAX_LOOKED_AT = 20_000;
/** Rows read in one turn of the event loop. */
const CHUNK = 500;
const TOP = Number.MAX_SAFE_INTEGER;
const CURSOR = /^(\d)\.(\d{1,16})$/;

export function createSearchService(deps: {
  repo: SearchRepo;
  intakeTexts: IntakeTexts;
  engagements: EngagementsService;
  clock: Clock;
}): SearchService {
  const { repo, intakeTexts, engagements, clock } = deps;

  const stagesOf = (kind: SearchKind, query: SearchQuery, engagementIds: readonly string[]): Stage[] => {
    const caseIds = new Map<number, string>();
    for (const filter of query.filters) {
      const id = filter.key === 'case' ? repo.caseId(filter.value) : undefined;
      if (filter.key === 'case' && id !== undefined) caseIds.set(filter.value, id);
    }
    const expressions = matchStages(kind, query, { engagementIds, caseIds });
    const wanted = query.terms.filter((term) => !term.isNegated);
    const inScope = new Set(engagementIds);
    const stages: Stage[] = [];
    const found = exactStage(kind, query, engagementIds);
    const isExact = found?.isExact ?? (() => false);
    if (found !== undefined) {
      stages.push({
        numbers: found.numbers,
        accepts: (row) => inScope.has(row.engagementId) && found.isExact(row) && matchesFacets(row),
        isExact: true,
      });
    }
    // What was typed whole still has to be what the filters ask for.
    const facets = matchStages(
      kind,
      { ...query, terms: query.terms.filter((term) => term.isNegated) },
      { engagementIds, caseIds },
    )[0];
    function matchesFacets(row: HitRow): boolean {
      if (kind !== 'observable') return query.filters.length === 0;
      return facets !== undefined && repo.isMatched(facets, row.num);
    }
    for (const expression of expressions) {
      stages.push({
        numbers: (below, limit) => repo.matching(kind, expression, below, limit),
        accepts: (row) => !isExact(row),
        isExact: false,
      });
    }
    const grams = kind === 'observable' ? gramExpression(wanted.map((term) => term.text)) : undefined;
    if (grams !== undefined && facets !== undefined) {
      const letters = wanted.map((term) => term.text.toLowerCase());
      const earlier = expressions.filter((expression) => expression !== facets);
      stages.push({
        numbers: (below, limit) => repo.withGrams(grams, below, limit),
        accepts(row) {
          const value = row.title.toLowerCase();
          return (
            letters.every((text) => value.includes(text)) &&
            inScope.has(row.engagementId) &&
            !isExact(row) &&
            repo.isMatched(facets, row.num) &&
            !earlier.some((expression) => repo.isMatched(expression, row.num))
          );
        },
        isExact: false,
      });
    }
    return stages;
  };

  /** What was typed whole: the value of observables, the number of a case. */
  const exactStage = (
    kind: SearchKind,
    query: SearchQuery,
    engagementIds: readonly string[],
  ): { numbers: Stage['numbers']; isExact(row: HitRow): boolean } | undefined => {
    const wanted = query.terms.filter((term) => !term.isNegated);
    const whole = refang(wanted.map((term) => term.text).join(' ')).trim();
    if (whole === '') return undefined;
    if (kind === 'case') {
      const number = /^#?(\d{1,12})$/.exec(whole)?.[1];
      const found = number === undefined ? undefined : repo.caseNumbered(Number(number));
      return (
        found && {
          numbers: (below) => (found.num < below ? [found.num] : []),
          isExact: (row) => row.num === found.num,
        }
      );
    }
    if (kind !== 'observable') return undefined;
    const hashes = subjectsOf(whole, repo.filesWithHash(whole));
    const known = new Set(hashes);
    return {
      numbers: (below, limit) =>
        engagementIds
          .flatMap((engagementId) => repo.ofSubjects(engagementId, hashes, below, limit))
          .sort((a, b) => b - a)
          .slice(0, limit),
      isExact: (row) => row.subjectHash !== null && known.has(row.subjectHash),
    };
  };

  const findKind = async (
    kind: SearchKind,
    query: SearchQuery,
    engagementIds: readonly string[],
    cursor: { stage: number; below: number },
    limit: number,
    signal: AbortSignal,
  ): Promise<SearchGroup> => {
    const stages = stagesOf(kind, query, engagementIds);
    const hits: { row: HitRow; stage: number }[] = [];
    let looked = 0;
    let { stage, below } = cursor;
    while (stage < stages.length && hits.length <= limit) {
      if (looked >= MAX_LOOKED_AT) break;
      const size = Math.min(CHUNK, looked === 0 ? 2 * (limit + 1) : CHUNK);
      const current = stages[stage]!;
      const numbers = current.numbers(below, size);
      looked += numbers.length;
      for (const row of repo.rows(kind, numbers, query.filters)) {
        if (hits.length > limit) break;
        if (current.accepts(row)) hits.push({ row, stage });
      }
      if (numbers.length < size) {
        stage += 1;
        below = TOP;
      } else below = numbers.at(-1)!;
      await nextTurn();
      signal.throwIfAborted();
    }
    const shown = hits.slice(0, limit);
    const last = shown.at(-1);
    const isMore = hits.length > limit;
    const isPartial = !isMore && stage < stages.length;
    return {
      kind,
      hits: shown.map((hit) => toHit(kind, hit.row, stages[hit.stage]!.isExact, query)),
      next: isMore ? `${last!.stage}.${last!.row.num}` : isPartial ? `${stage}.${below}` : null,
      isPartial,
    };
  };

  const toHit = (kind: SearchKind, row: HitRow, isExact: boolean, query: SearchQuery): SearchHit => {
    const title = markText(row.title, query.terms);
    const tags = JSON.parse(row.tags) as string[];
    const elsewhere = (): string => {
      if (kind === 'report') return repo.reportText(row.id);
      if (kind !== 'evidence') return tags.length === 0 ? row.body : `${row.body}\n${tags.join(' ')}`;
      return row.part === '' || row.relatedId === null ? '' : (intakeTexts.find(row.relatedId, row.part) ?? '');
    };
    const needsMore = title.marks.length === 0 && query.terms.some((term) => !term.isNegated);
    return {
      kind,
      id: row.id,
      title,
      snippet: needsMore ? snippetOf(elsewhere(), query.terms) : { text: '', marks: [] },
      dataType: row.dataType,
      verdict: row.verdict,
      detail: row.detail,
      part: row.part,
      caseId: row.caseId,
      caseNumber: row.caseNumber,
      caseTitle: row.caseTitle ?? '',
      relatedId: row.relatedId,
      engagementId: row.engagementId,
      at: row.at,
      isExact,
    };
  };

  return {
    async find(input, signal) {
      const { cursor, kinds, limit } = input;
      const query = parseSearch(input.text, clock.now());
      const isNothing =
        query.terms.every((term) => term.isNegated) && query.filters.every((filter) => filter.isNegated);
      if (isNothing) return { groups: [], problems: query.problems };
      if (cursor !== undefined && kinds?.length !== 1)
        throw new AppError('invalid_input', 'A next page is of one kind: say which.');
      const place = cursor === undefined ? { stage: 0, below: TOP } : parseCursor(cursor);
      const engagementIds = input.isEverywhere ? repo.engagementIds() : [engagements.resolve(input.engagementId).id];
      const groups: SearchGroup[] = [];
      for (const kind of SEARCH_KINDS) {
        if (kinds !== undefined && !kinds.includes(kind)) continue;
        if (!isAskedFor(kind, query.filters)) continue;
        signal.throwIfAborted();
        const group = await findKind(kind, query, engagementIds, place, limit, signal);
        if (group.hits.length > 0 || group.isPartial) groups.push(group);
      }
      return { groups, problems: query.problems };
    },
  };
}

function parseCursor(cursor: string): { stage: number; below: number } {
  const match = CURSOR.exec(cursor);
  if (!match) throw new AppError('invalid_input', 'That page no longer exists. Search again.');
  return { stage: Number(match[1]), below: Number(match[2]) };
}
