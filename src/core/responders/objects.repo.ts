import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Db } from '../db/open.ts';
import type { SharedEntity } from '../sync/registry.ts';
import type { Authors, Closing } from './object-builders.ts';

/** What objects have beyond the rows that their services give. */
export interface ObjectsRepo {
  closing(caseId: string): Closing;
  /** First and last writer, as the change log knows them. */
  authors(entity: SharedEntity, id: string): Authors;
  /** SHA-256 that an observable is found by in the ledger. */
  subjectHash(observableId: string): string;
  engagementOf(caseId: string): string;
  blobOf(evidenceId: string): string | undefined;
  sha256(blobId: string): string;
  /** The markings that these rows have now; those that are not there have none. */
  marking(caseId: string | null, observableId: string | null, alertId: string | null): { tlp: Tlp; pap: Pap }[];
}

export function createObjectsRepo(db: Db): ObjectsRepo {
  const closing = db.prepare<[string], Closing>('SELECT summary, resolution, impact FROM case_record WHERE id = ?');
  const actor = (order: 'ASC' | 'DESC') =>
    db
      .prepare<[string, string], string>(
        `SELECT actor FROM change WHERE entity = ? AND row_id = ? ORDER BY seq ${order} LIMIT 1`,
      )
      .pluck();
  const [first, last] = [actor('ASC'), actor('DESC')];
  const hash = db.prepare<[string], string>('SELECT subject_hash FROM observable WHERE id = ?').pluck();
  const engagement = db.prepare<[string], string>('SELECT engagement_id FROM case_record WHERE id = ?').pluck();
  const blob = db.prepare<[string], string>('SELECT blob_id FROM evidence WHERE id = ? AND deleted_at IS NULL').pluck();
  const sha256 = db.prepare<[string], string>('SELECT sha256 FROM blob WHERE id = ?').pluck();
  const marking = db.prepare<[string | null, string | null, string | null], { tlp: Tlp; pap: Pap }>(
    `SELECT tlp, pap FROM case_record WHERE id = ? UNION ALL SELECT tlp, pap FROM observable WHERE id = ?
     UNION ALL SELECT tlp, pap FROM alert WHERE id = ?`,
  );
  return {
    closing: (caseId) => closing.get(caseId) ?? { summary: '', resolution: null, impact: null },
    authors: (entity, id) => ({ createdBy: first.get(entity, id) ?? '', updatedBy: last.get(entity, id) ?? '' }),
    subjectHash: (observableId) => hash.get(observableId) ?? '',
    engagementOf: (caseId) => engagement.get(caseId) ?? '',
    blobOf: (evidenceId) => blob.get(evidenceId),
    sha256: (blobId) => sha256.get(blobId) ?? '',
    marking: (caseId, observableId, alertId) => marking.all(caseId, observableId, alertId),
  };
}
