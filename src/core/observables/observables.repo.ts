import type { z } from 'zod';
import type { Observable, ReportedTaxonomy } from '../../shared/contract/entities.ts';
import type { Place } from '../../shared/contract/intake.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Level, Taxonomy } from '../../shared/model/report.ts';
import { notMergedAway } from '../db/merged-away.ts';
import type { Db } from '../db/open.ts';
import { createElsewhereRepo, type ElsewhereRepo } from './elsewhere.repo.ts';
import { subjectHash } from './subject-hash.ts';

interface Row {
  num: number;
  id: string;
  case_id: string;
  engagement_id: string;
  data_type: DataType;
  value: string;
  subject_hash: string;
  evidence_id: string | null;
  tlp: Tlp;
  pap: Pap;
  tags: string;
  marks: string;
  is_ioc: number;
  is_sighted: number;
  sighted_at: number | null;
  ignore_similarity: number;
  message: string;
  source_job_id: string | null;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  level: Level | null;
}

interface ReportRow {
  observable_id: string;
  flavor_id: string;
  job_id: string;
  taxonomies: string;
  reported_at: number;
  basis_id: number | null;
}

/** What a service needs to know of a row before it changes it. */
export interface ObservableState {
  num: number;
  id: string;
  caseId: string;
  engagementId: string;
  dataType: DataType;
  value: string;
  subjectHash: string;
  tags: string[];
  marks: string[];
  message: string;
  isIoc: boolean;
  isSighted: boolean;
  sightedAt: number | null;
  ignoreSimilarity: boolean;
  evidenceId: string | null;
  sourceJobId: string | null;
  deletedAt: number | null;
  level: Level | null;
}

export interface ObservablesRepo {
  find(id: string): Observable | undefined;
  findState(id: string): ObservableState | undefined;
  /** Ids of rows by their numbers, in that order; what is in the trash as well. */
  idsOf(nums: readonly number[]): string[];
  /** In the order of the numbers; what is not there, or in the trash, is left out. */
  rows(nums: readonly number[]): Observable[];
  /** Also finds one in the trash. */
  findSubject(caseId: string, dataType: DataType, hash: string): { id: string; deletedAt: number | null } | undefined;
  places(id: string): z.infer<typeof Place>[];
  /** Numbers of the cases of an engagement that hold the value; at most 50, the newest first. */
  casesWith(engagementId: string, dataType: DataType, value: string, exceptCaseId?: string): number[];
  /** What a job is about by now: one on an intake moves to the file's observable when that is accepted. */
  observableOfJob(jobId: string): string | null;
  /** Keeps the newest report of a flavor; false when a newer one is known. */
  putReport(report: {
    observableId: string;
    flavorId: string;
    jobId: string;
    level: Level | null;
    taxonomies: string;
    reportedAt: number;
  }): boolean;
  levelsOf(observableId: string): Level[];
  /** The verdict that is kept; undefined where it was not analysed. */
  levelOf(observableId: string): Level | undefined;
  putVerdict(of: { id: string; caseId: string; engagementId: string }, level: Level | null, at: number): void;
}

/** In the statement's own text: SQLite compiles one anew for each run when its limit is bound, which is most of the time. */
const MAX_SEEN_IN = 50;

const COLUMNS = `o.num, o.id, o.case_id, o.engagement_id, o.data_type, o.value, o.subject_hash, o.evidence_id, o.tlp, o.pap,
  o.tags, o.marks, o.is_ioc, o.is_sighted, o.sighted_at, o.ignore_similarity, o.message, o.source_job_id, o.created_at,
  o.updated_at, o.deleted_at, v.level`;
const FROM = 'FROM observable o LEFT JOIN observable_verdict v ON v.observable_id = o.id';

export function createObservablesRepo(
  db: Db,
  { relatedHashes }: Pick<ElsewhereRepo, 'relatedHashes'> = createElsewhereRepo(db),
): ObservablesRepo {
  const byId = db.prepare<[string], Row>(`SELECT ${COLUMNS} ${FROM} WHERE o.id = ?`);
  const bySubject = db.prepare<[string, string, string], { id: string; deletedAt: number | null }>(
    `SELECT id, deleted_at AS deletedAt FROM observable WHERE case_id = ? AND data_type = ? AND subject_hash = ?`,
  );
  const placesOf = db.prepare<[string], string>('SELECT places FROM observable WHERE id = ?').pluck();
  const reportColumns = 'observable_id, flavor_id, job_id, taxonomies, reported_at, basis_id';
  const reportsOf = db.prepare<[string], ReportRow>(
    `SELECT ${reportColumns} FROM observable_report
     WHERE observable_id IN (SELECT value FROM json_each(?)) ORDER BY observable_id, reported_at DESC, flavor_id`,
  );
  const reportsOfOne = db.prepare<[string], ReportRow>(
    `SELECT ${reportColumns} FROM observable_report WHERE observable_id = ? ORDER BY reported_at DESC, flavor_id`,
  );
  const activeJobsOfOne = db
    .prepare<[string], number>(
      `SELECT count(*) FROM job WHERE observable_id = ? AND status IN ('queued', 'waiting', 'running')`,
    )
    .pluck();
  const activeJobsOf = db.prepare<[string], { observable_id: string; n: number }>(
    `SELECT observable_id, count(*) AS n FROM job
     WHERE observable_id IN (SELECT value FROM json_each(?)) AND status IN ('queued', 'waiting', 'running')
     GROUP BY observable_id`,
  );
  const seen = db
    .prepare<[string, string, string], number>(
      `SELECT c.number FROM observable o JOIN case_record c ON c.id = o.case_id
       WHERE o.engagement_id = ? AND o.subject_hash = ? AND o.case_id <> ? AND o.deleted_at IS NULL
         AND o.ignore_similarity = 0 AND c.deleted_at IS NULL AND ${notMergedAway('c')}
       ORDER BY o.num DESC LIMIT ${MAX_SEEN_IN}`,
    )
    .pluck();
  const byNums = db.prepare<[string], Row>(
    `SELECT ${COLUMNS} ${FROM} WHERE o.num IN (SELECT value FROM json_each(?)) AND o.deleted_at IS NULL`,
  );
  const idsOf = db.prepare<[string], { num: number; id: string }>(
    'SELECT num, id FROM observable WHERE num IN (SELECT value FROM json_each(?))',
  );
  const putReport = db.prepare<[string, string, string, string | null, string, number, string]>(
    `INSERT INTO observable_report (observable_id, flavor_id, job_id, level, taxonomies, reported_at, basis_id)
     VALUES (?, ?, ?, ?, ?, ?, (SELECT r.basis_id FROM job j JOIN report r ON r.id = j.report_id WHERE j.id = ?))
     ON CONFLICT (observable_id, flavor_id) DO UPDATE SET job_id = excluded.job_id, level = excluded.level,
       taxonomies = excluded.taxonomies, reported_at = excluded.reported_at, basis_id = excluded.basis_id
     WHERE excluded.reported_at >= reported_at`,
  );
  const levels = db
    .prepare<[string], Level>('SELECT level FROM observable_report WHERE observable_id = ? AND level IS NOT NULL')
    .pluck();
  const putVerdict = db.prepare<[string, string, string, Level, number]>(
    `INSERT INTO observable_verdict (observable_id, case_id, engagement_id, level, analysed_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (observable_id) DO UPDATE SET level = excluded.level, analysed_at = excluded.analysed_at`,
  );
  const verdict = db.prepare<[string], Level>('SELECT level FROM observable_verdict WHERE observable_id = ?').pluck();
  const observableOfJob = db.prepare<[string], string | null>('SELECT observable_id FROM job WHERE id = ?').pluck();
  const deleteVerdict = db.prepare<[string]>('DELETE FROM observable_verdict WHERE observable_id = ?');

  const seenIn = (engagementId: string, hashes: string[], exceptCaseId: string): number[] => {
    if (hashes.length === 1) return [...new Set(seen.all(engagementId, hashes[0]!, exceptCaseId))];
    const numbers = new Set(hashes.flatMap((hash) => seen.all(engagementId, hash, exceptCaseId)));
    return [...numbers].slice(0, MAX_SEEN_IN);
  };

  /** A page at once: what hangs on the rows is asked for all of them together. */
  const rowsToObservables = (rows: Row[]): Observable[] => {
    const ids = JSON.stringify(rows.map((row) => row.id));
    const reports = Map.groupBy(reportsOf.all(ids), (report) => report.observable_id);
    const active = new Map(activeJobsOf.all(ids).map((job) => [job.observable_id, job.n]));
    return rows.map((row) => rowToObservable(row, reports.get(row.id) ?? [], active.get(row.id) ?? 0));
  };

  const rowToObservable = (row: Row, reports: ReportRow[], activeJobs: number): Observable => {
    const taxonomies: z.infer<typeof ReportedTaxonomy>[] = [];
    let analysedAt: number | null = null;
    for (const report of reports) {
      analysedAt = Math.max(analysedAt ?? 0, report.reported_at);
      for (const taxonomy of JSON.parse(report.taxonomies) as Taxonomy[]) {
        taxonomies.push({
          ...taxonomy,
          jobId: report.job_id,
          flavorId: report.flavor_id,
          reportedAt: report.reported_at,
        });
      }
    }
    return {
      id: row.id,
      num: row.num,
      caseId: row.case_id,
      dataType: row.data_type,
      value: row.value,
      sha256: row.data_type === 'file' ? row.subject_hash : null,
      evidenceId: row.evidence_id,
      tlp: row.tlp,
      pap: row.pap,
      tags: JSON.parse(row.tags) as string[],
      marks: JSON.parse(row.marks) as string[],
      isIoc: row.is_ioc === 1,
      isSighted: row.is_sighted === 1,
      sightedAt: row.sighted_at,
      ignoreSimilarity: row.ignore_similarity === 1,
      message: row.message,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      verdict: row.level,
      taxonomies,
      reports: reports.map((report) => ({
        flavorId: report.flavor_id,
        at: report.reported_at,
        basisId: report.basis_id,
      })),
      analysedAt,
      activeJobs,
      seenIn:
        row.ignore_similarity === 1
          ? []
          : seenIn(row.engagement_id, relatedHashes(row.data_type, row.value, row.subject_hash), row.case_id),
    };
  };

  return {
    find(id) {
      const row = byId.get(id);
      if (!row || row.deleted_at !== null) return undefined;
      return rowToObservable(row, reportsOfOne.all(id), activeJobsOfOne.get(id) ?? 0);
    },
    findState(id) {
      const row = byId.get(id);
      return (
        row && {
          num: row.num,
          id: row.id,
          caseId: row.case_id,
          engagementId: row.engagement_id,
          dataType: row.data_type,
          value: row.value,
          subjectHash: row.subject_hash,
          tags: JSON.parse(row.tags) as string[],
          marks: JSON.parse(row.marks) as string[],
          message: row.message,
          isIoc: row.is_ioc === 1,
          isSighted: row.is_sighted === 1,
          sightedAt: row.sighted_at,
          ignoreSimilarity: row.ignore_similarity === 1,
          evidenceId: row.evidence_id,
          sourceJobId: row.source_job_id,
          deletedAt: row.deleted_at,
          level: row.level,
        }
      );
    },
    findSubject: (caseId, dataType, hash) => bySubject.get(caseId, dataType, hash),
    places: (id) => JSON.parse(placesOf.get(id) ?? '[]') as z.infer<typeof Place>[],
    idsOf(nums) {
      const ids = new Map(idsOf.all(JSON.stringify(nums)).map(({ num, id }) => [num, id]));
      return nums.flatMap((num) => ids.get(num) ?? []);
    },
    rows(nums) {
      const rows = new Map(byNums.all(JSON.stringify(nums)).map((row) => [row.num, row]));
      return rowsToObservables(nums.flatMap((num) => rows.get(num) ?? []));
    },
    casesWith: (engagementId, dataType, value, exceptCaseId = '') =>
      seenIn(engagementId, relatedHashes(dataType, value, subjectHash({ dataType, value })), exceptCaseId),
    observableOfJob: (jobId) => observableOfJob.get(jobId) ?? null,
    putReport: (report) =>
      putReport.run(
        report.observableId,
        report.flavorId,
        report.jobId,
        report.level,
        report.taxonomies,
        report.reportedAt,
        report.jobId,
      ).changes > 0,
    levelsOf: (observableId) => levels.all(observableId),
    levelOf: (observableId) => verdict.get(observableId),
    putVerdict({ id, caseId, engagementId }, level, at) {
      if (level === null) deleteVerdict.run(id);
      else putVerdict.run(id, caseId, engagementId, level, at);
    },
  };
}
