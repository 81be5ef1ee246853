import type { CustodyEntry, CustodyEvent } from '../../shared/contract/custody.ts';
import type { Db } from '../db/open.ts';

interface Row {
  position: number;
  evidence_id: string;
  sha256: string;
  event: CustodyEvent;
  name: string;
  at: number;
  zone: string;
  actor: string;
  osmia_version: string;
  detail: string;
  hash: string;
}

/** A file of a case, as the log needs it. */
export interface Held {
  evidenceId: string;
  caseId: string;
  sha256: string;
  name: string;
  addedAt: number;
  zone: string;
  intakeId: string | null;
  sourceJobId: string | null;
}

export interface CustodyRepo {
  /** One evidence row, in the trash or not. */
  held(evidenceId: string): Held | undefined;
  /** The files of a case that hold these bytes. */
  heldByBlob(caseId: string, blobId: string): Held[];
  intake(id: string): { name: string; origin: string; receivedAt: number; zone: string } | undefined;
  /** Runs on a dropped file before it was in a case. */
  runsOfIntake(intakeId: string): { flavor: string; job: string; service: string; at: number; program: string }[];
  flavorOfJob(jobId: string): string | undefined;
  knows(evidenceId: string): boolean;
  last(caseId: string): { position: number; hash: string };
  append(caseId: string, entry: CustodyEntry): void;
  newest(caseId: string, before: number, limit: number): CustodyEntry[];
  newestOf(evidenceId: string, before: number, limit: number): CustodyEntry[];
  oldest(caseId: string, after: number, limit: number): CustodyEntry[];
}

const COLUMNS = 'position, evidence_id, sha256, event, name, at, zone, actor, osmia_version, detail, hash';
const HELD = `SELECT e.id AS evidenceId, e.case_id AS caseId, b.sha256, e.name, e.added_at AS addedAt, e.zone,
  e.intake_id AS intakeId, e.source_job_id AS sourceJobId FROM evidence e JOIN blob b ON b.id = e.blob_id`;

export function createCustodyRepo(db: Db): CustodyRepo {
  const held = db.prepare<[string], Held>(`${HELD} WHERE e.id = ?`);
  const heldByBlob = db.prepare<[string, string], Held>(
    `${HELD} WHERE e.case_id = ? AND e.blob_id = ? AND e.deleted_at IS NULL`,
  );
  const intake = db.prepare<[string], { name: string; origin: string; receivedAt: number; zone: string }>(
    'SELECT name, origin, received_at AS receivedAt, zone FROM intake WHERE id = ?',
  );
  const runs = db.prepare<[string], { flavor: string; job: string; service: string; at: number; program: string }>(
    `SELECT flavor_id AS flavor, id AS job, service, started_at AS at, analyzer_sha256 AS program FROM job
     WHERE intake_id = ? AND blob_id IS NOT NULL AND started_at IS NOT NULL ORDER BY started_at, id`,
  );
  const flavor = db.prepare<[string], string>('SELECT flavor_id FROM job WHERE id = ?').pluck();
  const knows = db.prepare<[string], number>('SELECT 1 FROM custody WHERE evidence_id = ? LIMIT 1').pluck();
  const last = db.prepare<[string], { position: number; hash: string }>(
    'SELECT position, hash FROM custody WHERE case_id = ? ORDER BY position DESC LIMIT 1',
  );
  const insert = db.prepare(`INSERT INTO custody (case_id, ${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`);
  const page = (column: string, order: 'DESC' | 'ASC') =>
    db.prepare<[string, number, number], Row>(
      `SELECT ${COLUMNS} FROM custody WHERE ${column} = ? AND position ${order === 'DESC' ? '<' : '>'} ?
       ORDER BY position ${order} LIMIT ?`,
    );
  const newest = page('case_id', 'DESC');
  const newestOf = page('evidence_id', 'DESC');
  const oldest = page('case_id', 'ASC');
  return {
    held: (id) => held.get(id),
    heldByBlob: (caseId, blobId) => heldByBlob.all(caseId, blobId),
    intake: (id) => intake.get(id),
    runsOfIntake: (id) => runs.all(id),
    flavorOfJob: (id) => flavor.get(id),
    knows: (id) => knows.get(id) !== undefined,
    last: (caseId) => last.get(caseId) ?? { position: 0, hash: '' },
    append(caseId, entry) {
      insert.run(
        caseId,
        entry.position,
        entry.evidenceId,
        entry.sha256,
        entry.event,
        entry.name,
        entry.at,
        entry.zone,
        entry.actor,
        entry.osmiaVersion,
        JSON.stringify(entry.detail),
        entry.hash,
      );
    },
    newest: (caseId, before, limit) => newest.all(caseId, before, limit).map(toEntry),
    newestOf: (evidenceId, before, limit) => newestOf.all(evidenceId, before, limit).map(toEntry),
    oldest: (caseId, after, limit) => oldest.all(caseId, after, limit).map(toEntry),
  };
}

const toEntry = (row: Row): CustodyEntry => ({
  position: row.position,
  evidenceId: row.evidence_id,
  sha256: row.sha256,
  event: row.event,
  name: row.name,
  at: row.at,
  zone: row.zone,
  actor: row.actor,
  osmiaVersion: row.osmia_version,
  detail: JSON.parse(row.detail) as Record<string, string>,
  hash: row.hash,
});
