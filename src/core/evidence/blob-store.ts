import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { v4, v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open.ts';
import type { BlobReader, Clock } from '../ports.ts';
import { syncFolder } from '../workspace/durable.ts';
import { KEY_BYTES, unwrapKey, wrapKey } from '../workspace/key-wrap.ts';
import type { WorkspaceKeys } from '../workspace/keys.ts';
import type { Owner, StoredBlob } from './blob.ts';
import { openSealedFile } from './blob-reader.ts';
import { type BlobRow, createBlobsRepo } from './blobs.repo.ts';
import { asWriteError, type Digests } from './ingest-pass.ts';
import { ingestStream } from './ingest-stream.ts';
import { createIngestThreads } from './ingest-threads.ts';
import { damagedBlob, sealedSize } from './sealed-format.ts';

export type { Owner, StoredBlob } from './blob.ts';

interface IngestOptions {
  signal?: AbortSignal;
  /** Bytes so far and in all (null while unknown). */
  onProgress?(done: number, total: number | null): void;
  maxBytes?: number;
}

export interface BlobStore {
  /**
   * One pass: three hashes, sealing, write, fsync; in a thread for a path. What it returns survives kill -9 and power
   * loss. Errors: `file.not_found`, `file.unreadable`, `file.not_a_file`, `file.changed`, `disk.full`, `cancelled`, `too_large`.
   */
  ingest(
    source: { path: string } | { stream: AsyncIterable<Uint8Array> },
    owner: Owner,
    options?: IngestOptions,
  ): Promise<StoredBlob>;
  put(bytes: Uint8Array, owner: Owner): Promise<StoredBlob>;
  find(blobId: string): StoredBlob | undefined;
  findBySha256(sha256: string): StoredBlob | undefined;
  /** Any owner's key serves. Errors: `not_found`, `workspace.damaged` (here and while reading). */
  open(blobId: string): Promise<BlobReader>;
  /** Makes the owner's key where there is none. This and the next two run inside the caller's transaction. */
  ensureOwner(owner: Owner): void;
  /** Lets `to` open the blob too. Errors: `not_found`. */
  share(blobId: string, to: Owner): void;
  /**
   * Destroys the owner's key. A blob left without an owner can never be opened again: its row goes too where nothing
   * names it (delete those rows first), its file after the commit, or at the next start.
   */
  release(owner: Owner): void;
  /** Removes the rows of files that no key opens any more and that nothing names. */
  forgetKeyless(): void;
  /** Start-up only, under the workspace lock: removes half-written files and files that no row knows. */
  sweep(): Promise<{ removed: number; missing: number }>;
  /** Cancels what is being taken in. */
  close(): Promise<void>;
}

/** Where bytes lie until they are complete. */
const INCOMING = 'incoming';
/** A stored copy is checked in pieces of this many bytes. */
const CHECK_BYTES = 1 << 20;

export function createBlobStore(deps: { db: Db; dir: string; keys: WorkspaceKeys; clock: Clock }): BlobStore {
  const { db, dir, keys, clock } = deps;
  const repo = createBlobsRepo(db);
  const threads = createIngestThreads();
  const closing = new AbortController();
  const incoming = join(dir, INCOMING);
  mkdirSync(incoming, { recursive: true, mode: 0o700 });

  const fileOf = (row: BlobRow): string => join(dir, row.fileName.slice(0, 2), row.fileName);

  const withOwnerKey = <T>(owner: Owner, use: (key: Buffer) => T): T => {
    const wrapped = repo.ownerKey(owner);
    if (!wrapped) throw new AppError('not_found', 'The owner of this file is gone.');
    const key = keys.unwrap(wrapped, ownerContext(owner));
    try {
      return use(key);
    } finally {
      key.fill(0);
    }
  };

  const wrapFor = (blobId: string, owner: Owner, dataKey: Buffer): void => {
    withOwnerKey(owner, (key) => repo.putBlobKey(blobId, owner, wrapKey(key, dataKey, blobContext(blobId))));
  };

  const dataKeyOf = (blobId: string): Buffer => {
    let failure: unknown;
    for (const held of repo.blobKeys(blobId)) {
      try {
        return withOwnerKey(held, (key) => unwrapKey(key, held.wrapped, blobContext(blobId)));
      } catch (error) {
        failure = error;
      }
    }
    if (failure !== undefined) throw damagedBlob(failure);
    throw new AppError('not_found', 'There is no such file, or it was destroyed.');
  };

  const ensureOwner = (owner: Owner): void => {
    if (repo.ownerKey(owner)) return;
    const key = randomBytes(KEY_BYTES);
    repo.insertOwnerKey(owner, keys.wrap(key, ownerContext(owner)));
    key.fill(0);
  };

  const share = (blobId: string, to: Owner): void => {
    const dataKey = dataKeyOf(blobId);
    try {
      ensureOwner(to);
      wrapFor(blobId, to, dataKey);
    } finally {
      dataKey.fill(0);
    }
  };

  const isWhole = (row: BlobRow): boolean =>
    statSync(fileOf(row), { throwIfNoEntry: false })?.size === sealedSize(row.size);

  /** Whether the copy we hold of these bytes does not open any more: then those just read take its place. */
  const isDamaged = async (sha256: string): Promise<boolean> => {
    const known = repo.bySha256(sha256);
    if (!known || !isWhole(known) || repo.blobKeys(known.id).length === 0) return false;
    try {
      const reader = await openSealedFile(fileOf(known), dataKeyOf(known.id), known.size);
      try {
        for (let at = 0; at === 0 || at < known.size; at += CHECK_BYTES) await reader.read(at, CHECK_BYTES);
      } finally {
        await reader.close();
      }
      return false;
    } catch (error) {
      if (error instanceof AppError && error.code === 'workspace.damaged') return true;
      throw error;
    }
  };

  /** Gives the complete file its name and its rows; the same bytes again only get another owner. */
  const place = db.transaction(
    (temp: string, digests: Digests, dataKey: Buffer, owner: Owner, isBad: boolean): StoredBlob => {
      ensureOwner(owner);
      const known = repo.bySha256(digests.sha256);
      const holders = known ? repo.blobKeys(known.id) : [];
      if (known && holders.length > 0 && isWhole(known) && !isBad) {
        share(known.id, owner);
        return toStored(known);
      }
      // New, or the file of a known one went bad or missing: its bytes are here again, under a new key for every holder.
      const row = known ?? { id: v7({ msecs: clock.now() }), ...digests, fileName: keys.fileName(digests.sha256) };
      if (!known) repo.insertBlob({ ...row, createdAt: clock.now() });
      for (const holder of [...holders, owner]) wrapFor(row.id, holder, dataKey);
      const target = fileOf(row);
      const folder = join(target, '..');
      if (mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined) syncFolder(dir);
      renameSync(temp, target);
      syncFolder(folder);
      return toStored(row);
    },
  );

  const ingest: BlobStore['ingest'] = async (source, owner, options = {}) => {
    const { onProgress, maxBytes = Number.MAX_SAFE_INTEGER } = options;
    const signal = options.signal ? AbortSignal.any([options.signal, closing.signal]) : closing.signal;
    const dataKey = randomBytes(KEY_BYTES);
    const target = join(incoming, v4());
    try {
      const job = { target, dataKey, maxBytes, signal, onProgress };
      const digests =
        'path' in source
          ? await threads.run({ ...job, path: source.path, sizeHint: sizeOf(source.path) })
          : await ingestStream({ ...job, stream: source.stream });
      if (signal.aborted) throw new AppError('cancelled', 'Taking in the file was cancelled. Nothing was stored.');
      return place.immediate(target, digests, dataKey, owner, await isDamaged(digests.sha256));
    } catch (error) {
      throw asWriteError(error);
    } finally {
      dataKey.fill(0);
      rmSync(target, { force: true });
    }
  };

  /** Only files whose row is really gone: the transaction that released them may have been rolled back. */
  const removeFiles = (rows: BlobRow[]): void => {
    setImmediate(() => {
      if (!db.open) return;
      for (const row of rows) if (!repo.isKept(row.fileName)) rmSync(fileOf(row), { force: true });
    });
  };

  const forgetKeyless = (): void => {
    for (const row of repo.blobsWithoutKey()) repo.deleteBlob(row.id);
  };

  return {
    ingest,
    put: (bytes, owner) => ingest({ stream: once(bytes) }, owner),
    find(blobId) {
      const row = repo.byId(blobId);
      return row && toStored(row);
    },
    findBySha256(sha256) {
      const row = repo.bySha256(sha256);
      return row && toStored(row);
    },
    async open(blobId) {
      const row = repo.byId(blobId);
      if (!row) throw new AppError('not_found', 'There is no such file, or it was destroyed.');
      return openSealedFile(fileOf(row), dataKeyOf(blobId), row.size);
    },
    ensureOwner,
    share,
    release(owner) {
      const rows = repo.blobsOfOwner(owner);
      repo.deleteOwnerKey(owner);
      const orphans = rows.filter((row) => repo.blobKeys(row.id).length === 0);
      for (const row of orphans) repo.deleteBlob(row.id);
      if (orphans.length > 0) removeFiles(orphans);
    },
    forgetKeyless,
    async sweep() {
      forgetKeyless();
      const known = new Set(repo.blobsWithKey().map((row) => row.fileName));
      let removed = 0;
      for (const folder of await readdir(dir)) {
        for (const name of await readdir(join(dir, folder))) {
          if (folder !== INCOMING && known.delete(name)) continue;
          await rm(join(dir, folder, name), { recursive: true, force: true });
          removed += 1;
        }
      }
      return { removed, missing: known.size };
    },
    async close() {
      closing.abort();
      await threads.close();
    },
  };
}

const ownerContext = (owner: Owner): string => `owner ${owner.owner} ${owner.id}`;
const blobContext = (blobId: string): string => `blob ${blobId}`;

function toStored({ id, sha256, sha1, md5, size }: BlobRow): StoredBlob {
  return { id, sha256, sha1, md5, size };
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    // The thread will say what is wrong with it.
    return 0;
  }
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
