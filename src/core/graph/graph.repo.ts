import type { GraphNode } from '../../shared/contract/graph.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { RelationKind } from '../../shared/model/relation-kind.ts';
import type { Level } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';

export type ObservableNode = Extract<GraphNode, { kind: 'observable' }> & {
  engagementId: string;
  evidenceId: string | null;
  sourceJobId: string | null;
};
export type CaseNode = Extract<GraphNode, { kind: 'case' }>;
export type EvidenceNode = Extract<GraphNode, { kind: 'evidence' }>;

/** By what the observables of a case are chosen, the most telling first. */
export const CHOICES = [
  'malicious',
  'suspicious',
  'ioc',
  'related',
  'elsewhere',
  'files',
  'reported',
  'found',
  'newest',
] as const;
export type Choice = (typeof CHOICES)[number];

export interface GraphRepo {
  /** Ids, each choice by an index of its own. */
  choose(caseId: string, by: Choice, limit: number): string[];
  observables(ids: readonly string[]): ObservableNode[];
  /** Relations with both ends among the ids. */
  relationsAmong(ids: readonly string[]): { id: string; from: string; to: string; kind: RelationKind; note: string }[];
  relatedTo(id: string, limit: number): string[];
  /** The file observable of each evidence, where it has one. */
  filesOf(evidenceIds: readonly string[]): { evidenceId: string; observableId: string }[];
  evidence(ids: readonly string[]): EvidenceNode[];
  foundIn(evidenceId: string, limit: number): string[];
  /** What each job was on, and which analyzer it ran. */
  subjectsOf(jobIds: readonly string[]): { jobId: string; observableId: string; flavor: string }[];
  reportedFrom(observableId: string, limit: number): string[];
  /** Other cases of the engagement that hold the same thing, with the id of it there. */
  holders(of: ObservableNode, limit: number): { caseId: string; observableId: string }[];
  cases(ids: readonly string[]): CaseNode[];
}

interface Row {
  id: string;
  case_id: string;
  engagement_id: string;
  data_type: DataType;
  value: string;
  subject_hash: string;
  evidence_id: string | null;
  source_job_id: string | null;
  is_ioc: number;
  is_sighted: number;
  level: Level | null;
  others: number | null;
}

const AMONG = 'IN (SELECT value FROM json_each(?))';

const CHOOSE: Readonly<Record<Choice, string>> = {
  malicious: byVerdict('malicious'),
  suspicious: byVerdict('suspicious'),
  ioc: `SELECT id FROM observable WHERE case_id = ? AND is_ioc = 1 AND deleted_at IS NULL
    ORDER BY created_at DESC, num DESC LIMIT ?`,
  related: `SELECT DISTINCT o.id FROM relation r JOIN observable o ON o.id IN (r.from_id, r.to_id) AND o.deleted_at IS NULL
    WHERE r.case_id = ? AND r.deleted_at IS NULL LIMIT ?`,
  elsewhere: `SELECT e.observable_id FROM observable_elsewhere e JOIN observable o ON o.id = e.observable_id AND o.deleted_at IS NULL
    WHERE e.case_id = ? ORDER BY e.others DESC, e.observable_id DESC LIMIT ?`,
  files: `SELECT id FROM observable WHERE case_id = ? AND data_type = 'file' AND deleted_at IS NULL
    ORDER BY created_at DESC, num DESC LIMIT ?`,
  reported: `SELECT o.id FROM job j JOIN observable o ON o.source_job_id = j.id AND o.deleted_at IS NULL
    WHERE j.case_id = ? ORDER BY j.id DESC LIMIT ?`,
  found: `SELECT o.id FROM evidence e JOIN observable o ON o.evidence_id = e.id AND o.deleted_at IS NULL
    WHERE e.case_id = ? AND e.deleted_at IS NULL ORDER BY o.num DESC LIMIT ?`,
  newest: `SELECT id FROM observable WHERE case_id = ? AND deleted_at IS NULL ORDER BY created_at DESC, num DESC LIMIT ?`,
};

function byVerdict(level: Level): string {
  return `SELECT v.observable_id FROM observable_verdict v JOIN observable o ON o.id = v.observable_id AND o.deleted_at IS NULL
    WHERE v.case_id = ? AND v.level = '${level}' ORDER BY v.observable_id DESC LIMIT ?`;
}

export function createGraphRepo(db: Db): GraphRepo {
  const choose = Object.fromEntries(
    CHOICES.map((choice) => [choice, db.prepare<[string, number], string>(CHOOSE[choice]).pluck()]),
  );
  const observables = db.prepare<[string], Row>(
    `SELECT o.id, o.case_id, o.engagement_id, o.data_type, o.value, o.subject_hash, o.evidence_id, o.source_job_id,
       o.is_ioc, o.is_sighted, v.level, e.others
     FROM json_each(?) wanted JOIN observable o ON o.id = wanted.value AND o.deleted_at IS NULL
     LEFT JOIN observable_verdict v ON v.observable_id = o.id LEFT JOIN observable_elsewhere e ON e.observable_id = o.id`,
  );
  const relations = db.prepare<
    [string, string],
    { id: string; from: string; to: string; kind: RelationKind; note: string }
  >(
    `SELECT id, from_id AS "from", to_id AS "to", kind, note FROM relation
     WHERE from_id ${AMONG} AND to_id ${AMONG} AND deleted_at IS NULL`,
  );
  const related = db
    .prepare<[string, string, number], string>(
      `SELECT to_id FROM relation WHERE from_id = ? AND deleted_at IS NULL
       UNION SELECT from_id FROM relation WHERE to_id = ? AND deleted_at IS NULL LIMIT ?`,
    )
    .pluck();
  const files = db.prepare<[string], { evidenceId: string; observableId: string }>(
    `SELECT e.id AS evidenceId, o.id AS observableId FROM evidence e JOIN blob b ON b.id = e.blob_id
     JOIN observable o ON o.case_id = e.case_id AND o.data_type = 'file' AND o.subject_hash = b.sha256 AND o.deleted_at IS NULL
     WHERE e.id ${AMONG}`,
  );
  const evidence = db.prepare<[string], Omit<EvidenceNode, 'kind'>>(
    `SELECT id, name, type_label AS typeLabel, case_id AS caseId FROM evidence WHERE id ${AMONG} AND deleted_at IS NULL`,
  );
  const foundIn = db
    .prepare<[string, number], string>('SELECT id FROM observable WHERE evidence_id = ? AND deleted_at IS NULL LIMIT ?')
    .pluck();
  const subjects = db.prepare<[string], { jobId: string; observableId: string; flavor: string }>(
    `SELECT id AS jobId, observable_id AS observableId, flavor_name AS flavor FROM job
     WHERE id ${AMONG} AND observable_id IS NOT NULL`,
  );
  const reported = db
    .prepare<[string, number], string>(
      `SELECT o.id FROM job j JOIN observable o ON o.source_job_id = j.id AND o.deleted_at IS NULL
       WHERE j.observable_id = ? LIMIT ?`,
    )
    .pluck();
  const holders = db.prepare<[string, string, string, number], { caseId: string; observableId: string }>(
    `SELECT o.case_id AS caseId, o.id AS observableId FROM observable o JOIN case_record c ON c.id = o.case_id
     WHERE o.engagement_id = ? AND o.subject_hash = ? AND o.case_id <> ? AND o.deleted_at IS NULL
       AND o.ignore_similarity = 0 AND c.deleted_at IS NULL ORDER BY o.num DESC LIMIT ?`,
  );
  const cases = db.prepare<[string], Omit<CaseNode, 'kind'>>(
    `SELECT id, number, title, status, severity FROM case_record WHERE id ${AMONG} AND deleted_at IS NULL`,
  );
  return {
    choose: (caseId, by, limit) => choose[by]!.all(caseId, limit),
    observables: (ids) => observables.all(JSON.stringify(ids)).map(toNode),
    relationsAmong(ids) {
      const list = JSON.stringify(ids);
      return relations.all(list, list);
    },
    relatedTo: (id, limit) => related.all(id, id, limit),
    filesOf: (ids) => files.all(JSON.stringify(ids)),
    evidence: (ids) => evidence.all(JSON.stringify(ids)).map((row) => ({ kind: 'evidence', ...row })),
    foundIn: (id, limit) => foundIn.all(id, limit),
    subjectsOf: (ids) => subjects.all(JSON.stringify(ids)),
    reportedFrom: (id, limit) => reported.all(id, limit),
    holders: (of, limit) => holders.all(of.engagementId, of.subject, of.caseId, limit),
    cases: (ids) => cases.all(JSON.stringify(ids)).map((row) => ({ kind: 'case', ...row })),
  };
}

const toNode = (row: Row): ObservableNode => ({
  kind: 'observable',
  id: row.id,
  caseId: row.case_id,
  engagementId: row.engagement_id,
  dataType: row.data_type,
  value: row.value,
  subject: row.subject_hash,
  evidenceId: row.evidence_id,
  sourceJobId: row.source_job_id,
  isIoc: row.is_ioc === 1,
  isSighted: row.is_sighted === 1,
  verdict: row.level,
  others: row.others ?? 0,
});
