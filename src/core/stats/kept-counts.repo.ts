import type { Db } from '../db/open.ts';
import { countAll, countCase, keptCountTable } from '../db/migrations/0017-kept-counts.ts';
import { bucketsOf, DAYS, dayOf, type Piece } from './buckets.ts';
import type { Fact, Stream } from './facts.ts';

/** Counters as they are read: how many things, how many of them have the measure, and its sum. */
export interface KeptRow {
  group: number;
  value: string;
  state: string;
  things: number;
  measured: number;
  total: number;
}

export interface KeptCounts {
  /** Takes the facts of a row as it was away and adds those of the row as it is; stored by `write`. */
  change(before: readonly Fact[], after: readonly Fact[]): void;
  /** Inside the writer's transaction. */
  write(): void;
  /** The writer's transaction is rolled back. */
  forget(): void;
  /** Counts what lies in a case once it is out of the trash, or no longer when it went there. */
  changeCase(caseId: string, by: 1 | -1): void;
  /**
   * The counters of one field, added up over the buckets of each group; field '' is all things. What is not asked for
   * (values, states) is added up too and is then empty.
   */
  read(
    engagementId: string,
    stream: Stream,
    field: string,
    pieces: readonly Piece[],
    by: { value: boolean; state: boolean },
  ): KeptRow[];
  /** The first day (since 1970) on which anything is counted. */
  firstDay(engagementId: string, stream: Stream): number | undefined;
  /** Undefined where the case is in the trash. */
  engagementOfCase(caseId: string): string | undefined;
  verdictOf(observableId: string): string;
  /** Counters that differ from what the rows say, at most ten; reads everything. */
  differences(): { entity: string; field: string; value: string; bucket: number; kept: number; counted: number }[];
}

/** What happened to one value of one field on one day; its weeks, months and all time follow when it is written. */
interface Delta {
  fact: Fact;
  field: string;
  value: string;
  things: number;
  measured: number;
  total: number;
}

export function createKeptCounts(db: Db): KeptCounts {
  const add = db.prepare<[string, string, number, string, string, string, number, number, number]>(
    `INSERT INTO kept_count (engagement_id, entity, bucket, field, value, state, things, measured, total)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (engagement_id, entity, bucket, field, value, state) DO UPDATE SET
       things = things + excluded.things, measured = measured + excluded.measured, total = total + excluded.total`,
  );
  // Added up in SQL: of a thousand counters of a period only their sums become objects. The join's order is fixed: some
  // buckets, each with one range of the primary key.
  const readBy = (value: string, state: string) =>
    db.prepare<[string, string, string, string], KeptRow>(
      `SELECT b.value ->> 1 AS "group", ${value} AS value, ${state} AS state, sum(k.things) AS things,
         sum(k.measured) AS measured, sum(k.total) AS total
       FROM json_each(?) b CROSS JOIN kept_count k
         ON k.engagement_id = ? AND k.entity = ? AND k.bucket = b.value ->> 0 AND k.field = ?
       GROUP BY 1, 2, 3 HAVING sum(k.things) <> 0`,
    );
  const read = {
    any: { any: readBy(`''`, `''`), state: readBy(`''`, 'k.state') },
    value: { any: readBy('k.value', `''`), state: readBy('k.value', 'k.state') },
  };
  const firstBucket = db
    .prepare<[string, string, number], number | null>(
      'SELECT min(bucket) FROM kept_count WHERE engagement_id = ? AND entity = ? AND bucket >= ?',
    )
    .pluck();
  const engagementOf = db
    .prepare<[string], string>('SELECT engagement_id FROM case_record WHERE id = ? AND deleted_at IS NULL')
    .pluck();
  const byCase = { 1: countCase('1'), [-1]: countCase('-1') };
  const verdict = db.prepare<[string], string>('SELECT level FROM observable_verdict WHERE observable_id = ?').pluck();

  let gathered = new Map<string, Delta>();
  const collect = (facts: readonly Fact[], by: 1 | -1): void => {
    for (const fact of facts) {
      const { measure } = fact;
      const common = `${fact.stream} ${fact.engagementId} ${dayOf(fact.at)} ${fact.state} `;
      const count = (field: string, value: string): void => {
        const key = `${common}${field} ${value}`;
        let delta = gathered.get(key);
        if (delta === undefined) {
          delta = { fact, field, value, things: 0, measured: 0, total: 0 };
          gathered.set(key, delta);
        }
        delta.things += by;
        if (measure === null) return;
        delta.measured += by;
        delta.total += by * measure;
      };
      if (fact.stream !== 'observable') count('', '');
      for (const [field, value] of fact.values) count(field, value);
    }
  };

  return {
    change(before, after) {
      if (isSame(before, after)) return;
      collect(before, -1);
      collect(after, 1);
    },
    write() {
      if (gathered.size === 0) return;
      const deltas = gathered.values();
      gathered = new Map();
      for (const { fact, field, value, things, measured, total } of deltas) {
        if (things === 0 && measured === 0 && total === 0) continue;
        const { engagementId, stream, at, state } = fact;
        for (const bucket of bucketsOf(at)) {
          add.run(engagementId, stream, bucket, field, value, state, things, measured, total);
        }
      }
    },
    forget: () => gathered.clear(),
    changeCase(caseId, by) {
      // The rows themselves are read: what was gathered of them is in them.
      for (const sql of byCase[by]) db.prepare<[string]>(sql).run(caseId);
    },
    read(engagementId, stream, field, pieces, { value, state }) {
      const places = JSON.stringify(pieces.map(({ bucket, group }) => [bucket, group]));
      const counting = stream === 'observable' && field === '' ? 'sighted' : field;
      return read[value ? 'value' : 'any'][state ? 'state' : 'any'].all(places, engagementId, stream, counting);
    },
    firstDay(engagementId, stream) {
      const bucket = firstBucket.get(engagementId, stream, DAYS);
      return typeof bucket === 'number' ? bucket - DAYS : undefined;
    },
    engagementOfCase: (caseId) => engagementOf.get(caseId),
    verdictOf: (observableId) => verdict.get(observableId) ?? 'none',
    differences() {
      return db
        .transaction(() => {
          db.exec(`${keptCountTable('temp.counted')}\n${countAll('temp.counted')}`);
          try {
            return db
              .prepare<
                [],
                { entity: string; field: string; value: string; bucket: number; kept: number; counted: number }
              >(
                `SELECT entity, field, value, bucket, sum(things) AS kept, sum(counted) AS counted FROM (
                   SELECT engagement_id, entity, bucket, field, value, state, things, measured, total, 0 AS counted,
                     0 AS m, 0 AS t FROM kept_count
                   UNION ALL
                   SELECT engagement_id, entity, bucket, field, value, state, 0, 0, 0, things, measured, total FROM temp.counted)
                 GROUP BY engagement_id, entity, bucket, field, value, state
                 HAVING sum(things) <> sum(counted) OR sum(measured) <> sum(m) OR sum(total) <> sum(t) LIMIT 10`,
              )
              .all();
          } finally {
            db.exec('DROP TABLE temp.counted');
          }
        })
        .deferred();
    },
  };
}

/** Most edits (a title, a description) change nothing that is counted. */
const isSame = (before: readonly Fact[], after: readonly Fact[]): boolean =>
  before.length === after.length && JSON.stringify(before) === JSON.stringify(after);
