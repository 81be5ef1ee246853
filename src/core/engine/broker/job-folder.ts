import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  opendirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { ReportFile } from './protocol.ts';

/** Makes (or completes, when the core has put a file in) a job folder. Synchronous: cheaper than promises, and the broker has nothing else to do. */
export function prepareJobFolder(path: string, inputJson: string): void {
  mkdirSync(join(path, 'input'), { recursive: true, mode: 0o700 });
  mkdirSync(join(path, 'output'), { recursive: true, mode: 0o700 });
  writeFileSync(join(path, 'input', 'input.json'), inputJson, { mode: 0o600, flag: 'wx' });
}

/**
 * Reads output/output.json as the hostile thing it is: no link is followed, only a regular file with one name counts,
 * and not more than `cap` bytes are read.
 */
export function readReportFile(path: string, cap: number): { state: ReportFile; bytes: Buffer } {
  const none = Buffer.alloc(0);
  let fd: number;
  try {
    // Without O_NONBLOCK a pipe in the file's place would hold the broker for ever.
    fd = openSync(
      join(path, 'output', 'output.json'),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { state: 'none', bytes: none };
    return { state: code === 'ELOOP' ? 'not_a_file' : 'unreadable', bytes: none };
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile() || stat.nlink !== 1) return { state: 'not_a_file', bytes: none };
    if (stat.size > cap) return { state: 'too_large', bytes: none };
    const bytes = Buffer.allocUnsafe(stat.size);
    let have = 0;
    while (have < bytes.length) {
      const read = readSync(fd, bytes, have, bytes.length - have, have);
      if (read === 0) break;
      have += read;
    }
    return { state: have === 0 ? 'none' : 'ok', bytes: bytes.subarray(0, have) };
  } catch {
    return { state: 'unreadable', bytes: none };
  } finally {
    closeSync(fd);
  }
}

/** Whether output/ holds anything beside the report. True where that cannot be told. */
export function hasArtifacts(path: string): boolean {
  try {
    const output = opendirSync(join(path, 'output'));
    try {
      // Two names tell; there may be a million.
      const names = [output.readSync()?.name, output.readSync()?.name];
      return names.some((name) => name !== undefined && name !== 'output.json');
    } finally {
      output.closeSync();
    }
  } catch {
    return true;
  }
}

/** Removes a job folder whatever the analyzer made of it. Returns whether it is gone. */
export function wipeJobFolder(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    // A folder without permissions stops an ordinary user; nothing else is in our way.
  }
  try {
    openUp(path, 0);
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function openUp(path: string, depth: number): void {
  if (depth > 200 || !lstatSync(path).isDirectory()) return;
  chmodSync(path, 0o700);
  for (const name of readdirSync(path)) openUp(join(path, name), depth + 1);
}
