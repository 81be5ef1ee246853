import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { createBlobStore, type StoredBlob } from '../evidence/blob-store.ts';
import { createBlobsRepo } from '../evidence/blobs.repo.ts';
import type { BlobReader, Clock } from '../ports.ts';
import { readVaultFile } from '../secrets/vault-file.ts';
import type { BackupBody } from './backup-manifest.ts';
import { hashFile } from './copy-hashed.ts';
import type { WorkspaceKeys } from './keys.ts';
import { layout } from './layout.ts';
import { openDatabaseFile } from './opened-workspace.ts';
import { findDamage } from './workspace.repo.ts';

const READ_BYTES = 1024 * 1024;

/**
 * Proves that a copied workspace is whole by opening it: every hash of the manifest, the database's structure, every
 * blob's authentication and content. Errors: `workspace.damaged` with how much is wrong, `cancelled`.
 */
export async function verifyCopy(
  folder: string,
  manifest: BackupBody,
  deps: { keys: WorkspaceKeys; clock: Clock; signal?: AbortSignal | undefined },
): Promise<void> {
  let wrong = 0;
  for (const file of manifest.files) {
    const found = await hashFile(join(folder, file.path), undefined, deps.signal).catch(ignoreMissing);
    if (found?.sha256 !== file.sha256 || found.size !== file.size) wrong += 1;
  }
  if (wrong > 0) throw damagedCopy(`${wrong} of its ${manifest.files.length} files are missing or changed`);
  // Authenticates each byte of it; empty where there is none.
  readVaultFile(layout.vault(folder), deps.keys.vault);
  const known = new Set(manifest.damaged);
  const { damaged } = await checkBlobs(folder, deps);
  const fresh = damaged.filter((id) => !known.has(id));
  if (fresh.length > 0) throw damagedCopy(`${fresh.length} stored files do not open`);
}

/** Opens the database and reads every blob to its end; returns the ids of those that do not open. */
export async function checkBlobs(
  folder: string,
  deps: { keys: WorkspaceKeys; clock: Clock; signal?: AbortSignal | undefined },
): Promise<{ damaged: string[] }> {
  const db = openDatabaseFile(folder, deps.keys.database);
  try {
    if (findDamage(db).length > 0) throw damagedCopy('its database is damaged');
    const blobs = createBlobStore({ db, dir: layout.blobs(folder), keys: deps.keys, clock: deps.clock });
    const damaged: string[] = [];
    for (const blob of createBlobsRepo(db).blobsWithKey()) {
      if (deps.signal?.aborted) throw new AppError('cancelled', 'Checking the copy was cancelled.');
      const isGood = await blobs.open(blob.id).then(
        (reader) => isWhole(reader, blob),
        () => false,
      );
      if (!isGood) damaged.push(blob.id);
    }
    await blobs.close();
    return { damaged };
  } finally {
    db.close();
  }
}

async function isWhole(reader: BlobReader, blob: StoredBlob): Promise<boolean> {
  const hash = createHash('sha256');
  try {
    // At least once, so that an empty one is authenticated too.
    for (let at = 0; at === 0 || at < reader.size; at += READ_BYTES) hash.update(await reader.read(at, READ_BYTES));
    return hash.digest('hex') === blob.sha256;
  } catch {
    return false;
  } finally {
    await reader.close();
  }
}

function ignoreMissing(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
}

function damagedCopy(what: string): AppError {
  return new AppError('workspace.damaged', `The backup is not good: ${what}.`);
}
