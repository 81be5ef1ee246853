import Database from 'better-sqlite3-multiple-ciphers';
import type { Db } from '../db/open.ts';
import type { Owner, StoredBlob } from './blob.ts';

export interface BlobRow extends StoredBlob {
  fileName: string;
}

const COLUMNS = 'id, sha256, sha1, md5, size, file_name AS fileName';

/** Rows of owner_key, blob and blob_key. */
export function createBlobsRepo(db: Db) {
  const byId = db.prepare<[string], BlobRow>(`SELECT ${COLUMNS} FROM blob WHERE id = ?`);
  const bySha256 = db.prepare<[string], BlobRow>(`SELECT ${COLUMNS} FROM blob WHERE sha256 = ?`);
  const insertBlob = db.prepare(
    `INSERT INTO blob (id, sha256, sha1, md5, size, file_name, created_at)
     VALUES (@id, @sha256, @sha1, @md5, @size, @fileName, @createdAt)`,
  );
  const deleteBlob = db.prepare(`DELETE FROM blob WHERE id = ?`);
  const ownerKey = db.prepare<[string, string], { wrapped: Buffer }>(
    `SELECT wrapped FROM owner_key WHERE owner = ? AND owner_id = ?`,
  );
  const insertOwnerKey = db.prepare(`INSERT INTO owner_key (owner, owner_id, wrapped) VALUES (?, ?, ?)`);
  const deleteOwnerKey = db.prepare(`DELETE FROM owner_key WHERE owner = ? AND owner_id = ?`);
  const blobKeys = db.prepare<[string], { owner: Owner['owner']; id: string; wrapped: Buffer }>(
    `SELECT owner, owner_id AS id, wrapped FROM blob_key WHERE blob_id = ? ORDER BY owner, owner_id`,
  );
  const putBlobKey = db.prepare(
    `INSERT INTO blob_key (blob_id, owner, owner_id, wrapped) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET wrapped = excluded.wrapped`,
  );
  const blobsOfOwner = db.prepare<[string, string], BlobRow>(
    `SELECT ${COLUMNS} FROM blob WHERE id IN (SELECT blob_id FROM blob_key WHERE owner = ? AND owner_id = ?)`,
  );
  const withoutKey = db.prepare<[], BlobRow>(
    `SELECT ${COLUMNS} FROM blob WHERE NOT EXISTS (SELECT 1 FROM blob_key WHERE blob_id = blob.id)`,
  );
  const withKey = db.prepare<[], BlobRow>(
    `SELECT ${COLUMNS} FROM blob WHERE EXISTS (SELECT 1 FROM blob_key WHERE blob_id = blob.id) ORDER BY id`,
  );
  const isKept = db.prepare<[string]>(
    `SELECT 1 FROM blob WHERE file_name = ? AND EXISTS (SELECT 1 FROM blob_key WHERE blob_id = blob.id)`,
  );

  return {
    byId: (id: string) => byId.get(id),
    bySha256: (sha256: string) => bySha256.get(sha256),
    insertBlob: (row: BlobRow & { createdAt: number }) => void insertBlob.run(row),
    /** False where another row still names the blob. */
    deleteBlob(id: string): boolean {
      try {
        return deleteBlob.run(id).changes > 0;
      } catch (error) {
        if (error instanceof Database.SqliteError && error.code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return false;
        throw error;
      }
    },
    ownerKey: (owner: Owner) => ownerKey.get(owner.owner, owner.id)?.wrapped,
    insertOwnerKey: (owner: Owner, wrapped: Buffer) => void insertOwnerKey.run(owner.owner, owner.id, wrapped),
    deleteOwnerKey: (owner: Owner) => void deleteOwnerKey.run(owner.owner, owner.id),
    blobKeys: (blobId: string) => blobKeys.all(blobId),
    putBlobKey: (blobId: string, owner: Owner, wrapped: Buffer) =>
      void putBlobKey.run(blobId, owner.owner, owner.id, wrapped),
    blobsOfOwner: (owner: Owner) => blobsOfOwner.all(owner.owner, owner.id),
    blobsWithoutKey: () => withoutKey.all(),
    blobsWithKey: () => withKey.all(),
    isKept: (fileName: string) => isKept.get(fileName) !== undefined,
  };
}
