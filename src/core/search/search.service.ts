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
import { facetsOnly, gramExpression, isAskedFor, matchStages } from './match.ts';
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
  /** Numbers below `below`, the newest first; `isScoped` where those of other engagements shall not be among them. */
  numbers(below: number, limit: number, isScoped: boolean): number[];
  /** The rows that count, in their order. */
  select(rows: HitRow[]): HitRow[];
  isExact: boolean;
}

/** Matches looked at in one call; a page that is not full by then says so. */
const MAX_LOOKED_AT = 20_000;
/** Rows read at once, and milliseconds after which others have their turn. */
const CHUNK = 500;
const TURN_MS = 4;
/** After so many matches that fill no page the index is asked for the engagement too. */
const LOOSE = 1_000;
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
    const scope = { engagementIds, caseIds };
    const expressions = matchStages(kind, query, scope);
    const wanted = query.terms.filter((term) => !term.isNegated);
    const inScope = new Set(engagementIds);
    const facets = facetsOnly(kind, query, scope);
    const isObservable = kind === 'observable';
    /** Rows found by another way than their words still have to be what the filters ask for. */
    const asAsked = (rows: HitRow[]): HitRow[] => {
      const here = rows.filter((row) => inScope.has(row.engagementId));
      if (facets === undefined) return here;
      const matched = isObservable ? repo.matchedOf(facets, numsOf(here)) : new Set<number>();
      return here.filter((row) => matched.has(row.num));
    };
    const stages: Stage[] = [];
    const whole = exactStage(kind, query, engagementIds);
    const isWhole = whole?.isExact ?? (() => false);
    if (whole !== undefined) {
      stages.push({ numbers: whole.numbers, select: (rows) => asAsked(rows.filter(isWhole)), isExact: true });
    }
    for (const { loose, scoped } of expressions) {
      stages.push({
        numbers: (below, limit, isScoped) => repo.matching(kind, isScoped ? scoped : loose, below, limit),
        select: (rows) => rows.filter((row) => inScope.has(row.engagementId) && !isWhole(row)),
        isExact: false,
      });
    }
    const grams = isObservable ? gramExpression(wanted.map((term) => term.text)) : undefined;
    if (grams !== undefined) {
      const letters = wanted.map((term) => term.text.toLowerCase());
      const holdsAll = (value: string): boolean => letters.every((text) => value.includes(text));
      stages.push({
        numbers: (below, limit) => repo.withGrams(grams, below, limit),
        select(rows) {
          const here = asAsked(rows.filter((row) => !isWhole(row) && holdsAll(row.title.toLowerCase())));
          const earlier = expressions.map(({ loose }) => repo.matchedOf(loose, numsOf(here)));
          return here.filter((row) => !earlier.some((found) => found.has(row.num)));
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
    turn: () => Promise<void>,
  ): Promise<SearchGroup> => {
    const stages = stagesOf(kind, query, engagementIds);
    const hits: { row: HitRow; stage: number }[] = [];
    let looked = 0;
    let { stage, below } = cursor;
    while (stage < stages.length && hits.length <= limit && looked < MAX_LOOKED_AT) {
      const size = Math.min(CHUNK, looked === 0 ? 2 * (limit + 1) : CHUNK);
      const current = stages[stage]!;
      const numbers = current.numbers(below, size, looked >= LOOSE);
      looked += numbers.length;
      for (const row of current.select(repo.rows(kind, numbers, query.filters))) hits.push({ row, stage });
      if (numbers.length < size) {
        stage += 1;
        below = TOP;
      } else below = numbers.at(-1)!;
      await turn();
    }
    const shown = hits.slice(0, limit);
    const last = shown.at(-1);
    const isMore = hits.length > limit;
    const isPartial = !isMore && stage < stages.length;
    return {
      kind,
      hits: shown
        .map(({ row, stage: by }) => ({ by, hit: toHit(kind, row, stages[by]!.isExact, query) }))
        // Within a stage what is called so stands before what only speaks of it; each the newest first.
        .toSorted((a, b) => a.by - b.by || Number(isNamed(b.hit)) - Number(isNamed(a.hit)))
        .map(({ hit }) => hit),
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
      let lastTurn = clock.monotonic();
      const turn = async (): Promise<void> => {
        if (clock.monotonic() - lastTurn < TURN_MS) return;
        await nextTurn();
        signal.throwIfAborted();
        lastTurn = clock.monotonic();
      };
      // The key stroke after this one may be here already.
      await nextTurn();
      signal.throwIfAborted();
      const groups: SearchGroup[] = [];
      for (const kind of SEARCH_KINDS) {
        if (kinds !== undefined && !kinds.includes(kind)) continue;
        if (!isAskedFor(kind, query.filters)) continue;
        const group = await findKind(kind, query, engagementIds, place, limit, turn);
        if (group.hits.length > 0 || group.isPartial) groups.push(group);
      }
      return { groups, problems: query.problems };
    },
  };
}

const isNamed = ({ title }: SearchHit): boolean => title.marks.length > 0;

const numsOf = (rows: readonly HitRow[]): number[] => rows.map((row) => row.num);

function parseCursor(cursor: string): { stage: number; below: number } {
  const match = CURSOR.exec(cursor);
  if (!match) throw new AppError('invalid_input', 'That page no longer exists. Search again.');
  return { stage: Number(match[1]), below: Number(match[2]) };
}
