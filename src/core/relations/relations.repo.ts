import type { Relation, RelatedObservable } from '../../shared/contract/relations.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { RelationKind } from '../../shared/model/relation-kind.ts';
import type { Level } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';

export type StoredRelation = Relation & { deletedAt: number | null };

interface Derived {
  other: RelatedObservable;
  why: string;
  jobId: string | null;
}

export interface RelationsRepo {
  /** Also finds one in the trash. */
  find(id: string): StoredRelation | undefined;
  /** The same link, from either side where `isSymmetric`; also one in the trash. */
  findLink(fromId: string, toId: string, kind: RelationKind, isSymmetric: boolean): StoredRelation | undefined;
  ofCase(caseId: string, limit: number): Relation[];
  of(observableId: string): { relation: Relation; direction: 'from' | 'to'; other: RelatedObservable }[];
  /** What was found in the file that an observable is. */
  foundIn(evidenceId: string, exceptId: string, limit: number): Derived[];
  /** The file that a value was found in. */
  fileOf(evidenceId: string, exceptId: string): Derived[];
  /** What reports on an observable proposed. */
  reportedFrom(observableId: string, limit: number): Derived[];
  /** What was analysed by the report that proposed an observable. */
  sourceOf(jobId: string): Derived[];
}

interface Row {
  id: string;
  case_id: string;
  from_id: string;
  to_id: string;
  kind: RelationKind;
  note: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

interface OtherRow {
  other_id: string;
  data_type: DataType;
  value: string;
  is_ioc: number;
  level: Level | null;
}

const toRelation = (row: Row): Relation => ({
  id: row.id,
  caseId: row.case_id,
  fromId: row.from_id,
  toId: row.to_id,
  kind: row.kind,
  note: row.note,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const toOther = (row: OtherRow): RelatedObservable => ({
  id: row.other_id,
  dataType: row.data_type,
  value: row.value,
  verdict: row.level,
  isIoc: row.is_ioc === 1,
});

export function createRelationsRepo(db: Db): RelationsRepo {
  const columns = 'r.id, r.case_id, r.from_id, r.to_id, r.kind, r.note, r.created_at, r.updated_at, r.deleted_at';
  const other = 'o.id AS other_id, o.data_type, o.value, o.is_ioc, v.level';
  const verdict = 'LEFT JOIN observable_verdict v ON v.observable_id = o.id';
  const byId = db.prepare<[string], Row>(`SELECT ${columns} FROM relation r WHERE r.id = ?`);
  const link = db.prepare<[string, string, RelationKind], Row>(
    `SELECT ${columns} FROM relation r WHERE r.from_id = ? AND r.to_id = ? AND r.kind = ? ORDER BY r.id LIMIT 1`,
  );
  const ofCase = db.prepare<[string, number], Row>(
    `SELECT ${columns} FROM relation r WHERE r.case_id = ? AND r.deleted_at IS NULL ORDER BY r.created_at, r.id LIMIT ?`,
  );
  const ends = (mine: 'from_id' | 'to_id', theirs: 'from_id' | 'to_id'): string =>
    `SELECT ${columns}, ${other} FROM relation r
     JOIN observable o ON o.id = r.${theirs} AND o.deleted_at IS NULL ${verdict}
     WHERE r.${mine} = ? AND r.deleted_at IS NULL ORDER BY r.created_at, r.id LIMIT 1000`;
  const from = db.prepare<[string], Row & OtherRow>(ends('from_id', 'to_id'));
  const to = db.prepare<[string], Row & OtherRow>(ends('to_id', 'from_id'));
  const derived = (why: string, jobId: string, rest: string): string =>
    `SELECT ${other}, ${why} AS why, ${jobId} AS job_id FROM ${rest}`;
  type DerivedRow = OtherRow & { why: string; job_id: string | null };
  const foundIn = db.prepare<[string, string, number], DerivedRow>(
    derived(
      'e.name',
      'NULL',
      `observable o JOIN evidence e ON e.id = o.evidence_id ${verdict}
       WHERE o.evidence_id = ? AND o.id <> ? AND o.deleted_at IS NULL AND o.data_type <> 'file' ORDER BY o.num LIMIT ?`,
    ),
  );
  const fileOf = db.prepare<[string, string], DerivedRow>(
    derived(
      'e.name',
      'NULL',
      `evidence e JOIN blob b ON b.id = e.blob_id
       JOIN observable o ON o.case_id = e.case_id AND o.data_type = 'file' AND o.subject_hash = b.sha256
         AND o.deleted_at IS NULL ${verdict}
       WHERE e.id = ? AND o.id <> ?`,
    ),
  );
  const reported = db.prepare<[string, number], DerivedRow>(
    derived(
      'j.flavor_name',
      'j.id',
      `job j JOIN observable o ON o.source_job_id = j.id AND o.deleted_at IS NULL ${verdict}
       WHERE j.observable_id = ? AND o.id <> j.observable_id ORDER BY j.id DESC, o.num LIMIT ?`,
    ),
  );
  const source = db.prepare<[string], DerivedRow>(
    derived(
      'j.flavor_name',
      'j.id',
      `job j JOIN observable o ON o.id = j.observable_id AND o.deleted_at IS NULL ${verdict} WHERE j.id = ?`,
    ),
  );
  const toDerived = (row: DerivedRow): Derived => ({ other: toOther(row), why: row.why, jobId: row.job_id });
  const stored = (row: Row | undefined): StoredRelation | undefined =>
    row && { ...toRelation(row), deletedAt: row.deleted_at };

  return {
    find: (id) => stored(byId.get(id)),
    findLink(fromId, toId, kind, isSymmetric) {
      return stored(link.get(fromId, toId, kind) ?? (isSymmetric ? link.get(toId, fromId, kind) : undefined));
    },
    ofCase: (caseId, limit) => ofCase.all(caseId, limit).map(toRelation),
    of: (observableId) => [
      ...from.all(observableId).map((row) => ({
        relation: toRelation(row),
        direction: 'from' as const,
        other: toOther(row),
      })),
      ...to
        .all(observableId)
        .map((row) => ({ relation: toRelation(row), direction: 'to' as const, other: toOther(row) })),
    ],
    foundIn: (evidenceId, exceptId, limit) => foundIn.all(evidenceId, exceptId, limit).map(toDerived),
    fileOf: (evidenceId, exceptId) => fileOf.all(evidenceId, exceptId).map(toDerived),
    reportedFrom: (observableId, limit) => reported.all(observableId, limit).map(toDerived),
    sourceOf: (jobId) => source.all(jobId).map(toDerived),
  };
}
