import type { Evidence } from '../../shared/contract/entities.ts';
import type { Db } from '../db/open.ts';

interface Row {
  id: string;
  case_id: string;
  observable_id: string | null;
  name: string;
  size: number;
  media_type: string;
  type_label: string;
  md5: string;
  sha1: string;
  sha256: string;
  added_at: number;
  zone: string;
}

const rowToEvidence = (row: Row): Evidence => ({
  id: row.id,
  caseId: row.case_id,
  observableId: row.observable_id,
  name: row.name,
  size: row.size,
  mediaType: row.media_type,
  typeLabel: row.type_label,
  md5: row.md5,
  sha1: row.sha1,
  sha256: row.sha256,
  addedAt: row.added_at,
  zone: row.zone,
});

export interface EvidenceRepo {
  find(id: string): Evidence | undefined;
  /** Of one case, in the order it was added. */
  list(caseId: string): Evidence[];
  /** The evidence of a case that holds these bytes. */
  findByBlob(caseId: string, blobId: string): Evidence | undefined;
  /** Cases of an engagement that hold these bytes, with the reports on them there. */
  casesWith(
    engagementId: string,
    sha256: string,
  ): { caseId: string; caseNumber: number; title: string; at: number; observableId: string | null; reports: number }[];
}

export function createEvidenceRepo(db: Db): EvidenceRepo {
  const select = `SELECT e.id, e.case_id, o.id AS observable_id, e.name, b.size, e.media_type, e.type_label, b.md5, b.sha1,
      b.sha256, e.added_at, e.zone
    FROM evidence e JOIN blob b ON b.id = e.blob_id
    LEFT JOIN observable o ON o.case_id = e.case_id AND o.data_type = 'file' AND o.subject_hash = b.sha256
      AND o.deleted_at IS NULL`;
  const byId = db.prepare<[string], Row>(`${select} WHERE e.id = ? AND e.deleted_at IS NULL`);
  const byCase = db.prepare<[string], Row>(
    `${select} WHERE e.case_id = ? AND e.deleted_at IS NULL ORDER BY e.added_at, e.id`,
  );
  const byBlob = db.prepare<[string, string], Row>(
    `${select} WHERE e.case_id = ? AND e.blob_id = ? AND e.deleted_at IS NULL ORDER BY e.added_at LIMIT 1`,
  );
  const casesWith = db.prepare<
    [string, string],
    { caseId: string; caseNumber: number; title: string; at: number; observableId: string; reports: number }
  >(
    `SELECT c.id AS caseId, c.number AS caseNumber, c.title, o.created_at AS at, o.id AS observableId,
       (SELECT count(*) FROM observable_report r WHERE r.observable_id = o.id) AS reports
     FROM observable o JOIN case_record c ON c.id = o.case_id
     WHERE o.engagement_id = ? AND o.subject_hash = ? AND +o.data_type = 'file' AND o.deleted_at IS NULL
       AND c.deleted_at IS NULL
     ORDER BY o.created_at DESC LIMIT 50`,
  );
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToEvidence(row);
    },
    list: (caseId) => byCase.all(caseId).map(rowToEvidence),
    findByBlob(caseId, blobId) {
      const row = byBlob.get(caseId, blobId);
      return row && rowToEvidence(row);
    },
    casesWith: (engagementId, sha256) => casesWith.all(engagementId, sha256),
  };
}
