import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { acquireLock } from '../../core/workspace/lock.ts';

const PREFIX = 'osmia-tmp-';
/** Written by its holder once it has the lock: a folder without it is not ours to remove, or just being made. */
const MARKER = join('run', 'temporary');

export interface TemporaryWorkspace {
  dir: string;
  /** Random; it exists in this process only, so that what a crash leaves behind cannot be read. */
  masterKey: Buffer;
  remove(): void;
}

/** A sealed workspace that ends with this process. Sweeps first what earlier ones left when they were killed. */
export function createTemporaryWorkspace(parent = tmpdir()): TemporaryWorkspace {
  sweepTemporaryWorkspaces(parent);
  const dir = mkdtempSync(join(parent, PREFIX));
  const masterKey = randomBytes(32);
  return {
    dir,
    masterKey,
    remove() {
      masterKey.fill(0);
      rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** To be called by the holder of the lock. */
export function markTemporary(dir: string): void {
  writeFileSync(join(dir, MARKER), '', { mode: 0o600 });
}

/** Removes the temporary workspaces of this user whose process is gone: marked, and with a free lock. */
export function sweepTemporaryWorkspaces(parent = tmpdir()): number {
  let swept = 0;
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const dir = join(parent, name);
    try {
      const stat = lstatSync(dir);
      if (!stat.isDirectory() || (process.platform !== 'win32' && stat.uid !== userInfo().uid)) continue;
      if (!existsSync(join(dir, MARKER))) continue;
      const lock = acquireLock(dir, { createIfMissing: false });
      if (!lock) continue;
      lock.release();
      rmSync(dir, { recursive: true, force: true });
      swept += 1;
    } catch {
      // Another process sweeps it, or it cannot be read: not worth failing somebody's command.
    }
  }
  return swept;
}
