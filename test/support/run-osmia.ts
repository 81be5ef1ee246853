import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const SCRIPT = fileURLToPath(new URL('../../scripts/osmia.mjs', import.meta.url));

export interface OsmiaRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface StartOptions {
  /** A folder of the test's own: home, temporary files, configuration and logs all lie in it. */
  home: string;
  stdin?: string | Uint8Array;
  env?: Record<string, string>;
  cwd?: string;
}

/** Home, temporary files, configuration and logs lie in `home`; no keychain can be reached. */
export function osmiaEnvironment(home: string): Record<string, string> {
  const tmp = join(home, 'tmp');
  mkdirSync(tmp, { recursive: true });
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: tmp,
    // Otherwise every run would compile everything anew into its own temporary folder.
    NODE_COMPILE_CACHE: join(tmpdir(), 'osmia-test-compile-cache'),
    // The keychain of whoever runs the tests is neither read nor written.
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  };
}

/** A process of the real command line, with nothing of this machine's user in its environment. */
export function startOsmia(args: string[], options: StartOptions): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [SCRIPT, ...args], {
    cwd: options.cwd ?? options.home,
    env: { ...osmiaEnvironment(options.home), ...options.env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

export function ended(child: ChildProcessWithoutNullStreams): Promise<OsmiaRun> {
  return new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** Runs a command to its end. */
export function runOsmia(args: string[], options: StartOptions): Promise<OsmiaRun> {
  const child = startOsmia(args, options);
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.stdin ?? '');
  return ended(child);
}

/** A passphrase file in the test's home, readable by its user only. */
export function makePassphraseFile(home: string, passphrase = 'correct horse battery'): string {
  const path = join(home, 'passphrase');
  writeFileSync(path, `${passphrase}\n`, { mode: 0o600 });
  return path;
}
