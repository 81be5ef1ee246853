import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

export const PASSPHRASE = 'correct horse battery';

const SCRIPT = fileURLToPath(new URL('../../../scripts/osmia.mjs', import.meta.url));

export interface Host {
  /** Home, configuration, logs and temporary files of the processes; removed at the end. */
  home: string;
  workspace: string;
  /** `http://127.0.0.1:PORT/`, another one after each start. */
  url(): string;
  /** An address with an unused launch code; asks the running host by a second `osmia serve` where the first is spent. */
  launchUrl(): Promise<string>;
  /** SIGTERM, and resolves when the process has ended by itself. */
  quit(): Promise<void>;
  /** SIGKILL: no goodbye, as in a crash or a power cut. */
  kill(): Promise<void>;
  start(options?: StartOptions): Promise<void>;
  /** Runs `osmia ARGS --workspace …` to its end, attached to the running host. Rejects on another exit code than 0. */
  run(args: readonly string[]): Promise<string>;
  /** Ends the process and removes the folder. */
  remove(): Promise<void>;
}

interface StartOptions {
  /** Unlocks through `--passphrase-file` (the default), or leaves it to the window. */
  unlock?: 'file' | 'window';
}

type Child = ChildProcessByStdio<null, Readable, Readable>;

/** The real web host in a process of its own, on a new workspace, with nothing of this machine's user around it. */
export async function startHost(options: StartOptions = {}): Promise<Host> {
  const home = mkdtempSync(join(tmpdir(), 'osmia-e2e-'));
  const workspace = join(home, 'workspace');
  const passphraseFile = join(home, 'passphrase');
  writeFileSync(passphraseFile, `${PASSPHRASE}\n`, { mode: 0o600 });
  const env = environment(home);
  let child: Child | undefined;
  let address = { url: '', launchUrl: '' };
  let isLaunchUsed = true;

  const osmia = (args: readonly string[]): Child =>
    spawn(process.execPath, [SCRIPT, ...args, '--workspace', workspace], {
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const running = child;
    child = undefined;
    if (!running || running.exitCode !== null) return;
    const gone = once(running, 'exit');
    running.kill(signal);
    await gone;
  };
  const start = async ({ unlock = 'file' }: StartOptions = {}): Promise<void> => {
    child = osmia([
      'serve',
      '--port',
      '0',
      '--json',
      ...(unlock === 'file' ? ['--passphrase-file', passphraseFile] : []),
    ]);
    address = JSON.parse(await firstLine(child)) as typeof address;
    isLaunchUsed = false;
  };
  const run = async (args: readonly string[]): Promise<string> => {
    const command = osmia(args);
    const output = Promise.all([text(command.stdout), text(command.stderr)]);
    const [code] = (await once(command, 'exit')) as [number | null];
    const [stdout, stderr] = await output;
    if (code !== 0) throw new Error(`osmia ${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  };

  await start(options);
  return {
    home,
    workspace,
    url: () => address.url,
    async launchUrl() {
      if (isLaunchUsed) return (JSON.parse(await run(['serve', '--json'])) as typeof address).launchUrl;
      isLaunchUsed = true;
      return address.launchUrl;
    },
    quit: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    start,
    run,
    async remove() {
      await end('SIGTERM');
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function environment(home: string): Record<string, string> {
  const folder = (name: string): string => {
    const path = join(home, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TMPDIR: folder('tmp'),
    XDG_CONFIG_HOME: folder('config'),
    XDG_DATA_HOME: folder('data'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_STATE_HOME: folder('state'),
    XDG_RUNTIME_DIR: folder('runtime'),
    // Otherwise every start would compile everything anew.
    NODE_COMPILE_CACHE: join(tmpdir(), 'osmia-test-compile-cache'),
    // The keychain of whoever runs the tests is neither read nor written.
    DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent',
  };
}

/** The first line of standard output; rejects with standard error where the process ends before. */
async function firstLine(child: Child): Promise<string> {
  const errors = text(child.stderr);
  let output = '';
  child.stdout.setEncoding('utf8');
  for await (const piece of child.stdout as AsyncIterable<string>) {
    output += piece;
    if (output.includes('\n')) {
      // The stream is closed with the loop; nothing else is expected from the host.
      return output.slice(0, output.indexOf('\n'));
    }
  }
  throw new Error(`The host ended before it was ready: ${await errors}`);
}

async function text(stream: Readable): Promise<string> {
  let all = '';
  for await (const piece of stream.setEncoding('utf8') as AsyncIterable<string>) all += piece;
  return all;
}
