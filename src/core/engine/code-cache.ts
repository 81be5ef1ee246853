import { existsSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Broker } from './broker/broker-client.ts';
import { SANDBOX_UID } from './sandbox/bwrap.ts';

/**
 * Compiled code of Osmia itself, so that a worker starts without stripping types and compiling anew: half of its start.
 * It never holds anything of a case. A sandboxed worker reads it and cannot write it; it is filled by a worker that runs
 * outside, once, and gets no request.
 */
export interface CodeCache {
  /** What broker and workers may read. */
  folder: string;
  env: Record<string, string>;
  /** Fills it where that was not done lately. Resolves when it is filled, or when that took too long; never rejects. */
  fill(broker: Broker, worker: { file: string; args: string[] }): Promise<void>;
}

/** After so long it is filled again: the code may have changed (a changed file is compiled, never taken from here). */
const FRESH_MS = 24 * 3_600_000;
const FILL_MS = 10_000;
/** `compileCacheDir`: what `module.getCompileCacheDir()` says, a folder for one version of Node and one user id. */
export function createCodeCache(compileCacheDir: string): CodeCache {
  const folder = dirname(compileCacheDir);
  const env = { NODE_COMPILE_CACHE: folder };
  // Its age tells when the cache was filled for this Node.
  const mark = `${compileCacheDir}.filled`;
  return {
    folder,
    env,
    async fill(broker, worker) {
      try {
        if (isFresh(mark)) return;
        const { ended } = await broker.startOwn({
          ...worker,
          env,
          cwd: '/',
          hasStdin: false,
          isStreamed: false,
          outputCap: 65_536,
          wallMs: FILL_MS,
          graceMs: 0,
          isNamespace: false,
        }).ended;
        if (ended.cause !== 'exited' || ended.code !== 0) return;
        nameForSandbox(folder);
        writeFileSync(mark, '', { mode: 0o600 });
      } catch {
        // Without it everything works, only slower.
      }
    },
  };
}

/** Node keeps a folder for each version, set of V8 options and user id, and the id is another one inside the sandbox. */
function nameForSandbox(folder: string): void {
  const own = `-${process.getuid?.() ?? ''}`;
  for (const name of readdirSync(folder)) {
    if (!name.endsWith(own)) continue;
    const inside = join(folder, `${name.slice(0, -own.length)}-${SANDBOX_UID}`);
    if (!existsSync(inside)) symlinkSync(name, inside);
  }
}

function isFresh(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs < FRESH_MS;
}
