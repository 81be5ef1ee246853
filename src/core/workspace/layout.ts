import { chmodSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../../shared/errors.ts';

/** Where the parts of a workspace lie. */
export const layout = {
  database: (dir: string): string => join(dir, 'workspace.db'),
  keys: (dir: string): string => join(dir, 'keys.json'),
  /** The sealed secrets. */
  vault: (dir: string): string => join(dir, 'secrets.vault'),
  blobs: (dir: string): string => join(dir, 'blobs'),
  backups: (dir: string): string => join(dir, 'backups'),
  lock: (dir: string): string => join(dir, 'lock.db'),
  /** The private socket. */
  run: (dir: string): string => join(dir, 'run'),
};

const OWN_NAMES = new Set(['workspace.db', 'keys.json']);
/** What an Osmia that was killed during its very first start may leave; no sign of a workspace, no sign of foreign data. */
const HARMLESS = /^(lock\.db(-journal)?|run|blobs|backups|keys\.json\.[0-9a-f-]+\.tmp|workspace\.db-(wal|shm))$/;

/**
 * Makes sure that `dir` is a workspace or may become one, with the sub-folders and rights of one (0700).
 * Errors: `workspace.not_a_workspace` (missing and not to be created, no folder, or holds something else).
 */
export function prepareWorkspaceFolder(dir: string, options: { createIfMissing: boolean }): { isNew: boolean } {
  const names = listOrUndefined(dir);
  if (names === undefined) {
    if (!options.createIfMissing) {
      throw new AppError('workspace.not_a_workspace', `There is no workspace at ${dir}.`);
    }
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } else if (!names.some((name) => OWN_NAMES.has(name)) && names.some((name) => !HARMLESS.test(name))) {
    throw new AppError(
      'workspace.not_a_workspace',
      `${dir} holds other files and is no Osmia workspace. Choose an empty folder, or a name that does not exist yet.`,
    );
  }
  chmodSync(dir, 0o700);
  for (const folder of [layout.blobs(dir), layout.backups(dir), layout.run(dir)]) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }
  return { isNew: !names?.some((name) => OWN_NAMES.has(name)) };
}

function listOrUndefined(dir: string): string[] | undefined {
  try {
    if (!statSync(dir).isDirectory()) throw new AppError('workspace.not_a_workspace', `${dir} is not a folder.`);
    return readdirSync(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
