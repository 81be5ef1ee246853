import type { z } from 'zod';
import type { Coverage, Intake, PartNode } from '../../shared/contract/intake.ts';
import type { Taxonomy } from '../../shared/model/report.ts';
import type { Db } from '../db/open.ts';

export interface IntakeRecord {
  id: string;
  engagementId: string;
  name: string;
  origin: Intake['origin'];
  state: Intake['state'];
  blobId: string | null;
  size: number;
  md5: string;
  sha1: string;
  sha256: string;
  mediaType: string;
  typeLabel: string;
  tree: PartNode | null;
  coverage: z.infer<typeof Coverage> | null;
  inspectMs: number | null;
  error: string | null;
  caseId: string | null;
  receivedAt: number;
  zone: string;
}

interface Row {
  id: string;
  engagement_id: string;
  name: string;
  origin: Intake['origin'];
  state: Intake['state'];
  blob_id: string | null;
  size: number | null;
  md5: string | null;
  sha1: string | null;
  sha256: string;
  media_type: string;
  type_label: string;
  tree: string | null;
  coverage: string | null;
  inspect_ms: number | null;
  error: string | null;
  case_id: string | null;
  received_at: number;
  zone: string;
}

const rowToIntake = (row: Row): IntakeRecord => ({
  id: row.id,
  engagementId: row.engagement_id,
  name: row.name,
  origin: row.origin,
  state: row.state,
  blobId: row.blob_id,
  size: row.size ?? 0,
  md5: row.md5 ?? '',
  sha1: row.sha1 ?? '',
  sha256: row.sha256,
  mediaType: row.media_type,
  typeLabel: row.type_label,
  tree: row.tree === null ? null : (JSON.parse(row.tree) as PartNode),
  coverage: row.coverage === null ? null : (JSON.parse(row.coverage) as z.infer<typeof Coverage>),
  inspectMs: row.inspect_ms,
  error: row.error,
  caseId: row.case_id,
  receivedAt: row.received_at,
  zone: row.zone,
});

interface EarlierIntake {
  id: string;
  name: string;
  at: number;
  reports: number;
}

/** What a job on the dropped file said before it was accepted. */
interface EarlierReport {
  jobId: string;
  flavorId: string;
  taxonomies: Taxonomy[];
  reportedAt: number;
}

export interface IntakeRepo {
  insert(intake: Pick<IntakeRecord, 'id' | 'engagementId' | 'name' | 'origin' | 'receivedAt' | 'zone'>): void;
  find(id: string): IntakeRecord | undefined;
  /** Newest first, at most 500. */
  list(engagementId: string | undefined): IntakeRecord[];
  inState(state: Intake['state']): string[];
  /** Bytes are here: to be inspected. */
  setReceived(id: string, blob: { id: string; sha256: string }): void;
  setReady(
    id: string,
    found: {
      mediaType: string;
      typeLabel: string;
      tree: PartNode;
      coverage: z.infer<typeof Coverage>;
      inspectMs: number;
    },
  ): void;
  setFailed(id: string, error: string): void;
  setAccepted(id: string, caseId: string): void;
  /** In no case any more. */
  setReadyAgain(id: string): void;
  /** The case a large acceptance began with. */
  setTarget(id: string, caseId: string): void;
  remove(id: string): void;
  /** Other intakes of the engagement with the same bytes that are in no case, with the reports on them. */
  earlier(engagementId: string, sha256: string, exceptId: string): EarlierIntake[];
  /** Jobs that ran on the intake become jobs of the file's observable. Returns how many, and what they reported. */
  adoptJobs(intakeId: string, caseId: string, observableId: string): { jobs: number; reports: EarlierReport[] };
  /** Those jobs are the intake's alone again. Returns how many. */
  takeJobsBack(intakeId: string, caseId: string): number;
}

export function createIntakeRepo(db: Db): IntakeRepo {
  const select = `SELECT i.id, i.engagement_id, i.name, i.origin, i.state, i.blob_id, b.size, b.md5, b.sha1, i.sha256,
      i.media_type, i.type_label, i.tree, i.coverage, i.inspect_ms, i.error, i.case_id, i.received_at, i.zone
    FROM intake i LEFT JOIN blob b ON b.id = i.blob_id`;
  const insert = db.prepare<[string, string, string, string, number, string]>(
    `INSERT INTO intake (id, engagement_id, name, origin, state, received_at, zone) VALUES (?, ?, ?, ?, 'receiving', ?, ?)`,
  );
  const byId = db.prepare<[string], Row>(`${select} WHERE i.id = ?`);
  const all = db.prepare<[], Row>(`${select} ORDER BY i.received_at DESC, i.id DESC LIMIT 500`);
  const byEngagement = db.prepare<[string], Row>(
    `${select} WHERE i.engagement_id = ? ORDER BY i.received_at DESC, i.id DESC LIMIT 500`,
  );
  const inState = db
    .prepare<[string], string>('SELECT id FROM intake WHERE state = ? ORDER BY received_at, id')
    .pluck();
  const setReceived = db.prepare<[string, string, string]>(
    `UPDATE intake SET state = 'inspecting', blob_id = ?, sha256 = ?, error = NULL WHERE id = ?`,
  );
  const setReady = db.prepare<[string, string, string, string, number, string]>(
    `UPDATE intake SET state = 'ready', media_type = ?, type_label = ?, tree = ?, coverage = ?, inspect_ms = ?
     WHERE id = ?`,
  );
  const setFailed = db.prepare<[string, string]>(`UPDATE intake SET state = 'failed', error = ? WHERE id = ?`);
  const setAccepted = db.prepare<[string, string]>(`UPDATE intake SET state = 'accepted', case_id = ? WHERE id = ?`);
  const setReadyAgain = db.prepare<[string]>(`UPDATE intake SET state = 'ready', case_id = NULL WHERE id = ?`);
  const takeBack = db.prepare<[string, string]>(
    'UPDATE job SET case_id = NULL, observable_id = NULL WHERE intake_id = ? AND case_id = ?',
  );
  const setTarget = db.prepare<[string, string]>('UPDATE intake SET case_id = ? WHERE id = ?');
  const remove = db.prepare<[string]>('DELETE FROM intake WHERE id = ?');
  const earlier = db.prepare<[string, string, string], EarlierIntake>(
    `SELECT i.id, i.name, i.received_at AS at,
       (SELECT count(*) FROM job j WHERE j.intake_id = i.id AND j.status = 'done') AS reports
     FROM intake i
     WHERE i.engagement_id = ? AND i.sha256 = ? AND i.id < ? AND i.case_id IS NULL
     ORDER BY i.received_at DESC LIMIT 20`,
  );
  const adopt = db.prepare<[string, string, string]>(
    'UPDATE job SET case_id = ?, observable_id = ? WHERE intake_id = ? AND observable_id IS NULL',
  );
  const reportsOf = db.prepare<[string], Omit<EarlierReport, 'taxonomies'> & { taxonomies: string }>(
    `SELECT j.id AS jobId, j.flavor_id AS flavorId, r.taxonomies, r.created_at AS reportedAt
     FROM job j JOIN report r ON r.id = j.report_id WHERE j.intake_id = ? AND j.status = 'done' ORDER BY j.id`,
  );
  return {
    insert({ id, engagementId, name, origin, receivedAt, zone }) {
      insert.run(id, engagementId, name, origin, receivedAt, zone);
    },
    find(id) {
      const row = byId.get(id);
      return row && rowToIntake(row);
    },
    list: (engagementId) => (engagementId === undefined ? all.all() : byEngagement.all(engagementId)).map(rowToIntake),
    inState: (state) => inState.all(state),
    setReceived(id, blob) {
      setReceived.run(blob.id, blob.sha256, id);
    },
    setReady(id, found) {
      setReady.run(
        found.mediaType,
        found.typeLabel,
        JSON.stringify(found.tree),
        JSON.stringify(found.coverage),
        found.inspectMs,
        id,
      );
    },
    setFailed(id, error) {
      setFailed.run(error, id);
    },
    setAccepted(id, caseId) {
      setAccepted.run(caseId, id);
    },
    setReadyAgain(id) {
      setReadyAgain.run(id);
    },
    takeJobsBack: (intakeId, caseId) => takeBack.run(intakeId, caseId).changes,
    setTarget(id, caseId) {
      setTarget.run(caseId, id);
    },
    remove(id) {
      remove.run(id);
    },
    earlier: (engagementId, sha256, exceptId) => earlier.all(engagementId, sha256, exceptId),
    adoptJobs: (intakeId, caseId, observableId) => ({
      jobs: adopt.run(caseId, observableId, intakeId).changes,
      reports: reportsOf.all(intakeId).map((row) => ({ ...row, taxonomies: JSON.parse(row.taxonomies) as Taxonomy[] })),
    }),
  };
}
