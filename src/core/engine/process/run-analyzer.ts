import { chmodSync, mkdirSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import type { KnownFlavor } from '../../analyzers/analyzers.service.ts';
import type { GateAllowed } from '../../jobs/gate.ts';
import type { BlobReader } from '../../ports.ts';
import type { Broker } from '../broker/broker-client.ts';
import { wipeJobFolder } from '../broker/job-folder.ts';
import type { Ended } from '../broker/protocol.ts';
import type { Contact } from '../network/contact.ts';
import { contactNotes, networkKindOf, openRunNetwork, type RunNetwork } from '../network/run-network.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { redact } from './redact.ts';
import type { Scratch } from './scratch.ts';

export interface AttachedFile {
  reader: BlobReader;
  name: string;
  contentType: string;
}

export interface AnalyzerRun {
  jobId: string;
  flavor: KnownFlavor;
  /** Input without the file's own fields. */
  input: Record<string, unknown>;
  file: AttachedFile | undefined;
  /** Files beside the object of a responder, which finds them listed under `attachments`. */
  attachments?: readonly AttachedFile[];
  secrets: readonly string[];
}

/** What a run left behind. The folder stays until `wipe`, so that file artifacts can be fetched. */
export interface AnalyzerResult {
  ended: Ended;
  /** The bytes of output.json; empty where there is none. */
  report: Buffer;
  folder: string;
  notes: string[];
  /** What it asked the filtering proxy for. */
  contacts: Contact[];
  wipe(): Promise<void>;
}

/** The largest text on either stream, in bytes. */
const OUTPUT_CAP = 8 * 2 ** 20;
/** Processes of ours in the tree: those of the sandbox and the forwarder. */
const OF_THE_SANDBOX = 8;
/** What all processes may use together, in units of what one may. */
const TREE_MEMORY_FACTOR = 2;
/** Between SIGTERM and SIGKILL where there is no namespace, in milliseconds. */
const GRACE_MS = 5_000;

/**
 * Runs somebody's analyzer by Cortex's job folder (reference: cortex.md 2): `<command> <folder>`, the current folder is
 * the parent of the worker's own, the environment is empty but for what is named here.
 */
export async function runAnalyzer(
  deps: { broker: Broker; sandbox: Sandbox; scratch: Scratch },
  permit: GateAllowed,
  run: AnalyzerRun,
  signal: AbortSignal,
): Promise<AnalyzerResult> {
  const { broker, sandbox, scratch } = deps;
  const { flavor, file } = run;
  const { program, start } = flavor;
  if (program === undefined || start === undefined) throw new Error('The gate allowed a flavor that cannot start.');
  const attachments = run.attachments ?? [];
  const memoryMib = Math.max(flavor.limits.memoryMib, start.leastMemoryMib);
  const given = [...attachments, ...(file ? [file] : [])].reduce((sum, { reader }) => sum + reader.size, 0);
  const place = scratch.folderFor(given);
  const inside = sandbox.jobPath(place.path);
  const kind = networkKindOf(flavor);
  const notes = sandbox.notes({ hasNetwork: kind === 'direct', isProxied: kind === 'proxy' });
  if (!place.isInMemory) {
    notes.push(
      file === undefined
        ? 'While it ran, its input lay in clear on disk.'
        : 'While it ran, the file lay in clear on disk: it was too large for memory, or there is no memory file system.',
    );
  }
  let isGone = false;
  const wipe = async (): Promise<void> => {
    if (isGone) return;
    // The broker may be the one that died.
    if (!(await broker.wipe(place.path)) && !wipeJobFolder(place.path))
      notes.push('Its folder could not be removed; it will be at the next start.');
  };

  let network: RunNetwork | undefined;
  try {
    const input = { ...run.input };
    if (kind === 'proxy') {
      // In memory where there is such a place: its path is short, as a socket's has to be.
      const folder = sandbox.proxyPlace === 'socket' ? dirname(scratch.folderFor(0).path) : undefined;
      network = await openRunNetwork(flavor, (input['config'] ?? {}) as Record<string, unknown>, folder);
      input['config'] = network.config;
    }
    if (file !== undefined) {
      mkdirSync(join(place.path, 'input'), { recursive: true, mode: 0o700 });
      const name = `attachment${randomBytes(8).toString('hex')}`;
      await copyOut(file.reader, join(place.path, 'input', name), signal);
      Object.assign(input, { file: name, filename: file.name, contentType: file.contentType });
    }
    if (attachments.length > 0) input['attachments'] = await copyAll(attachments, place.path, signal);
    const caPath = await writeCertificates(input, place.path, inside);
    const home = join(inside, 'home');
    mkdirSync(join(place.path, 'home'), { recursive: true, mode: 0o700 });
    const handle = broker.startAnalyzer(
      permit,
      { id: run.jobId, flavorId: flavor.id },
      {
        ...sandbox.wrap({
          command: [...start.command, program, inside],
          env: {
            PATH: '/usr/local/bin:/usr/bin:/bin',
            LANG: 'C.UTF-8',
            PYTHONUTF8: '1',
            PYTHONIOENCODING: 'utf-8',
            PYTHONDONTWRITEBYTECODE: '1',
            HOME: home,
            TMPDIR: home,
            TEMP: home,
            TMP: home,
            ...start.env,
            ...(caPath === undefined ? {} : { REQUESTS_CA_BUNDLE: caPath }),
            ...network?.env,
          },
          readOnly: [...start.readOnly, flavor.folder, ...siblings(flavor), ...flavor.readable],
          cwd: flavor.root,
          hasNetwork: kind === 'direct',
          ...(network === undefined ? {} : { proxy: network }),
          limits: { ...flavor.limits, memoryMib },
          jobFolder: place.path,
        }),
        hasStdin: false,
        isStreamed: false,
        outputCap: OUTPUT_CAP,
        wallMs: Math.round(flavor.limits.wallSeconds * 1_000),
        graceMs: GRACE_MS,
        tree: {
          processes: flavor.limits.processes + OF_THE_SANDBOX,
          memoryBytes: memoryMib * TREE_MEMORY_FACTOR * 2 ** 20,
        },
        folder: {
          path: place.path,
          inputJson: JSON.stringify(input),
          reportCap: flavor.limits.outputBytes,
          capBytes: given + flavor.limits.folderMib * 2 ** 20,
        },
      },
    );
    const onAbort = (): void => handle.kill();
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) handle.kill();
    const { ended, report } = await handle.ended;
    signal.removeEventListener('abort', onAbort);
    isGone = ended.isFolderGone;
    if (ended.survivors > 0) notes.push(`${ended.survivors} of its processes could not be ended.`);
    const clean = { ...ended, stdout: redact(ended.stdout, run.secrets), stderr: redact(ended.stderr, run.secrets) };
    const contacts = ((await network?.close()) ?? []).map((one) => ({ ...one, host: redact(one.host, run.secrets) }));
    if (network !== undefined) notes.push(...contactNotes(contacts));
    return { ended: clean, report, folder: place.path, notes, contacts, wipe };
  } catch (error) {
    await network?.close();
    await wipe();
    throw error;
  }
}

async function copyAll(files: readonly AttachedFile[], folder: string, signal: AbortSignal): Promise<object[]> {
  mkdirSync(join(folder, 'input'), { recursive: true, mode: 0o700 });
  const listed: object[] = [];
  for (const { reader, name, contentType } of files) {
    const file = `attachment${randomBytes(8).toString('hex')}`;
    await copyOut(reader, join(folder, 'input', file), signal);
    listed.push({ file, filename: name, contentType, size: reader.size });
  }
  return listed;
}

/** A descriptor may name a program in another folder of its source than its own. */
const siblings = (flavor: KnownFlavor): string[] =>
  flavor.program === undefined || flavor.program.startsWith(flavor.folder) ? [] : [dirname(flavor.program)];

async function writeCertificates(
  input: Record<string, unknown>,
  folder: string,
  inside: string,
): Promise<string | undefined> {
  const { cacerts } = (input['config'] ?? {}) as { cacerts?: unknown };
  if (typeof cacerts !== 'string' || cacerts === '') return undefined;
  mkdirSync(join(folder, 'input'), { recursive: true, mode: 0o700 });
  const file = await open(join(folder, 'input', 'cacerts'), 'wx', 0o600);
  await file.writeFile(cacerts);
  await file.close();
  return join(inside, 'input', 'cacerts');
}

async function copyOut(reader: BlobReader, path: string, signal: AbortSignal): Promise<void> {
  const out = await open(path, 'wx', 0o600);
  try {
    const step = 2 ** 20;
    for (let at = 0; at < reader.size; ) {
      signal.throwIfAborted();
      const bytes = await reader.read(at, Math.min(step, reader.size - at));
      if (bytes.length === 0) throw new Error('the stored file ended early');
      await out.write(bytes);
      at += bytes.length;
    }
  } finally {
    await out.close();
  }
  chmodSync(path, 0o400);
}
