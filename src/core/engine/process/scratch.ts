import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wipeJobFolder } from '../broker/job-folder.ts';
import { isAlive, startOf } from '../broker/process-tree.ts';

/** Where job folders lie, in clear while the job runs. */
export interface Scratch {
  /** A path for a job folder that is not there yet. `bytes`: of the file that goes into it. */
  folderFor(bytes: number): { path: string; isInMemory: boolean };
  /** Removes everything of this life. */
  close(): void;
}

/** A file over this goes to disk: memory is not ours to fill. */
const MAX_IN_MEMORY = 64 * 2 ** 20;
const TMPFS_MAGIC = 0x01021994;
const PREFIX = 'osmia-jobs-';
const OWNER_FILE = 'owner.json';

/**
 * Makes this life's private folders (0700): one on a memory file system where there is one, one under `diskDir`. What
 * earlier lives left is removed first: each names its process, and a process id that was given to another one since is
 * told by the time it started.
 */
export function createScratch(diskDir: string, memoryDir = '/dev/shm'): Scratch {
  const inMemory = isMemory(memoryDir) ? begin(memoryDir) : undefined;
  const onDisk = begin(diskDir);
  return {
    folderFor(bytes) {
      const name = randomBytes(12).toString('hex');
      const isInMemory = inMemory !== undefined && bytes <= MAX_IN_MEMORY;
      return { path: join(isInMemory ? inMemory : onDisk, name), isInMemory };
    },
    close() {
      for (const folder of [inMemory, onDisk]) if (folder !== undefined) wipeJobFolder(folder);
    },
  };
}

function begin(parent: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  sweep(parent);
  const folder = join(parent, PREFIX + randomBytes(8).toString('hex'));
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify({ pid: process.pid, started: startOf(process.pid) }), {
    mode: 0o600,
  });
  return folder;
}

function sweep(parent: string): void {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(parent, name);
    try {
      // Another user's folder on a shared machine is theirs to sweep.
      if (process.getuid !== undefined && statSync(folder).uid !== process.getuid()) continue;
      if (!isOwned(folder)) wipeJobFolder(folder);
    } catch {
      // Gone in between, or not ours to read.
    }
  }
}

function isOwned(folder: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(folder, OWNER_FILE), 'utf8')) as { pid: number; started: string };
    return isAlive(owner.pid) && startOf(owner.pid) === owner.started;
  } catch {
    return false;
  }
}

function isMemory(path: string): boolean {
  try {
    return statfsSync(path).type === TMPFS_MAGIC;
  } catch {
    return false;
  }
}
