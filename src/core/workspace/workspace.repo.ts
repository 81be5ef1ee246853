import type { Db } from '../db/open.ts';

const OPEN_FLAG = 'workspace.is_open';

/** What the workspace knows of its own database file. */
export function createWorkspaceRepo(db: Db) {
  const getFlag = db.prepare<[string], { value: string }>(`SELECT value FROM meta WHERE key = ?`);
  const setFlag = db.prepare(`INSERT INTO meta (key, value) VALUES (?, '1') ON CONFLICT DO NOTHING`);
  const clearFlag = db.prepare(`DELETE FROM meta WHERE key = ?`);
  return {
    /** True where whoever opened it last did not close it. */
    isMarkedOpen: () => getFlag.get(OPEN_FLAG) !== undefined,
    markOpen: () => void setFlag.run(OPEN_FLAG),
    markClosed: () => void clearFlag.run(OPEN_FLAG),
  };
}

/** A sealed copy under the same key, whole even while others write; `backup()` does not work on a sealed database. */
export function copyDatabase(db: Db, target: string): void {
  db.prepare('VACUUM INTO ?').run(target);
}

/** What is wrong with the file's structure; empty is good. */
export function findDamage(db: Db): string[] {
  const rows = db.pragma('quick_check(10)') as { quick_check: string }[];
  return rows.map((row) => row.quick_check).filter((message) => message !== 'ok');
}
