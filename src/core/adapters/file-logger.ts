import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import pino from 'pino';
import type { Logger } from '../ports.ts';

const MAX_BYTES = 1024 * 1024;
const FILES = 5;
const MAX_TEXT = 2_000;

export interface FileLogger extends Logger {
  /** The file written now. */
  readonly path: string;
  close(): void;
}

/**
 * JSON lines in `<folder>/<name>.log`; at 1 MiB it becomes `.1.log`, and so on to `.4.log`: five files at most, 0600.
 * Callers pass counts, codes and ids only: never a value, a secret or a path of the evidence. A log that cannot be
 * written is dropped; it must not stop the work.
 */
export function createFileLogger(options: { folder: string; name?: string; maxBytes?: number }): FileLogger {
  const { folder, name = 'osmia', maxBytes = MAX_BYTES } = options;
  const file = (n: number): string => join(folder, n === 0 ? `${name}.log` : `${name}.${n}.log`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });

  let destination = openFile(file(0));
  let written = sizeOf(file(0));

  const rotate = (): void => {
    destination.flushSync();
    destination.destroy();
    rmSync(file(FILES - 1), { force: true });
    for (let n = FILES - 2; n >= 0; n -= 1) {
      if (sizeOf(file(n)) > 0) renameSync(file(n), file(n + 1));
    }
    destination = openFile(file(0));
    written = 0;
  };

  const sink = {
    write(line: string): void {
      try {
        if (written > 0 && written + line.length > maxBytes) rotate();
        destination.write(line);
        written += line.length;
      } catch {
        // A full disk: nothing to be done here, and the work itself will say so.
      }
    },
  };

  const log = pino({ base: null, timestamp: pino.stdTimeFunctions.isoTime }, sink);
  return {
    path: file(0),
    info: (message, facts) => log.info(bounded(facts), message.slice(0, MAX_TEXT)),
    warn: (message, facts) => log.warn(bounded(facts), message.slice(0, MAX_TEXT)),
    error: (message, facts) => log.error(bounded(facts), message.slice(0, MAX_TEXT)),
    close() {
      destination.flushSync();
      destination.destroy();
    },
  };
}

function openFile(path: string): ReturnType<typeof pino.destination> {
  return pino.destination({ dest: path, sync: true, append: true, mkdir: false, mode: 0o600 });
}

/** One fact may not fill the log. An error object would bring its message along, so only its name is kept. */
function bounded(facts: Record<string, unknown> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([key, value]) => {
      if (value instanceof Error) return [key, value.name];
      return [key, typeof value === 'string' ? value.slice(0, MAX_TEXT) : value];
    }),
  );
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
