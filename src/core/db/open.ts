import Database from 'better-sqlite3-multiple-ciphers';
import { AppError } from '../../shared/errors.ts';

export type Db = Database.Database;

/** Below this a WAL race can corrupt a database (reference: security.md 0.9). */
const SQLITE_FLOOR = [3, 51, 3] as const;

/**
 * Opens (or creates) the sealed database of a workspace. `key` is the raw 256-bit workspace key.
 * Errors: `workspace.wrong_key`, `workspace.damaged`, `disk.full`.
 */
export function openDatabase(path: string, key: Buffer): Db {
  if (key.length !== 32) throw new AppError('workspace.wrong_key', 'A workspace key has 32 bytes.');
  const db = new Database(path);
  try {
    db.pragma(`cipher='aegis'`);
    db.pragma(`key="raw:${key.toString('hex')}"`);
    // The first read is where a wrong key shows itself.
    db.pragma('journal_mode=WAL');
    assertVersion(db);
    // FULL everywhere: what was acknowledged survives a power cut (DESIGN.md 4).
    db.pragma('synchronous=FULL');
    db.pragma('foreign_keys=ON');
    db.pragma('busy_timeout=5000');
    db.pragma('trusted_schema=OFF');
    db.pragma('temp_store=MEMORY');
    db.pragma('secure_delete=ON');
    db.pragma('cache_size=-16384');
    // 16 MiB: a page that many commits change is copied back once, not after every fiftieth commit.
    db.pragma('wal_autocheckpoint=4096');
    return db;
  } catch (error) {
    db.close();
    throw asOpenError(error, path);
  }
}

function assertVersion(db: Db): void {
  const { version } = db.prepare('SELECT sqlite_version() AS version').get() as { version: string };
  const have = version.split('.').map(Number);
  for (const [i, floor] of SQLITE_FLOOR.entries()) {
    const part = have[i] ?? 0;
    if (part > floor) return;
    if (part < floor) {
      throw new AppError('internal', `SQLite ${version} is older than ${SQLITE_FLOOR.join('.')} and could lose data.`);
    }
  }
}

function asOpenError(error: unknown, path: string): unknown {
  const code = error instanceof Database.SqliteError ? error.code : '';
  if (code === 'SQLITE_NOTADB') {
    return new AppError('workspace.wrong_key', 'The key does not open this workspace.', { cause: error });
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new AppError('workspace.damaged', `The database ${path} is damaged. Restore a backup: osmia restore.`, {
      cause: error,
    });
  }
  if (code === 'SQLITE_FULL') return new AppError('disk.full', 'The disk is full.', { cause: error });
  return error;
}
