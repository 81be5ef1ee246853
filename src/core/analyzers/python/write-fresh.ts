import { lstatSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a file into a folder that foreign code could write to before: whatever stands in its place goes first, so that a
 * link there does not lead the text elsewhere. Throws where the place cannot be made free.
 */
export function writeFresh(path: string, text: string): void {
  rmSync(path, { recursive: true, force: true });
  writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
}

/** Whether a folder is there, neither it nor the one that holds it being a link to somewhere else. */
export function isOwnFolder(path: string): boolean {
  try {
    const parent = dirname(path);
    if (lstatSync(parent).isSymbolicLink() || !lstatSync(path).isDirectory()) return false;
    return realpathSync(path) === join(realpathSync(parent), basename(path));
  } catch {
    return false;
  }
}
