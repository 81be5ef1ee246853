import { accessSync, constants } from 'node:fs';
import type { RunLimits } from '../../analyzers/flavor.ts';
import type { SandboxLevel } from '../../../shared/contract/entities.ts';
import type { Broker, RunSpec } from '../broker/broker-client.ts';
import { ownArch } from './seccomp-filter.ts';
import { type BwrapProfile, bwrapArguments, JOB_MOUNT, prlimitCommand } from './bwrap.ts';

export interface SandboxReport {
  level: SandboxLevel;
  /** Why it is this one, in words; empty for `isolated`. */
  reason: string;
  bwrap: string | undefined;
  prlimit: string | undefined;
  /** Whether system calls are filtered. */
  isFiltered: boolean;
}

/** What is to be run, before the sandbox is put around it. */
interface Confined {
  command: readonly string[];
  env: Record<string, string>;
  readOnly: readonly string[];
  cwd: string;
  hasNetwork: boolean;
  limits: Partial<RunLimits>;
  jobFolder?: string;
}

export interface Sandbox {
  readonly report: SandboxReport;
  /** File, arguments and working directory of the confined command; `jobPath` is the folder as the program sees it. */
  wrap(confined: Confined): Pick<RunSpec, 'file' | 'args' | 'env' | 'cwd' | 'isNamespace' | 'seccomp'>;
  /** The job folder as a program inside sees it. */
  jobPath(folder: string): string;
  /** What this sandbox cannot do for such a run, in words, for the job's row. */
  notes(run: { hasNetwork: boolean }): string[];
}

const FOLDERS = ['/usr/bin', '/bin', '/usr/local/bin', '/run/current-system/sw/bin'];

const findTool = (name: string): string | undefined =>
  FOLDERS.map((folder) => `${folder}/${name}`).find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

/**
 * Tries what this machine offers, once: a tool that is installed may still be forbidden to make namespaces (Ubuntu's
 * default). `isAllowed` false gives the next lower level, as on a machine without bubblewrap.
 */
export async function detectSandbox(broker: Broker, isAllowed: boolean): Promise<Sandbox> {
  const prlimit = findTool('prlimit');
  const limited = (reason: string): Sandbox =>
    createSandbox({ level: 'limited', reason, bwrap: undefined, prlimit, isFiltered: false });
  if (process.platform === 'win32') {
    return createSandbox({
      level: 'none',
      reason: 'Osmia has no sandbox for Windows yet.',
      bwrap: undefined,
      prlimit: undefined,
      isFiltered: false,
    });
  }
  if (!isAllowed) return limited('The sandbox is switched off.');
  const bwrap = findTool('bwrap');
  if (bwrap === undefined) {
    return limited(
      process.platform === 'linux'
        ? 'bubblewrap is not installed (the package is called bubblewrap).'
        : 'Osmia has no sandbox for this system yet.',
    );
  }
  const candidate = createSandbox({
    level: 'isolated',
    reason: '',
    bwrap,
    prlimit,
    isFiltered: ownArch() !== undefined,
  });
  const probe = broker.startOwn({
    ...candidate.wrap({
      command: ['/bin/true'],
      env: {},
      readOnly: [],
      cwd: '/',
      hasNetwork: false,
      limits: { openFiles: 64 },
    }),
    hasStdin: false,
    isStreamed: false,
    outputCap: 65_536,
    wallMs: 5_000,
    graceMs: 0,
  });
  const { ended } = await probe.ended;
  if (ended.cause === 'exited' && ended.code === 0) return candidate;
  const said = ended.stderr.trim().split('\n')[0]?.slice(0, 200) ?? '';
  return limited(`bubblewrap is installed but does not work here: ${said || ended.message || `exit ${ended.code}`}.`);
}

function createSandbox(report: SandboxReport): Sandbox {
  const { bwrap, prlimit, isFiltered } = report;
  return {
    report,
    wrap(confined) {
      const { limits } = confined;
      if (bwrap !== undefined) {
        const profile: BwrapProfile = {
          readOnly: confined.readOnly,
          hasNetwork: confined.hasNetwork,
          hasFilter: isFiltered,
          cwd: confined.cwd,
          command: confined.command,
          ...(confined.jobFolder === undefined ? {} : { jobFolder: confined.jobFolder }),
          ...(prlimit === undefined ? {} : { limits: { prlimit, values: limits } }),
        };
        return {
          file: bwrap,
          args: bwrapArguments(profile),
          env: confined.env,
          cwd: '/',
          isNamespace: true,
          ...(isFiltered ? { seccomp: confined.hasNetwork ? 'inet' : 'unix' } : {}),
        };
      }
      // Outside a namespace the count of processes is that of the whole user: a limit would hit everything else.
      const { processes: _all, ...own } = limits;
      const [file = '', ...args] = [
        ...(prlimit === undefined ? [] : prlimitCommand(prlimit, own)),
        ...confined.command,
      ];
      return { file, args, env: confined.env, cwd: confined.cwd, isNamespace: false };
    },
    jobPath: (folder) => (bwrap === undefined ? folder : JOB_MOUNT),
    notes(run) {
      const notes: string[] = [];
      if (bwrap === undefined) {
        notes.push(`Not isolated: ${report.reason} The program could read your files.`);
        if (!run.hasNetwork) notes.push('Its network could not be switched off.');
      }
      if (run.hasNetwork) notes.push('It had the network of this machine, services on it included.');
      if (prlimit === undefined) notes.push('Its memory and CPU time were not limited (prlimit is missing).');
      return notes;
    },
  };
}
