import { randomBytes } from 'node:crypto';
import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { type Core, type CoreOptions, createCore } from '../../core/app.ts';
import { acquireLock } from '../../core/workspace/lock.ts';

const PREFIX = 'osmia-tmp-';
/** Written by its holder once it has the lock. */
const MARKER = join('run', 'temporary');

/** Nothing younger is swept without its marker: its holder may be about to write it. */
const HALF_MADE_MS = 3_600_000;

export interface TemporaryWorkspace {
  core: Core;
  /** Closes the core and removes the folder. */
  close(): Promise<void>;
}

/**
 * A sealed workspace that ends with this process, under a random key that exists in it only: what a crash leaves behind
 * cannot be read. Sweeps first what earlier ones left when they were killed.
 */
export async function openTemporaryWorkspace(
  optionsFor: (at: { dir: string; masterKey: Buffer; createIfMissing: true }) => CoreOptions,
  parent = tmpdir(),
): Promise<TemporaryWorkspace> {
  sweepTemporaryWorkspaces(parent);
  // mkdtemp makes it 0700.
  const dir = mkdtempSync(join(parent, PREFIX));
  const masterKey = randomBytes(32);
  const remove = (): void => rmSync(dir, { recursive: true, force: true, maxRetries: 3 });
  const lock = acquireLock(dir);
  let core: Core;
  try {
    writeFileSync(join(dir, MARKER), '', { mode: 0o600 });
    core = await createCore(optionsFor({ dir, masterKey, createIfMissing: true }));
  } catch (error) {
    lock?.release();
    remove();
    throw error;
  }
  return {
    core,
    async close() {
      await core.close();
      masterKey.fill(0);
      lock?.release();
      remove();
    },
  };
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
      if (!existsSync(join(dir, MARKER)) && Date.now() - stat.mtimeMs < HALF_MADE_MS) continue;
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
