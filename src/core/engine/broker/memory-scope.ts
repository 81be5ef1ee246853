import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';

/** Of the machine's memory, for everything that the broker starts. */
const SHARE = 0.75;
const ANSWER_MS = 3_000;

/**
 * Asks the user's systemd to put a process, with all that it starts from then on, into a scope with a limit on memory, so
 * that jobs together cannot take the machine down; also the memory file system that they write to counts there. Resolves
 * with whether that was done: false where no user bus answers. Never rejects.
 */
export function limitMemoryTogether(
  pid: number,
  env: Readonly<Record<string, string | undefined>>,
  busctl = '/usr/bin/busctl',
): Promise<boolean> {
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime === undefined || !existsSync(join(runtime, 'bus')) || !existsSync(busctl)) return Promise.resolve(false);
  return new Promise((resolve) => {
    execFile(
      busctl,
      scopeCall(pid, Math.floor(totalmem() * SHARE)),
      // Its own address of the bus follows from the folder.
      { env: { XDG_RUNTIME_DIR: runtime }, timeout: ANSWER_MS, killSignal: 'SIGKILL' },
      (error) => resolve(error === null),
    );
  });
}

/** The arguments of busctl: StartTransientUnit(name, mode, properties, nothing else). */
function scopeCall(pid: number, bytes: number): string[] {
  const manager = ['org.freedesktop.systemd1', '/org/freedesktop/systemd1', 'org.freedesktop.systemd1.Manager'];
  return [
    '--user',
    '--timeout=2',
    'call',
    ...manager,
    'StartTransientUnit',
    'ssa(sv)a(sa(sv))',
    `osmia-${pid}.scope`,
    'fail',
    '2',
    'PIDs',
    'au',
    '1',
    String(pid),
    'MemoryMax',
    't',
    String(bytes),
    '0',
  ];
}
