import type { ObservableFilter as Shared } from '../../shared/contract/observables.ts';
import { MAX_ROWS } from '../../shared/contract/observables.ts';
import { refang } from '../../shared/model/refang.ts';
import { caseFacet, engagementFacet } from '../search/documents.ts';

export type ObservableScope = { caseId: string } | { engagementId: string };

export type ObservableFilter = Omit<Shared, 'caseId' | 'engagementId'>;

export interface FilterSql {
  where: string[];
  values: unknown[];
  /** Whether it speaks of `observable_verdict v`. */
  needsVerdict: boolean;
  /** Whether a condition names the rows it wants, so that SQLite may start there instead of walking a list. */
  namesRows: boolean;
}

const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ');

/** The column and value that say what a scope is, on `observable o` or a table that follows it. */
export const scopeOf = (scope: ObservableScope): { column: string; id: string } =>
  'caseId' in scope ? { column: 'case_id', id: scope.caseId } : { column: 'engagement_id', id: scope.engagementId };

/** Conditions over `observable o LEFT JOIN observable_verdict v`; values only ever travel as parameters. */
export function filterToSql(scope: ObservableScope, filter: ObservableFilter): FilterSql {
  const { column, id } = scopeOf(scope);
  const sql: FilterSql = {
    where: ['o.deleted_at IS NULL', `o.${column} = ?`],
    values: [id],
    needsVerdict: false,
    namesRows: false,
  };
  const add = (condition: string, ...list: unknown[]): void => {
    sql.where.push(condition);
    sql.values.push(...list);
  };
  const oneOf = (name: string, list: readonly string[] | undefined): void => {
    if (list?.length === 1) add(`o.${name} = ?`, list[0]);
    else if (list?.length) add(`o.${name} IN (${marks(list)})`, ...list);
  };
  const noneOf = (name: string, list: readonly string[] | undefined): void => {
    if (list?.length) add(`o.${name} NOT IN (${marks(list)})`, ...list);
  };
  const flag = (name: string, wanted: boolean | undefined): void => {
    if (wanted !== undefined) add(`o.${name} = ${wanted ? 1 : 0}`);
  };
  if (column === 'engagement_id') {
    // What lies in a case in the trash is there with it.
    add('o.case_id NOT IN (SELECT id FROM case_record WHERE engagement_id = ? AND deleted_at IS NOT NULL)', id);
  }
  oneOf('data_type', filter.dataTypes);
  noneOf('data_type', filter.notDataTypes);
  flag('is_ioc', filter.isIoc);
  flag('is_sighted', filter.isSighted);
  flag('ignore_similarity', filter.ignoresSimilarity);
  oneOf('tlp', filter.tlps);
  noneOf('tlp', filter.notTlps);
  oneOf('pap', filter.paps);
  noneOf('pap', filter.notPaps);
  if (filter.addedFrom !== undefined) add('o.created_at >= ?', filter.addedFrom);
  if (filter.addedBefore !== undefined) add('o.created_at < ?', filter.addedBefore);
  addVerdicts(sql, add, scope, filter);
  const tagged = (tags: readonly string[]): string => `(SELECT num FROM observable_tagged
    WHERE list IN (SELECT num FROM observable_tag_list WHERE scope_id = ? AND tag IN (${marks(tags)})))`;
  if (filter.tags?.length) {
    add(`o.num IN ${tagged(filter.tags)}`, id, ...filter.tags);
    sql.namesRows = true;
  }
  if (filter.notTags?.length) add(`o.num NOT IN ${tagged(filter.notTags)}`, id, ...filter.notTags);
  if (filter.isSeenElsewhere !== undefined) {
    const not = filter.isSeenElsewhere ? '' : 'NOT ';
    add(`o.id ${not}IN (SELECT observable_id FROM observable_elsewhere WHERE ${column} = ?)`, id);
    sql.namesRows ||= filter.isSeenElsewhere;
  }
  addText(sql, add, scope, filter);
  return sql;
}

type Add = (condition: string, ...list: unknown[]) => void;

function addVerdicts(sql: FilterSql, add: Add, scope: ObservableScope, filter: ObservableFilter): void {
  const { column, id } = scopeOf(scope);
  const { verdicts, notVerdicts, isNotAnalysed } = filter;
  if (verdicts?.length && isNotAnalysed === true) {
    add(`(v.level IS NULL OR v.level IN (${marks(verdicts)}))`, ...verdicts);
    sql.needsVerdict = true;
  } else if (verdicts?.length) {
    // Few rows have a verdict worth asking for: start from those, not from the whole case.
    const wanted = `SELECT observable_id FROM observable_verdict WHERE ${column} = ? AND level IN (${marks(verdicts)})`;
    add(`o.id IN (${wanted})`, id, ...verdicts);
    sql.namesRows = true;
  } else if (isNotAnalysed !== undefined) {
    add(`v.level IS ${isNotAnalysed ? '' : 'NOT '}NULL`);
    sql.needsVerdict = true;
  }
  if (notVerdicts?.length) {
    add(`(v.level IS NULL OR v.level NOT IN (${marks(notVerdicts)}))`, ...notVerdicts);
    sql.needsVerdict = true;
  }
}

function addText(sql: FilterSql, add: Add, scope: ObservableScope, filter: ObservableFilter): void {
  const found = '(SELECT rowid FROM search_observable WHERE search_observable MATCH ?)';
  const words = toMatch(filter.text ?? '');
  if (words !== '') {
    add(`o.num IN ${found}`, within(scope, words));
    sql.namesRows = true;
  }
  const notWords = toMatch(filter.notText ?? '');
  if (notWords !== '') add(`o.num NOT IN ${found}`, within(scope, notWords));
  const start = fold(filter.valueStart ?? '');
  if (start !== '') {
    add('o.sort_value >= ? AND o.sort_value < ?', start, `${start}\u{10ffff}`);
    sql.namesRows = true;
  }
  const notStart = fold(filter.notValueStart ?? '');
  if (notStart !== '') add('NOT (o.sort_value >= ? AND o.sort_value < ?)', notStart, `${notStart}\u{10ffff}`);
  const part = fold(filter.valuePart ?? '');
  if (part !== '') {
    const { column, id } = scopeOf(scope);
    // No index finds the middle of a value: only so many rows are looked at, the newest.
    const newest = `SELECT created_at FROM observable WHERE ${column} = ? AND deleted_at IS NULL
      ORDER BY created_at DESC, num DESC LIMIT ${MAX_ROWS}`;
    add(`instr(lower(o.value), ?) > 0 AND o.created_at >= (SELECT min(created_at) FROM (${newest}))`, part, id);
  }
  const notPart = fold(filter.notValuePart ?? '');
  if (notPart !== '') add('instr(lower(o.value), ?) = 0', notPart);
}

/** Words of one case or engagement only: the others' matches are not even listed. */
function within(scope: ObservableScope, words: string): string {
  const facet = 'caseId' in scope ? caseFacet(scope.caseId) : engagementFacet(scope.engagementId);
  return `(facets : "${facet}") AND ({title body tags} : (${words}))`;
}

/** As SQLite's `lower`: ASCII only. Defanged spellings are taken as the value they stand for. */
const fold = (text: string): string => refang(text.trim()).replace(/[A-Z]/g, (letter) => letter.toLowerCase());

/**
 * Free text as an FTS5 query: every piece must occur as a phrase, the end of each may be cut short. Defanged spellings
 * are taken as the value they stand for.
 */
export function toMatch(text: string): string {
  return (
    refang(text)
      // A NUL would end the query inside a quoted phrase.
      .split(/[\s\0]+/)
      .filter((piece) => /[\p{L}\p{N}]/u.test(piece))
      .slice(0, 20)
      .map((piece) => `"${piece.replaceAll('"', '""')}"*`)
      .join(' ')
  );
}

interface KnownCounts {
  all: number;
  dataTypes: Record<string, number>;
  verdicts: Record<string, number>;
  ioc: number;
  sighted: number;
  elsewhere: number;
}

/** The total, where a kept counter already has it: no filter, or a single facet. */
export function totalFromFacets(filter: ObservableFilter, facets: KnownCounts): number | undefined {
  const { dataTypes, verdicts, isNotAnalysed, isIoc, isSighted, isSeenElsewhere, ...others } = filter;
  if (
    Object.values(others).some(
      (each) => each !== undefined && each !== '' && !(Array.isArray(each) && each.length === 0),
    )
  )
    return undefined;
  const noVerdict = facets.verdicts['notAnalysed'] ?? 0;
  const orNot = (wanted: boolean, n: number): number => (wanted ? n : facets.all - n);
  const asked: number[] = [];
  if (dataTypes?.length) asked.push(sum(dataTypes, facets.dataTypes));
  if (verdicts?.length) asked.push(sum(verdicts, facets.verdicts) + (isNotAnalysed ? noVerdict : 0));
  else if (isNotAnalysed !== undefined) asked.push(orNot(isNotAnalysed, noVerdict));
  if (isIoc !== undefined) asked.push(orNot(isIoc, facets.ioc));
  if (isSighted !== undefined) asked.push(orNot(isSighted, facets.sighted));
  if (isSeenElsewhere !== undefined) asked.push(orNot(isSeenElsewhere, facets.elsewhere));
  return asked.length === 0 ? facets.all : asked.length === 1 ? asked[0] : undefined;
}

const sum = (names: readonly string[], counts: Record<string, number>): number =>
  [...new Set(names)].reduce((total, name) => total + (counts[name] ?? 0), 0);
