import { v7 } from 'uuid';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { EvidenceRepo } from './evidence.repo.ts';

export interface EvidenceDeps {
  evidenceRepo: EvidenceRepo;
  blobs: Pick<BlobStore, 'share'>;
  store: SyncedStore;
  clock: Clock;
  osmiaVersion: string;
}

/**
 * Makes a stored blob evidence of a case, in the caller's transaction: the case's key opens it, and a row says what it
 * is and where it came from. The same bytes in the same case are the evidence that is there already. Returns its id.
 */
export function keepEvidence(
  deps: EvidenceDeps,
  caseId: string,
  blob: {
    blobId: string;
    name: string;
    mediaType: string;
    typeLabel: string;
    intakeId: string | null;
    sourceJobId: string | null;
  },
  meta: ChangeMeta,
): string {
  deps.blobs.share(blob.blobId, { owner: 'case', id: caseId });
  const known = deps.evidenceRepo.findByBlob(caseId, blob.blobId);
  if (known) return known.id;
  const id = v7();
  deps.store.insert(
    'evidence',
    {
      ...blob,
      id,
      caseId,
      addedAt: deps.clock.now(),
      zone: deps.clock.zone(),
      osmiaVersion: deps.osmiaVersion,
      deletedAt: null,
    },
    meta,
  );
  return id;
}
