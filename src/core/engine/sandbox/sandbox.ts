import { accessSync, constants, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { SandboxLevel } from '../../../shared/contract/entities.ts';
import type { RunLimits } from '../../analyzers/flavor.ts';
import type { Broker, RunSpec } from '../broker/broker-client.ts';
import type { Ended } from '../broker/protocol.ts';
import { FORWARDER_PORT, PROXY_MOUNT } from '../network/proxy-place.ts';
import { bwrapArguments, JOB_MOUNT, prlimitCommand } from './bwrap.ts';
import { fallbackCommand } from './fallback.ts';
import { seatbeltProfile } from './seatbelt.ts';
import { ownArch } from './seccomp-filter.ts';

/** What can isolate a program, from the strongest. */
const MECHANISMS = ['bwrap', 'unshare', 'landlock', 'seatbelt'] as const;
export type Mechanism = (typeof MECHANISMS)[number];

/** The tools of this machine that were tried and work, by their paths. `landlock` is a Python that can do it. */
type Tools = Partial<Record<Mechanism | 'prlimit', string>>;

export interface SandboxReport {
  level: SandboxLevel;
  /** Why it is this one, in words; empty for `isolated`. */
  reason: string;
  /** What is in force for every run, in words. */
  readonly layers: string[];
  /** Whether memory, CPU time and file size are limited. */
  hasLimits: boolean;
}

/** What is to be run, before the sandbox is put around it. */
interface Confined {
  command: readonly string[];
  env: Record<string, string>;
  readOnly: readonly string[];
  cwd: string;
  hasNetwork: boolean;
  /** The way to the filtering proxy; then `hasNetwork` is false. */
  proxy?: ProxyAccess;
  limits: Partial<RunLimits>;
  jobFolder?: string;
}

/** A socket, or a port on the loopback interface. */
interface ProxyAccess {
  socketPath: string | undefined;
  port: number;
}

/** Programs of ours that are part of a sandbox. */
interface OwnPrograms {
  nodePath: string;
  /** The text of network/forwarder.ts. */
  forwarder: string;
  /** Path of sandbox/launch.py. */
  launcher: string;
  /** Whether jobs share a limit on memory: known only some time after the start. */
  isMemoryShared(): boolean;
}

export interface Sandbox {
  readonly report: SandboxReport;
  /** Where the filtering proxy has to listen: only where a program has a network of its own can a socket be all of it. */
  readonly proxyPlace: 'socket' | 'loopback';
  /** File, arguments and working directory of the confined command; `jobPath` is the folder as the program sees it. */
  wrap(confined: Confined): Pick<RunSpec, 'file' | 'args' | 'env' | 'cwd' | 'isNamespace' | 'seccomp'>;
  /** The job folder as a program inside sees it. */
  jobPath(folder: string): string;
  /** What was in force for such a run and what this sandbox cannot do for it, in words, for the job's row. */
  notes(run: { hasNetwork: boolean; isProxied?: boolean }): string[];
}

/** The forwarder is a process of the same user inside, with threads that count. */
const FORWARDER_PROCESSES = 24;

/** Puts the best of these tools around programs. `reason`: why there is nothing better. */
function createSandbox(tools: Tools, reason: string, own: OwnPrograms): Sandbox {
  const { bwrap, unshare, landlock, seatbelt, prlimit } = tools;
  const isFiltered = ownArch() !== undefined && (bwrap !== undefined || landlock !== undefined);
  const hasOwnNetwork = bwrap !== undefined || (unshare !== undefined && landlock !== undefined);
  const level: SandboxLevel = bwrap !== undefined ? 'isolated' : Object.keys(tools).length > 0 ? 'limited' : 'none';
  const layers = (): string[] => [
    ...(bwrap === undefined ? [] : ['own namespaces (bubblewrap): files, processes, network']),
    ...(bwrap !== undefined || unshare === undefined ? [] : ['own namespaces (unshare): processes, network']),
    ...(bwrap !== undefined || landlock === undefined ? [] : ['files by Landlock']),
    ...(bwrap !== undefined || seatbelt === undefined ? [] : ['files and network by Seatbelt']),
    ...(isFiltered ? ['system-call filter'] : []),
    ...(prlimit === undefined ? [] : ['limits on memory, CPU time and files']),
    ...(own.isMemoryShared() ? ['a limit on the memory of all jobs (systemd)'] : []),
  ];

  const limited = ({ limits, proxy, command }: Confined): string[] => {
    if (prlimit === undefined) return [...command];
    const { processes, ...others } = limits;
    // Outside a user namespace the count of processes is that of the whole user: a limit would hit everything else.
    if (processes === undefined || (bwrap === undefined && unshare === undefined))
      return [...prlimitCommand(prlimit, others), ...command];
    const beside = proxy?.socketPath === undefined ? 0 : FORWARDER_PROCESSES;
    return [...prlimitCommand(prlimit, { ...others, processes: processes + beside }), ...command];
  };

  return {
    report: {
      level,
      reason,
      get layers() {
        return layers();
      },
      hasLimits: prlimit !== undefined,
    },
    proxyPlace: hasOwnNetwork ? 'socket' : 'loopback',
    wrap(confined) {
      const { env, hasNetwork, proxy, jobFolder } = confined;
      const command = limited(confined);
      const socket = proxy?.socketPath;
      const job = jobFolder === undefined ? {} : { jobFolder };
      const starter = (path: string): string[] =>
        socket === undefined ? [] : [...forwarderCommand(own), path, String(FORWARDER_PORT)];
      const readOnly = socket === undefined ? confined.readOnly : [...confined.readOnly, own.nodePath];
      if (bwrap !== undefined) {
        const args = bwrapArguments({
          readOnly,
          hasNetwork,
          hasFilter: isFiltered,
          cwd: confined.cwd,
          command: [...starter(PROXY_MOUNT), ...command],
          ...job,
          ...(socket === undefined ? {} : { proxySocket: socket }),
        });
        const seccomp = hasNetwork || proxy !== undefined ? 'unix+inet' : 'unix';
        return { file: bwrap, args, env, cwd: '/', isNamespace: true, ...(isFiltered ? { seccomp } : {}) };
      }
      const network = hasNetwork ? 'direct' : proxy === undefined ? 'none' : { loopbackPort: proxy.port };
      const line =
        seatbelt === undefined
          ? fallbackCommand(
              {
                ...(unshare === undefined ? {} : { unshare }),
                ...(landlock === undefined ? {} : { python: landlock, launcher: own.launcher }),
              },
              {
                readOnly,
                network: socket === undefined ? network : 'forwarded',
                starter: starter(socket ?? ''),
                command,
                ...job,
              },
            )
          : [seatbelt, '-p', seatbeltProfile({ readOnly, network, ...job }), ...command];
      const [file = '', ...args] = line;
      return { file, args, env, cwd: confined.cwd, isNamespace: false };
    },
    jobPath: (folder) => (bwrap === undefined ? folder : JOB_MOUNT),
    notes({ hasNetwork, isProxied = false }) {
      const inForce = layers();
      const notes = inForce.length === 0 ? [] : [`Layers: ${inForce.join('; ')}.`];
      if (bwrap === undefined) {
        const readsFiles = landlock === undefined && seatbelt === undefined;
        notes.push(`Not isolated: ${reason}${readsFiles ? ' The program could read your files.' : ''}`);
        if (unshare === undefined) notes.push('A process that it hid could outlive it.');
        const isHeld = landlock !== undefined || seatbelt !== undefined;
        if (!hasNetwork && !isProxied && unshare === undefined && !isHeld)
          notes.push('Its network could not be switched off.');
        if (isProxied && !hasOwnNetwork)
          notes.push(
            isHeld
              ? 'It was told to use the filtering proxy, and had no other port.'
              : 'It was told to use the filtering proxy; nothing made it.',
          );
      }
      if (hasNetwork) notes.push('It had the network of this machine, services on it included.');
      if (prlimit === undefined) notes.push('Its memory and CPU time were not limited (prlimit is missing).');
      return notes;
    },
  };
}

const forwarderCommand = ({ nodePath, forwarder }: OwnPrograms): string[] => [
  nodePath,
  '--max-old-space-size=64',
  '--max-semi-space-size=1',
  '--input-type=module',
  '--eval',
  forwarder,
  '--',
];

const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];

/**
 * Tries what this machine offers, once: a tool that is installed may still be forbidden to make namespaces (Ubuntu's
 * default). `allowed` leaves out what it does not name, as on a machine that has none of it; false leaves out all.
 */
export async function detectSandbox(
  broker: Broker,
  allowed: boolean | readonly Mechanism[],
  sourceRoot = resolve(import.meta.dirname, '../../../..'),
): Promise<Sandbox> {
  const own: OwnPrograms = {
    nodePath: broker.nodePath,
    forwarder: readFileSync(join(sourceRoot, 'src/core/engine/network/forwarder.ts'), 'utf8'),
    launcher: join(sourceRoot, 'src/core/engine/sandbox/launch.py'),
    isMemoryShared: broker.isMemoryShared,
  };
  if (process.platform === 'win32') return createSandbox({}, 'Osmia has no sandbox for Windows yet.', own);
  const may = new Set<Mechanism>(typeof allowed === 'boolean' ? (allowed ? MECHANISMS : []) : allowed);
  const prlimit = findTool('prlimit');
  const limits: Tools = prlimit === undefined ? {} : { prlimit };
  if (may.size === 0) return createSandbox(limits, 'The sandbox is switched off.', own);

  /** Why a program does not run with these tools around it; undefined when it does. */
  const whyNot = async (tools: Tools): Promise<string | undefined> => {
    const ended = await probe(broker, createSandbox(tools, '', own), ['/bin/sh', '-c', ':']);
    if (ended.cause === 'exited' && ended.code === 0) return undefined;
    return ended.stderr.trim().split('\n')[0]?.slice(0, 200) || ended.message || `exit ${ended.code}`;
  };

  let reason: string;
  const bwrap = may.has('bwrap') ? findTool('bwrap') : undefined;
  if (bwrap !== undefined) {
    const problem = await whyNot({ ...limits, bwrap });
    if (problem === undefined) return createSandbox({ ...limits, bwrap }, '', own);
    reason = `bubblewrap is installed but does not work here: ${problem}.`;
  } else if (process.platform === 'linux') reason = 'bubblewrap is not installed (the package is called bubblewrap).';
  else reason = 'Osmia has no strong sandbox for this system.';

  const tools = { ...limits };
  const candidates: [Mechanism, string | undefined][] =
    process.platform === 'linux'
      ? [
          ['unshare', findTool('unshare')],
          ['landlock', findTool('python3')],
        ]
      : [['seatbelt', findTool('sandbox-exec')]];
  for (const [mechanism, path] of candidates) {
    if (path === undefined || !may.has(mechanism)) continue;
    // Together with what was found before: that is how it is going to be used.
    if ((await whyNot({ ...tools, [mechanism]: path })) === undefined) tools[mechanism] = path;
  }
  return createSandbox(tools, reason, own);
}

async function probe(broker: Broker, sandbox: Sandbox, command: string[]): Promise<Ended> {
  const { ended } = await broker.startOwn({
    ...sandbox.wrap({ command, env: {}, readOnly: [], cwd: '/', hasNetwork: false, limits: { openFiles: 64 } }),
    hasStdin: false,
    isStreamed: false,
    outputCap: 65_536,
    wallMs: 5_000,
    graceMs: 0,
  }).ended;
  return ended;
}

const findTool = (name: string): string | undefined =>
  FOLDERS.map((folder) => `${folder}/${name}`).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
