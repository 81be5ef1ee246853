import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const RECORD = 'environment.json';
const ID = /^[0-9a-f]{32}$/;
/** A folder that is being filled: the process that does so, and the id. */
const BUILDING = /^\.new-(\d+)-[0-9a-f]{32}$/;

/** What environment.json says of a finished environment. */
export const StoredEnvironment = z.object({
  id: z.string().regex(ID),
  requirements: z.array(z.string()),
  python: z.object({ path: z.string(), version: z.string(), readOnly: z.array(z.string()) }),
  packages: z.array(z.object({ name: z.string(), version: z.string(), sha256: z.string() })),
  /** Where the packages came from: hosts only. */
  hosts: z.array(z.string()),
  bytes: z.number().int().nonnegative(),
  createdAt: z.number().int().nonnegative(),
});
export type StoredEnvironment = z.infer<typeof StoredEnvironment>;

/** How a program is started in an environment. */
export interface EnvironmentStart {
  python: string;
  readOnly: string[];
  env: Record<string, string>;
}

/** The finished environments of this machine: one folder each, named by the id of its requirements. */
export interface EnvironmentStore {
  /** Parent of all of them; made when it is first needed. */
  readonly root: string;
  list(): StoredEnvironment[];
  find(id: string): StoredEnvironment | undefined;
  folderOf(id: string): string;
  /** How to start a program in it; undefined where there is none, or its Python is gone. */
  startOf(id: string): EnvironmentStart | undefined;
  /** An empty folder of this process to build in; what it held is removed. */
  buildFolder(id: string): string;
  remove(id: string): void;
  /** Removes what processes that are gone left half built. */
  sweep(): void;
}

export function createEnvironmentStore(root: string): EnvironmentStore {
  const folderOf = (id: string): string => {
    if (!ID.test(id)) throw new Error(`not the id of an environment: ${id}`);
    return join(root, id);
  };

  const find = (id: string): StoredEnvironment | undefined => {
    try {
      const parsed = StoredEnvironment.safeParse(JSON.parse(readFileSync(join(folderOf(id), RECORD), 'utf8')));
      return parsed.success && parsed.data.id === id ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  };

  const names = (): string[] => {
    try {
      return readdirSync(root);
    } catch {
      return [];
    }
  };

  const drop = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });

  return {
    root,
    folderOf,
    find,
    list: () => names().flatMap((name) => (ID.test(name) ? (find(name) ?? []) : [])),
    startOf(id) {
      const stored = find(id);
      if (stored === undefined) return undefined;
      const venv = join(folderOf(id), 'venv');
      const python = join(venv, 'bin', 'python');
      try {
        realpathSync(python);
      } catch {
        return undefined;
      }
      return {
        python,
        readOnly: [...stored.python.readOnly, venv],
        env: {
          VIRTUAL_ENV: venv,
          PATH: `${join(venv, 'bin')}:/usr/local/bin:/usr/bin:/bin`,
          // What the user installed for themselves is not part of what was pinned.
          PYTHONNOUSERSITE: '1',
        },
      };
    },
    buildFolder(id) {
      const folder = join(root, `.new-${process.pid}-${id}`);
      folderOf(id);
      drop(folder);
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return folder;
    },
    remove: (id) => drop(folderOf(id)),
    sweep() {
      for (const name of names()) {
        const pid = BUILDING.exec(name)?.[1];
        if (pid !== undefined && !isRunning(Number(pid))) drop(join(root, name));
      }
    },
  };
}

export const recordPath = (folder: string): string => join(folder, RECORD);

export const hasWheels = (folder: string): boolean => existsSync(join(folder, 'lock.txt'));

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
