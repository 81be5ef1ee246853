import { realpathSync } from 'node:fs';
import Database from 'better-sqlite3-multiple-ciphers';
import { createPrivateFile } from './durable.ts';
import { layout, prepareWorkspaceFolder } from './layout.ts';

export interface WorkspaceLock {
  release(): void;
}

/** Folders this process holds: SQLite would refuse a second connection of ours like anybody else's. */
const held = new Set<string>();

/**
 * Takes the workspace for this process, creating the folder where it is missing. Undefined while another holder lives.
 * It is a lock of the operating system on `lock.db`, so a process that dies in any way frees it. Never open `lock.db` by
 * other means in the holding process: closing any descriptor of it would drop the lock.
 * Errors: `workspace.not_a_workspace`.
 */
export function acquireLock(dir: string, options = { createIfMissing: true }): WorkspaceLock | undefined {
  prepareWorkspaceFolder(dir, options);
  const folder = realpathSync(dir);
  if (held.has(folder)) return undefined;
  createPrivateFile(layout.lock(folder));
  const db = new Database(layout.lock(folder), { timeout: 0 });
  try {
    // In exclusive mode SQLite keeps the lock of its first write until the connection closes.
    db.pragma('locking_mode=EXCLUSIVE');
    db.pragma('journal_mode=MEMORY');
    db.pragma('synchronous=OFF');
    db.pragma('user_version=1');
  } catch (error) {
    db.close();
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return undefined;
    throw error;
  }
  held.add(folder);
  return {
    release() {
      if (!held.delete(folder)) return;
      db.close();
    },
  };
}

/** Whether this process has the lock. */
export function holdsLock(dir: string): boolean {
  return held.has(realpathSync(dir));
}
