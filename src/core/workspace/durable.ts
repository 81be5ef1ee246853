import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';

/** A new or changed name is on disk only when its folder is. Windows has no such call and needs none. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Makes an empty file that only its owner may read, for SQLite to fill (it would make one that others may read too).
 * Leaves an existing file alone: closing a descriptor of an open database would drop its locks.
 */
export function createPrivateFile(path: string): void {
  if (!existsSync(path)) closeSync(openSync(path, 'a', 0o600));
}
