import type { DataType } from '../../shared/model/data-type.ts';
import type { Db } from '../db/open.ts';

export interface NoteText {
  id: string;
  title: string;
  body: string;
}

export interface SightedRow {
  id: string;
  dataType: DataType;
  value: string;
  message: string;
  subjectHash: string;
  /** When somebody said that it was seen; null where nobody did. */
  sightedAt: number | null;
  createdAt: number;
}

export interface EvidenceRow {
  id: string;
  name: string;
  addedAt: number;
  zone: string;
}

/** The newest answer of each analyzer on each observable. */
export interface ReportRow {
  jobId: string;
  reportId: string;
  flavorId: string;
  flavorName: string;
  observableId: string | null;
  subjectHash: string;
  dataType: DataType;
  value: string;
}

/** What a harvest reads; all lists end at a bound, one row beyond it says that there is more. */
export interface HarvestRepo {
  notes(caseId: string): NoteText[];
  sighted(caseId: string): SightedRow[];
  evidence(caseId: string): EvidenceRow[];
  reports(caseId: string): ReportRow[];
}

export const MOST_NOTES = 2_000;
export const MOST_SIGHTED = 2_000;
export const MOST_EVIDENCE = 2_000;
export const MOST_JOBS = 3_000;

export function createHarvestRepo(db: Db): HarvestRepo {
  const notes = db.prepare<[string], NoteText>(
    `SELECT id, title, body FROM note WHERE case_id = ? AND deleted_at IS NULL ORDER BY created_at LIMIT ${MOST_NOTES + 1}`,
  );
  const sighted = db.prepare<[string], SightedRow>(
    `SELECT id, data_type AS dataType, value, message, subject_hash AS subjectHash, sighted_at AS sightedAt,
       created_at AS createdAt
     FROM observable WHERE case_id = ? AND is_sighted = 1 AND deleted_at IS NULL
     ORDER BY created_at DESC, num DESC LIMIT ${MOST_SIGHTED + 1}`,
  );
  const evidence = db.prepare<[string], EvidenceRow>(
    `SELECT id, name, added_at AS addedAt, zone FROM evidence WHERE case_id = ? AND deleted_at IS NULL
     ORDER BY added_at LIMIT ${MOST_EVIDENCE + 1}`,
  );
  const reports = db.prepare<[string], ReportRow>(
    `SELECT id AS jobId, report_id AS reportId, flavor_id AS flavorId, flavor_name AS flavorName,
       observable_id AS observableId, subject_hash AS subjectHash, data_type AS dataType, value
     FROM job WHERE case_id = ? AND status = 'done' AND kind = 'analyzer' AND report_id IS NOT NULL
     ORDER BY id DESC LIMIT ${MOST_JOBS + 1}`,
  );
  return {
    notes: (caseId) => notes.all(caseId),
    sighted: (caseId) => sighted.all(caseId),
    evidence: (caseId) => evidence.all(caseId),
    reports(caseId) {
      const newest = new Map<string, ReportRow>();
      for (const row of reports.all(caseId)) {
        const key = `${row.flavorId} ${row.subjectHash}`;
        if (!newest.has(key)) newest.set(key, row);
      }
      return [...newest.values()];
    },
  };
}
