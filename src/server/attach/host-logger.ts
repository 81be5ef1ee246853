import { mkdirSync, renameSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { appFolders } from '../../core/adapters/folders.ts';
import type { Logger } from '../../core/ports.ts';

const ROTATE_ABOVE_BYTES = 2 * 1024 * 1024;
const KEPT = 3;

/**
 * The log of a host: `<name>.log` (0600) in the user's log folder, rotated when it is opened, three old ones kept. The
 * file is opened with the first line, so a command that logs nothing leaves nothing.
 */
export function createHostLogger(
  name: string,
  folder = appFolders(process.env, process.platform, homedir()).logs,
): Logger {
  let log: pino.Logger | undefined;
  const opened = (): pino.Logger => {
    log ??= open(folder, name);
    return log;
  };
  return {
    info: (message, facts) => opened().info(facts ?? {}, message),
    warn: (message, facts) => opened().warn(facts ?? {}, message),
    error: (message, facts) => opened().error(facts ?? {}, message),
  };
}

function open(folder: string, name: string): pino.Logger {
  const path = join(folder, `${name}.log`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    rotate(path);
    // Synchronous: a process that is about to end by a bug has no later.
    return pino(
      { base: null, timestamp: pino.stdTimeFunctions.isoTime },
      pino.destination({ dest: path, sync: true, mode: 0o600 }),
    );
  } catch {
    // A read-only home must not keep anybody from working.
    return pino({ enabled: false });
  }
}

function rotate(path: string): void {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= ROTATE_ABOVE_BYTES) return;
  for (let i = KEPT - 1; i >= 1; i--) {
    if (statSync(`${path}.${i}`, { throwIfNoEntry: false })) renameSync(`${path}.${i}`, `${path}.${i + 1}`);
  }
  renameSync(path, `${path}.1`);
}
