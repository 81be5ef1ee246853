import { closeSync, fsyncSync, openSync } from 'node:fs';

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
