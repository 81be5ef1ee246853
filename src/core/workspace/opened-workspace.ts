import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { AppError } from '../../shared/errors.ts';
import { migrate } from '../db/migrate.ts';
import { type Db, openDatabase } from '../db/open.ts';
import { type BlobStore, createBlobStore } from '../evidence/blob-store.ts';
import type { Clock, Logger } from '../ports.ts';
import { createPrivateFile } from './durable.ts';
import { backupAdvice } from './last-backup.ts';
import { createWorkspaceKeys, type WorkspaceKeys } from './keys.ts';
import { layout } from './layout.ts';
import type { Session } from './session-port.ts';
import { copyDatabase, createWorkspaceRepo, findDamage } from './workspace.repo.ts';

/** Everything that exists only while the workspace is open. */
export interface OpenedWorkspace {
  session: Session;
  /** Aborts when it is being closed. */
  ended: AbortSignal;
  /** Runs a call on the session; closing aborts its signal and waits for it. `workspace.locked` where closing cut it short. */
  run<T>(signal: AbortSignal | undefined, use: (session: Session, signal: AbortSignal) => T | Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** A call that does not heed its signal may not keep the workspace open. */
const PATIENCE_MS = 5_000;
const BACKUPS_KEPT = 3;
const DAMAGE = /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT_READ)/;

/**
 * Opens the database, blobs and features. `master` must be the right key (it is not kept). Whatever fails, nothing stays
 * open. Errors: `workspace.damaged`, `workspace.newer_version`, `disk.full`.
 */
export async function openWorkspaceFiles(deps: {
  dir: string;
  master: Buffer;
  clock: Clock;
  logger: Logger;
  /** It ends with this process, so nothing of it has to survive a power cut. */
  isTemporary: boolean;
  openSession(parts: { db: Db; blobs: BlobStore; keys: WorkspaceKeys }): Promise<Session>;
}): Promise<OpenedWorkspace> {
  const { dir, logger } = deps;
  const keys = createWorkspaceKeys(deps.master);
  let db: Db | undefined;
  let blobs: BlobStore | undefined;
  try {
    db = openDatabaseFile(dir, keys.database);
    if (deps.isTemporary) db.pragma('synchronous=OFF');
    prepare(db, dir, deps.clock, logger);
    const repo = createWorkspaceRepo(db);
    repo.markOpen();
    blobs = createBlobStore({ db, dir: layout.blobs(dir), keys, clock: deps.clock });
    const swept = await blobs.sweep();
    if (swept.removed > 0) logger.info('removed files that an interrupted run left', { files: swept.removed });
    if (swept.missing > 0) logger.error('stored files are missing', { files: swept.missing });
    const session = await deps.openSession({ db, blobs, keys });
    return opened(dir, session, async () => {
      await blobs?.close();
      repo.markClosed();
      db?.close();
      keys.destroy();
    });
  } catch (error) {
    await blobs?.close();
    db?.close();
    keys.destroy();
    throw asOpenError(error, dir);
  }
}

function opened(dir: string, session: Session, closeParts: () => Promise<void>): OpenedWorkspace {
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();

  const run: OpenedWorkspace['run'] = async (signal, use) => {
    if (ending.signal.aborted) throw locked();
    try {
      return await use(session, signal ? AbortSignal.any([signal, ending.signal]) : ending.signal);
    } catch (error) {
      // Cut short by us: whatever it met on the way down (a closed database, an abort) is not its fault.
      throw ending.signal.aborted && !signal?.aborted ? locked() : asCallError(error, dir);
    }
  };

  return {
    session,
    ended: ending.signal,
    run(signal, use) {
      const done = run(signal, use);
      running.add(done);
      const forget = (): void => void running.delete(done);
      done.then(forget, forget);
      return done;
    },
    async close() {
      ending.abort();
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, PATIENCE_MS);
      });
      await Promise.race([Promise.allSettled(running), patience]);
      clearTimeout(timer);
      try {
        await session.close();
      } finally {
        await closeParts();
      }
    },
  };
}

export function locked(): AppError {
  return new AppError('workspace.locked', 'The workspace is locked. Unlock it first.');
}

/** The database of a workspace; the file is 0600 from its first byte. */
export function openDatabaseFile(dir: string, key: Buffer): Db {
  const path = layout.database(dir);
  createPrivateFile(path);
  try {
    return openDatabase(path, key);
  } catch (error) {
    throw asOpenError(error, dir);
  }
}

function prepare(db: Db, dir: string, clock: Clock, logger: Logger): void {
  if ((db.pragma('user_version', { simple: true }) as number) > 0 && createWorkspaceRepo(db).isMarkedOpen()) {
    logger.warn('the workspace was not closed last time; checking it');
    const damage = findDamage(db);
    if (damage.length > 0) {
      logger.error('the database failed its check', { findings: damage.length });
      throw damaged(dir);
    }
  }
  migrate(db, (fromVersion) => {
    const time = new Date(clock.now()).toISOString().replaceAll(/[:.]/g, '-');
    copyDatabase(db, join(layout.backups(dir), `before-migration-${time}-schema-${fromVersion}.db`));
    keepNewest(layout.backups(dir));
  });
}

function keepNewest(folder: string): void {
  const names = readdirSync(folder).filter((name) => name.startsWith('before-migration-'));
  for (const name of names.sort().slice(0, -BACKUPS_KEPT)) rmSync(join(folder, name));
}

function asOpenError(error: unknown, dir: string): unknown {
  // The key was checked before: a database it does not open is damaged.
  if (error instanceof AppError && /^workspace\.(wrong_key|damaged)$/.test(error.code)) return damaged(dir, error);
  if (!(error instanceof Database.SqliteError)) return error;
  if (DAMAGE.test(error.code)) return damaged(dir, error);
  if (error.code === 'SQLITE_FULL') {
    return new AppError('disk.full', 'The disk is full, so the workspace could not be opened.', { cause: error });
  }
  return error;
}

/** What a call met in an open workspace: a full disk or a damaged file is no bug of ours, and has a way on. */
function asCallError(error: unknown, dir: string): unknown {
  if (!(error instanceof Error) || error instanceof AppError) return error;
  const code = 'code' in error ? String(error.code) : '';
  if (code === 'SQLITE_FULL' || code === 'ENOSPC') {
    return new AppError('disk.full', 'The disk is full, so this was not saved. What was saved before is safe.', {
      cause: error,
    });
  }
  return error instanceof Database.SqliteError && DAMAGE.test(code) ? damaged(dir, error) : error;
}

function damaged(dir: string, cause?: unknown): AppError {
  const message = `The database of this workspace is damaged. Nothing was changed. ${backupAdvice(dir)}`;
  return new AppError('workspace.damaged', message, { cause });
}
