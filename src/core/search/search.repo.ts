import type { SearchFilter, SearchKind } from '../../shared/model/search-query.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import { unpackBody } from '../jobs/reports.repo.ts';
import { type HitRow, rowsSql } from './kind-queries.ts';
import { reportWords } from './report-words.ts';

/** Numbers of one stage of a search, below `below`, the newest first, `limit` at most. */
export interface SearchRepo {
  matching(kind: SearchKind, expression: string, below: number, limit: number): number[];
  /** Observables whose value holds all these letters groups; what it gives has still to be looked at. */
  withGrams(expression: string, below: number, limit: number): number[];
  /** Those of these observables (any order) whose words match. */
  matchedOf(expression: string, nums: readonly number[]): Set<number>;
  /** Observables that are one of these subjects. */
  ofSubjects(engagementId: string, hashes: readonly string[], below: number, limit: number): number[];
  caseNumbered(number: number): { num: number; id: string } | undefined;
  caseId(number: number): string | undefined;
  /** SHA-256 of stored files with this md5, sha1 or sha256. */
  filesWithHash(hash: string): string[];
  engagementIds(): string[];
  rows(kind: SearchKind, nums: readonly number[], filters: readonly SearchFilter[]): HitRow[];
  /** What was searched of a report; empty where that would take long. */
  reportText(reportId: string): string;
}

/** Of a report's JSON: above it a snippet is not worth the time to unpack it. */
const MAX_SNIPPET_BYTES = 2 * 2 ** 20;

export function createSearchRepo(db: Db): SearchRepo {
  const prepared = createStatementCache(db);
  const pluck = (sql: string, ...values: unknown[]): number[] =>
    prepared(sql)
      .pluck()
      .all(...values) as number[];
  return {
    matching: (kind, expression, below, limit) =>
      pluck(
        `SELECT rowid FROM search_${kind} WHERE search_${kind} MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?`,
        expression,
        below,
        limit,
      ),
    withGrams: (expression, below, limit) =>
      pluck(
        'SELECT rowid FROM search_grams WHERE search_grams MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?',
        expression,
        below,
        limit,
      ),
    matchedOf(expression, nums) {
      if (nums.length === 0) return new Set();
      // One question for the stretch they lie in: each would merge the words that begin so anew. Two bounds, because
      // beside a MATCH SQLite 3.54 gives every row for `rowid = ?`.
      const among = new Set(nums);
      const found = pluck(
        'SELECT rowid FROM search_observable WHERE search_observable MATCH ? AND rowid >= ? AND rowid <= ?',
        expression,
        Math.min(...nums),
        Math.max(...nums),
      );
      return new Set(found.filter((num) => among.has(num)));
    },
    ofSubjects: (engagementId, hashes, below, limit) =>
      hashes
        .flatMap((hash) =>
          pluck(
            `SELECT num FROM observable WHERE engagement_id = ? AND subject_hash = ? AND num < ? AND deleted_at IS NULL
             ORDER BY num DESC LIMIT ?`,
            engagementId,
            hash,
            below,
            limit,
          ),
        )
        .sort((a, b) => b - a)
        .slice(0, limit),
    caseNumbered: (number) =>
      prepared(
        `SELECT d.num, c.id FROM case_record c JOIN search_doc d ON d.row_id = c.id AND d.kind = 'case' AND d.part = ''
         WHERE c.number = ?`,
      ).get(number) as { num: number; id: string } | undefined,
    caseId: (number) =>
      prepared('SELECT id FROM case_record WHERE number = ?').pluck().get(number) as string | undefined,
    filesWithHash(hash) {
      const column = { 32: 'md5', 40: 'sha1', 64: 'sha256' }[hash.length];
      return column === undefined
        ? []
        : (prepared(`SELECT sha256 FROM blob WHERE ${column} = ?`).pluck().all(hash.toLowerCase()) as string[]);
    },
    engagementIds: () => prepared('SELECT id FROM engagement WHERE deleted_at IS NULL').pluck().all() as string[],
    rows(kind, nums, filters) {
      if (nums.length === 0) return [];
      const { sql, values } = rowsSql(kind, filters);
      return prepared(sql).all(JSON.stringify(nums), ...values) as HitRow[];
    },
    reportText(reportId) {
      const row = prepared('SELECT body, body_bytes AS bytes FROM report WHERE id = ?').get(reportId) as
        | { body: Buffer; bytes: number }
        | undefined;
      return row === undefined || row.bytes > MAX_SNIPPET_BYTES ? '' : reportWords(unpackBody(row.body));
    },
  };
}
