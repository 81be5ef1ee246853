import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AttachContract } from '../../../src/server/attach/attach-contract.ts';
import { attach } from '../../../src/server/attach/socket-client.ts';
import type { Connection } from '../../../src/shared/rpc/connect.ts';
import { ended, osmiaEnvironment, type OsmiaRun } from '../../support/run-osmia.ts';
import { REPOSITORY } from '../../support/make-engine.ts';

export const OSMIA = join(REPOSITORY, 'scripts/osmia.mjs');

export interface StartOptions {
  stdin?: string | Uint8Array;
  /** Runs as this user; only where the test is root. */
  uid?: number;
  /** In front of the command: a tracer. */
  wrapper?: readonly string[];
}

export interface RunningHost {
  child: ChildProcessWithoutNullStreams;
  pid: number;
  url: string;
  launchUrl: string;
  /** A client on the private socket. */
  connect(): Promise<Connection<AttachContract>>;
  /** SIGTERM, and resolves with the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL of the host alone, or of its whole process group. */
  kill(what?: 'process' | 'group'): Promise<void>;
}

/** A home of its own for real processes: workspace, temporary files, configuration, data, cache, logs. */
export interface World {
  home: string;
  /** For what the test itself puts on disk in clear: inputs, the passphrase file, foreign analyzers. */
  inputs: string;
  workspace: string;
  passphraseFile: string;
  env: Record<string, string>;
  /** `--workspace … --passphrase-file …` */
  flags: string[];
  /** Writes a file into `inputs` and returns its path. */
  put(name: string, bytes: string | Uint8Array): string;
  start(args: readonly string[], options?: StartOptions): ChildProcessWithoutNullStreams;
  /** Runs a command to its end. */
  run(args: readonly string[], options?: StartOptions): Promise<OsmiaRun>;
  serve(options?: { workspace?: string; wrapper?: readonly string[] }): Promise<RunningHost>;
  /** Ends every process that is left and removes the folders. */
  remove(): Promise<void>;
}

export function makeWorld(passphrase = 'correct horse battery'): World {
  const home = mkdtempSync(join(tmpdir(), 'osmia-system-'));
  const inputs = mkdtempSync(join(tmpdir(), 'osmia-inputs-'));
  const workspace = join(home, 'workspace');
  const passphraseFile = join(inputs, 'passphrase');
  writeFileSync(passphraseFile, `${passphrase}\n`, { mode: 0o600 });
  const env = { ...osmiaEnvironment(home), ...xdgFolders(home) };
  const flags = ['--workspace', workspace, '--passphrase-file', passphraseFile];
  const children = new Set<ChildProcessWithoutNullStreams>();

  const start: World['start'] = (args, options = {}) => {
    const [command = '', ...rest] = [...(options.wrapper ?? []), process.execPath, OSMIA, ...args];
    const child = spawn(command, rest, {
      cwd: home,
      env,
      // A group of its own, so that a test can kill all of it and nothing else.
      detached: true,
      ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
    });
    children.add(child);
    child.once('close', () => children.delete(child));
    child.stdin.on('error', () => undefined);
    return child;
  };

  return {
    home,
    inputs,
    workspace,
    passphraseFile,
    env,
    flags,
    start,
    put(name, bytes) {
      const path = join(inputs, name);
      writeFileSync(path, bytes);
      return path;
    },
    run(args, options = {}) {
      const child = start(args, options);
      child.stdin.end(options.stdin ?? '');
      return ended(child);
    },
    async serve({ workspace: dir = workspace, wrapper = [] } = {}) {
      const child = start(['serve', '--json', '--workspace', dir, ...flags.slice(2)], { wrapper });
      const { url, launchUrl } = await address(child);
      const gone = new Promise<number | null>((resolve) => child.once('close', resolve));
      return {
        child,
        pid: child.pid!,
        url,
        launchUrl,
        async connect() {
          const connection = await attach(dir);
          if (!connection) throw new Error('nobody listens on the private socket');
          return connection;
        },
        stop() {
          child.kill('SIGTERM');
          return gone;
        },
        async kill(what = 'process') {
          process.kill(what === 'group' ? -child.pid! : child.pid!, 'SIGKILL');
          await gone;
        },
      };
    },
    async remove() {
      for (const child of children) {
        child.kill('SIGKILL');
        await once(child, 'close');
      }
      for (const folder of [home, inputs]) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function xdgFolders(home: string): Record<string, string> {
  const folder = (name: string): string => {
    const path = join(home, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  };
  return {
    XDG_CONFIG_HOME: folder('config'),
    XDG_DATA_HOME: folder('data'),
    XDG_CACHE_HOME: folder('cache'),
    XDG_STATE_HOME: folder('state'),
    XDG_RUNTIME_DIR: folder('runtime'),
  };
}

/** What `osmia serve --json` says first; rejects with its standard error where it ends before. */
function address(child: ChildProcessWithoutNullStreams): Promise<{ url: string; launchUrl: string }> {
  return new Promise((resolve, reject) => {
    let output = '';
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('\n')) resolve(JSON.parse(output) as { url: string; launchUrl: string });
    });
    child.once('close', (code) => reject(new Error(`osmia serve ended with ${code}: ${errors}`)));
  });
}
