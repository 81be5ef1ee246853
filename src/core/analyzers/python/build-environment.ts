import { createHash } from 'node:crypto';
import {
  cpSync,
  createReadStream,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Reason } from '../../../shared/contract/entities.ts';
import type { Broker } from '../../engine/broker/broker-client.ts';
import type { Sandbox } from '../../engine/sandbox/sandbox.ts';
import type { Python } from './ask-python.ts';
import { type EnvironmentStore, hasWheels, recordPath, type StoredEnvironment } from './environment-store.ts';
import { pipFailure, pipStep } from './pip-output.ts';
import type { PipSource } from './pip-settings.ts';
import { isOwnFolder, writeFresh } from './write-fresh.ts';

export interface BuildRequest {
  id: string;
  requirements: readonly string[];
  python: Python & { pip: string };
  /** Where packages come from; undefined makes it again from the packages that are kept. */
  source: PipSource | undefined;
  now: number;
}

/** The longest a step may take, in milliseconds, and the most text it may print, in characters. */
const STEP_MS = { venv: 60_000, fetch: 30 * 60_000, install: 10 * 60_000 } as const;
const OUTPUT_KEPT = 256 * 1024;

/**
 * Makes an environment: an empty one, packages fetched (and built where they must be) into a folder that stays, a lock
 * with their hashes, and an install from that folder alone. Only the fetching has the network, and each step runs in the
 * sandbox, because building a package runs its author's code. Resolves with what is there now, or with why not; then
 * nothing is left.
 */
export async function buildEnvironment(
  deps: { broker: Broker; sandbox: Sandbox; store: EnvironmentStore },
  request: BuildRequest,
  onStep: (step: string) => void,
  signal: AbortSignal,
): Promise<StoredEnvironment | Reason> {
  const { broker, sandbox, store } = deps;
  const { id, python, source } = request;
  const folder = store.buildFolder(id);
  const inside = sandbox.jobPath(folder);
  const venvPython = join(inside, 'venv', 'bin', 'python');

  const step = async (
    command: string[],
    options: { wallMs: number; hasNetwork: boolean },
  ): Promise<{ isDone: boolean; output: string }> => {
    signal.throwIfAborted();
    let output = '';
    let rest = '';
    const take = (bytes: Buffer): void => {
      const text = bytes.toString('utf8');
      output = (output + text).slice(-OUTPUT_KEPT);
      const lines = (rest + text).split('\n');
      rest = (lines.pop() ?? '').slice(-2_000);
      for (const line of lines) {
        const said = pipStep(line);
        if (said !== undefined) onStep(said);
      }
    };
    const handle = broker.startOwn(
      {
        ...sandbox.wrap({
          command,
          env: {
            PATH: '/usr/local/bin:/usr/bin:/bin',
            LANG: 'C.UTF-8',
            PYTHONUTF8: '1',
            HOME: join(inside, 'home'),
            TMPDIR: join(inside, 'tmp'),
            ...(options.hasNetwork ? source?.env : {}),
          },
          readOnly: [...python.readOnly, ...(source?.readOnly ?? [])],
          cwd: inside,
          hasNetwork: options.hasNetwork,
          limits: { memoryMib: 4_096, processes: 512, openFiles: 4_096, fileMib: 4_096 },
          jobFolder: folder,
        }),
        hasStdin: false,
        isStreamed: true,
        outputCap: 0,
        wallMs: options.wallMs,
        graceMs: 2_000,
      },
      { stdout: take, stderr: take },
    );
    const onAbort = (): void => handle.kill();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) handle.kill();
    const { ended } = await handle.ended;
    signal.removeEventListener('abort', onAbort);
    signal.throwIfAborted();
    if (ended.cause === 'timeout') output += `\nERROR: it took more than ${options.wallMs / 60_000} minutes`;
    return { isDone: ended.cause === 'exited' && ended.code === 0, output: `${output}\n${ended.message}` };
  };

  try {
    for (const name of ['home', 'tmp', 'wheels']) mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'requirements.txt'), `${request.requirements.join('\n')}\n`);
    onStep('Making an empty environment');
    // Without pip inside: the one of the Python that makes it installs from outside, so it is not part of what is pinned.
    const made = await step([python.path, '-m', 'venv', '--without-pip', join(inside, 'venv')], {
      wallMs: STEP_MS.venv,
      hasNetwork: false,
    });
    if (!made.isDone)
      return { code: 'venv_failed', message: `Python could not make an environment: ${lastLine(made.output)}` };
    const pip = (...args: string[]): string[] => [
      venvPython,
      python.pip,
      '--isolated',
      '--disable-pip-version-check',
      '--no-input',
      '--no-color',
      ...args,
    ];

    if (source === undefined) copyKept(store.folderOf(id), folder);
    else {
      onStep('Asking the package index');
      const fetched = await step(
        pip(
          'wheel',
          '--no-cache-dir',
          '--progress-bar',
          'off',
          '--retries',
          '1',
          '--timeout',
          '20',
          ...source.args,
          '-r',
          join(inside, 'requirements.txt'),
          '-w',
          join(inside, 'wheels'),
        ),
        { wallMs: STEP_MS.fetch, hasNetwork: true },
      );
      if (!fetched.isDone) return pipFailure(fetched.output, source.hosts);
    }
    onStep('Pinning what was fetched');
    const packages = await lock(folder, signal);

    onStep('Installing');
    const installed = await step(
      pip(
        'install',
        '--ignore-installed',
        '--no-index',
        '--no-deps',
        '--no-cache-dir',
        '--progress-bar',
        'off',
        '--find-links',
        join(inside, 'wheels'),
        '--require-hashes',
        '-r',
        join(inside, 'lock.txt'),
      ),
      { wallMs: STEP_MS.install, hasNetwork: false },
    );
    if (!installed.isDone) return pipFailure(installed.output, []);

    for (const name of ['home', 'tmp']) rmSync(join(folder, name), { recursive: true, force: true });
    const final = store.folderOf(id);
    moveScripts(join(folder, 'venv', 'bin'), join(inside, 'venv'), join(final, 'venv'));
    const stored: StoredEnvironment = {
      id,
      requirements: [...request.requirements],
      python: { path: python.path, version: python.version, readOnly: python.readOnly },
      packages,
      hosts: source?.hosts ?? store.find(id)?.hosts ?? [],
      bytes: sizeOf(folder),
      createdAt: request.now,
    };
    writeFresh(recordPath(folder), `${JSON.stringify(stored, null, 2)}\n`);
    store.remove(id);
    renameSync(folder, final);
    return stored;
  } catch (error) {
    if (signal.aborted) return { code: 'cancelled', message: 'It was cancelled; nothing was kept.' };
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return { code: 'disk.full', message: 'The disk is full.' };
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Hashes every fetched package and writes lock.txt, from which alone the install is made. */
async function lock(folder: string, signal: AbortSignal): Promise<StoredEnvironment['packages']> {
  const packages: StoredEnvironment['packages'] = [];
  const lines: string[] = [];
  for (const file of isOwnFolder(join(folder, 'wheels')) ? readdirSync(join(folder, 'wheels')).sort() : []) {
    const [name, version] = file.split('-');
    // Building a package runs its author's code, which may have left anything here.
    if (!lstatSync(join(folder, 'wheels', file)).isFile()) continue;
    if (!file.endsWith('.whl') || name === undefined || version === undefined) continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, 'wheels', file)), hash, { signal });
    const sha256 = hash.digest('hex');
    packages.push({ name: name.toLowerCase().replaceAll('_', '-'), version, sha256 });
    lines.push(`${name}==${version} --hash=sha256:${sha256}`);
  }
  writeFresh(join(folder, 'lock.txt'), `${lines.join('\n')}\n`);
  return packages;
}

/** Takes the packages of an environment that is made again without a link. */
function copyKept(old: string, folder: string): void {
  if (!hasWheels(old)) throw new Error('no packages are kept');
  cpSync(join(old, 'wheels'), join(folder, 'wheels'), { recursive: true, verbatimSymlinks: true });
}

/** Scripts name their Python by the path at which they were made; they move with the folder. */
function moveScripts(bin: string, from: string, to: string): void {
  if (from === to || !isOwnFolder(bin)) return;
  for (const name of readdirSync(bin)) {
    const path = join(bin, name);
    const stat = lstatSync(path);
    if (!stat.isFile() || stat.size > 2 ** 20) continue;
    const text = readFileSync(path, 'latin1');
    if (!text.startsWith('#!') && !name.startsWith('activate') && !name.startsWith('Activate')) continue;
    writeFileSync(path, text.replaceAll(from, to), 'latin1');
  }
}

/** Bytes of a tree, links not followed. */
function sizeOf(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) bytes += lstatSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
