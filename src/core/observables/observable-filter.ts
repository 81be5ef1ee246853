import type { DataType } from '../../shared/model/data-type.ts';
import type { Level } from '../../shared/model/report.ts';

export type ObservableScope = { caseId: string } | { engagementId: string };

export interface ObservableFilter {
  dataTypes?: DataType[] | undefined;
  verdicts?: Level[] | undefined;
  isNotAnalysed?: boolean | undefined;
  isIoc?: boolean | undefined;
  isSighted?: boolean | undefined;
  text?: string | undefined;
}

const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ');

/** Conditions over `observable o LEFT JOIN observable_verdict v`; values only ever travel as parameters. */
export function filterToSql(scope: ObservableScope, filter: ObservableFilter): { where: string[]; values: unknown[] } {
  const where = ['o.deleted_at IS NULL'];
  const values: unknown[] = [];
  const add = (condition: string, ...list: unknown[]): void => {
    where.push(condition);
    values.push(...list);
  };
  if ('caseId' in scope) add('o.case_id = ?', scope.caseId);
  else add('o.engagement_id = ?', scope.engagementId);
  if (filter.dataTypes?.length) add(`o.data_type IN (${marks(filter.dataTypes)})`, ...filter.dataTypes);
  if (filter.isIoc !== undefined) add('o.is_ioc = ?', filter.isIoc ? 1 : 0);
  if (filter.isSighted !== undefined) add('o.is_sighted = ?', filter.isSighted ? 1 : 0);
  const { verdicts, isNotAnalysed } = filter;
  if (verdicts?.length && isNotAnalysed === true) {
    add(`(v.level IS NULL OR v.level IN (${marks(verdicts)}))`, ...verdicts);
  } else if (verdicts?.length) {
    // Few rows have a verdict worth asking for: start from those, not from the whole case.
    const inCase = 'caseId' in scope ? 'case_id = ? AND ' : '';
    add(
      `o.id IN (SELECT observable_id FROM observable_verdict WHERE ${inCase}level IN (${marks(verdicts)}))`,
      ...('caseId' in scope ? [scope.caseId] : []),
      ...verdicts,
    );
  } else if (isNotAnalysed !== undefined) add(`v.level IS ${isNotAnalysed ? '' : 'NOT '}NULL`);
  const words = toMatch(filter.text ?? '');
  if (words !== '') add('o.num IN (SELECT rowid FROM observable_words WHERE observable_words MATCH ?)', words);
  return { where, values };
}

/**
 * Free text as an FTS5 query: every piece must occur as a phrase, the end of each may be cut short. Defanged spellings
 * are taken as the value they stand for.
 */
export function toMatch(text: string): string {
  return (
    text
      .replaceAll('[.]', '.')
      .replaceAll('(.)', '.')
      .replace(/\bhxxp/gi, 'http')
      // A NUL would end the query inside a quoted phrase.
      .split(/[\s\0]+/)
      .filter((piece) => /[\p{L}\p{N}]/u.test(piece))
      .slice(0, 20)
      .map((piece) => `"${piece.replaceAll('"', '""')}"*`)
      .join(' ')
  );
}

/** The total, where a kept counter already has it: no filter, or a single facet. */
export function totalFromFacets(
  filter: ObservableFilter,
  facets: {
    all: number;
    dataTypes: Record<string, number>;
    verdicts: Record<string, number>;
    ioc: number;
    sighted: number;
  },
): number | undefined {
  const { dataTypes, verdicts, isNotAnalysed, isIoc, isSighted, text } = filter;
  if (toMatch(text ?? '') !== '') return undefined;
  const asked = [
    ...(dataTypes?.length ? [sum(dataTypes, facets.dataTypes)] : []),
    ...(verdicts?.length
      ? [sum(verdicts, facets.verdicts) + (isNotAnalysed ? (facets.verdicts['notAnalysed'] ?? 0) : 0)]
      : []),
    ...(isNotAnalysed !== undefined && !verdicts?.length
      ? [isNotAnalysed ? (facets.verdicts['notAnalysed'] ?? 0) : facets.all - (facets.verdicts['notAnalysed'] ?? 0)]
      : []),
    ...(isIoc === undefined ? [] : [isIoc ? facets.ioc : facets.all - facets.ioc]),
    ...(isSighted === undefined ? [] : [isSighted ? facets.sighted : facets.all - facets.sighted]),
  ];
  return asked.length === 0 ? facets.all : asked.length === 1 ? asked[0] : undefined;
}

const sum = (names: readonly string[], counts: Record<string, number>): number =>
  [...new Set(names)].reduce((total, name) => total + (counts[name] ?? 0), 0);
