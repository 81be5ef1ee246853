import { AppError } from '../../shared/errors.ts';
import type { CustodyService } from '../custody/custody.service.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { AnalysisWorker } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { EvidenceRepo } from './evidence.repo.ts';

/** Bytes of one piece; its base64 is well under what a frame may hold. */
const PIECE = 768 * 1024;
const MAX_BYTES = 256 * 2 ** 20;

/**
 * A piece of evidence as an archive behind a password, piece by piece. It is packed in the worker, in memory; before the
 * first piece leaves, the custody log says so.
 */
export async function* protectedZip(
  deps: {
    evidence: EvidenceRepo;
    blobs: Pick<BlobStore, 'open' | 'findBySha256'>;
    analysis: AnalysisWorker;
    custody: Pick<CustodyService, 'recordExport'>;
    store: Pick<SyncedStore, 'transaction'>;
  },
  actor: string,
  { id, password, method }: { id: string; password: string; method: 'aes' | 'classic' },
  signal: AbortSignal,
): AsyncGenerator<{ base64: string; total: number }> {
  const found = deps.evidence.find(id);
  const blob = found && deps.blobs.findBySha256(found.sha256);
  if (!found || !blob) throw new AppError('not_found', 'That file is not in this workspace any more.');
  if (found.size > MAX_BYTES) {
    throw new AppError('too_large', `${found.name} is larger than 256 MiB, which is the most that is packed here.`);
  }
  const reader = await deps.blobs.open(blob.id);
  let bytes: Uint8Array;
  try {
    bytes = await deps.analysis.lockZip(reader, { name: found.name }, { password, method }, signal);
  } finally {
    await reader.close();
  }
  signal.throwIfAborted();
  deps.store.transaction({}, () => {
    deps.custody.recordExport(id, actor, { as: method === 'aes' ? 'AES zip with a password' : 'zip with a password' });
  });
  for (let at = 0; at < bytes.length; at += PIECE) {
    yield { base64: Buffer.from(bytes.subarray(at, at + PIECE)).toString('base64'), total: bytes.length };
  }
}
