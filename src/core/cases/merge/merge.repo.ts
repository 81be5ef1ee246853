import type { Level, Taxonomy } from '../../../shared/model/report.ts';
import type { Db } from '../../db/open.ts';
import { createStatementCache } from '../../db/statement-cache.ts';
import { SHARED_ENTITIES } from '../../sync/registry.ts';
import type { SyncedStore } from '../../sync/synced-store.ts';
import type { CaseEntity } from './copy-rules.ts';
import type { CopiedPair, MergeSource } from './merge-record.ts';

export interface StoredMerge {
  id: string;
  caseId: string;
  engagementId: string;
  sources: MergeSource[];
  undoneAt: number | null;
}

export interface FieldValueOfCase {
  id: string;
  caseId: string;
  fieldId: string;
  name: string;
  value: string;
}

export interface StoredReport {
  flavorId: string;
  jobId: string;
  level: Level | null;
  taxonomies: Taxonomy[];
  reportedAt: number;
}

export interface MergeRepo {
  /** Outside the trash, in the order in which they were made. */
  idsOf(entity: CaseEntity, caseId: string): string[];
  subjectsOf(caseId: string): { id: string; key: string }[];
  fieldValues(caseId: string): FieldValueOfCase[];
  reportsOf(observableId: string): StoredReport[];
  /** Whether that job ran on this very observable. */
  isJobOn(jobId: string, observableId: string): boolean;
  /** Also one in the trash. */
  observableIn(caseId: string, dataType: string, subjectHash: string): string | undefined;
  /** Files that reports of a case proposed; each blob once. */
  reportBlobs(caseId: string): string[];
  jobsCount(caseId: string): number;
  hasJobs(caseId: string): boolean;
  /** The last change of the log, and whether one of these cases changed after such a one. */
  lastChange(): number;
  changedAfter(caseIds: readonly string[], seq: number): boolean;
  /** Of some rows those that were changed after they were made, with the fields that changed. */
  changedRows(entity: string, ids: readonly string[]): Map<string, string[]>;
  mergeOf(caseId: string): StoredMerge | undefined;
  parts(mergeId: string): { entity: string; pairs: CopiedPair[] }[];
}

/** What merging reads; everything it writes goes through the store. Keeps copied_row for look-ups. */
export function createMergeRepo(db: Db, store: SyncedStore): MergeRepo {
  const prepared = createStatementCache(db);
  const subjects = db.prepare<[string], { id: string; key: string }>(
    `SELECT id, data_type || ' ' || subject_hash AS key FROM observable WHERE case_id = ? AND deleted_at IS NULL
     ORDER BY created_at, id`,
  );
  const values = db.prepare<[string], FieldValueOfCase>(
    `SELECT v.id, v.owner_id AS caseId, v.field_id AS fieldId, f.display_name AS name, v.value
     FROM custom_field_value v JOIN custom_field f ON f.id = v.field_id
     WHERE v.owner_type = 'case' AND v.owner_id = ? AND v.deleted_at IS NULL AND f.deleted_at IS NULL
     ORDER BY v.position, v.id`,
  );
  const reports = db.prepare<[string], Omit<StoredReport, 'taxonomies'> & { taxonomies: string }>(
    `SELECT flavor_id AS flavorId, job_id AS jobId, level, taxonomies, reported_at AS reportedAt
     FROM observable_report WHERE observable_id = ? ORDER BY reported_at`,
  );
  const reportBlobs = db
    .prepare<[string], string>(
      `SELECT DISTINCT f.blob_id FROM job j JOIN report_file f ON f.report_id = j.report_id WHERE j.case_id = ?`,
    )
    .pluck();
  const jobs = db
    .prepare<[string], number>(`SELECT value FROM case_counter WHERE case_id = ? AND name = 'jobs'`)
    .pluck();
  const anyJob = db.prepare<[string]>('SELECT 1 FROM job WHERE case_id = ? LIMIT 1').pluck();
  const last = db.prepare<[], number | null>('SELECT max(seq) FROM change').pluck();
  const after = db
    .prepare<[number, string]>(
      'SELECT 1 FROM change WHERE seq > ? AND case_id IN (SELECT value FROM json_each(?)) LIMIT 1',
    )
    .pluck();
  const changed = db.prepare<[string, string], { row_id: string; after: string | null }>(
    `SELECT row_id, after FROM change
     WHERE entity = ? AND row_id IN (SELECT value FROM json_each(?)) AND before IS NOT NULL`,
  );
  const jobOn = db.prepare<[string, string]>('SELECT 1 FROM job WHERE id = ? AND observable_id = ?').pluck();
  const bySubject = db
    .prepare<[string, string, string], string>(
      'SELECT id FROM observable WHERE case_id = ? AND data_type = ? AND subject_hash = ?',
    )
    .pluck();
  const merge = db.prepare<[string], Omit<StoredMerge, 'sources'> & { sources: string }>(
    `SELECT id, case_id AS caseId, engagement_id AS engagementId, sources, undone_at AS undoneAt FROM case_merge
     WHERE case_id = ? AND deleted_at IS NULL ORDER BY created_at DESC LIMIT 1`,
  );
  const parts = db.prepare<[string], { entity: string; pairs: string }>(
    'SELECT entity, pairs FROM case_merge_part WHERE merge_id = ? AND deleted_at IS NULL ORDER BY id',
  );
  const dropCopied = db.prepare<[string]>('DELETE FROM copied_row WHERE part_id = ?');
  const addCopied = db.prepare<[string, string, string]>(
    'INSERT INTO copied_row (row_id, origin_id, part_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING',
  );

  store.project('caseMergePart', ({ id, after: part }) => {
    dropCopied.run(id);
    if (part.deletedAt !== null) return;
    for (const [origin, row] of part.pairs) addCopied.run(row, origin, id);
  });

  return {
    idsOf: (entity, caseId) =>
      prepared(`SELECT id FROM ${SHARED_ENTITIES[entity].table} WHERE case_id = ? AND deleted_at IS NULL ORDER BY id`)
        .pluck()
        .all(caseId) as string[],
    subjectsOf: (caseId) => subjects.all(caseId),
    fieldValues: (caseId) => values.all(caseId),
    reportsOf: (id) => reports.all(id).map((row) => ({ ...row, taxonomies: JSON.parse(row.taxonomies) as Taxonomy[] })),
    isJobOn: (jobId, observableId) => jobOn.get(jobId, observableId) !== undefined,
    observableIn: (caseId, dataType, hash) => bySubject.get(caseId, dataType, hash),
    reportBlobs: (caseId) => reportBlobs.all(caseId),
    jobsCount: (caseId) => jobs.get(caseId) ?? 0,
    hasJobs: (caseId) => anyJob.get(caseId) !== undefined,
    lastChange: () => last.get() ?? 0,
    changedAfter: (caseIds, seq) => after.get(seq, JSON.stringify(caseIds)) !== undefined,
    changedRows(entity, ids) {
      const fields = new Map<string, string[]>();
      for (const { row_id, after: text } of changed.all(entity, JSON.stringify(ids))) {
        const names = text === null ? [] : Object.keys(JSON.parse(text) as object);
        fields.set(row_id, [...new Set([...(fields.get(row_id) ?? []), ...names])]);
      }
      return fields;
    },
    mergeOf(caseId) {
      const row = merge.get(caseId);
      return row && { ...row, sources: JSON.parse(row.sources) as MergeSource[] };
    },
    parts: (mergeId) =>
      parts.all(mergeId).map(({ entity, pairs }) => ({ entity, pairs: JSON.parse(pairs) as CopiedPair[] })),
  };
}
