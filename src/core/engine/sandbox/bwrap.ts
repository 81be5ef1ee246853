import { lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { PROXY_MOUNT } from '../network/proxy-place.ts';
import type { RunLimits } from '../../analyzers/flavor.ts';

/** What a program may see and do inside bubblewrap. */
export interface BwrapProfile {
  /** Paths it may read, at their own place; missing ones are skipped. */
  readOnly: readonly string[];
  /** A folder it may write, seen as /job. */
  jobFolder?: string;
  hasNetwork: boolean;
  /** The socket of the filtering proxy, seen as PROXY_MOUNT; the network of the namespace itself stays empty. */
  proxySocket?: string;
  /** Whether a filter of system calls waits on fd 5. */
  hasFilter: boolean;
  cwd: string;
  /** With its limits, which are set inside the namespace, where the count of processes is the namespace's own. */
  command: readonly string[];
}

/** Where the job folder lies for a program inside, as in Cortex's containers. */
export const JOB_MOUNT = '/job';

/** Every program inside has this user and group. */
export const SANDBOX_UID = '1000';

/** What names, certificates and time need; nothing that tells who the user is. */
const ALWAYS = [
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  '/etc/localtime',
  '/nix/store',
];
const FOR_NETWORK = ['/etc/hosts', '/etc/nsswitch.conf', '/etc/services'];
const FOR_TLS = ['/etc/ssl', '/etc/pki', '/etc/ca-certificates'];

/**
 * [Note: Go-ahead] Between its clone and the moment it ties itself to its parent, bwrap's inner process would outlive a
 * kill -9. So the first step inside says on fd 4 that it is there and waits: only a living broker that still wants the
 * run answers, and an end of the pipe ends it before the program was started.
 */
const GO_AHEAD = 'echo >&4 && read -r go <&4 || exit 125; exec 4>&-; exec "$@"';

/** The arguments of bwrap. Standard streams pass through; fd 3 gets the first process's id, fd 4 is the go-ahead, fd 5 the filter. */
export function bwrapArguments(profile: BwrapProfile): string[] {
  const args = [
    '--unshare-all',
    '--die-with-parent',
    '--new-session',
    '--cap-drop',
    'ALL',
    // The same for root and for a user, so that what is tested as root holds for everybody.
    '--uid',
    SANDBOX_UID,
    '--gid',
    SANDBOX_UID,
    '--hostname',
    'osmia',
    '--info-fd',
    '3',
  ];
  if (profile.hasFilter) args.push('--seccomp', '5');
  if (profile.hasNetwork) args.push('--share-net');
  args.push('--ro-bind', '/usr', '/usr');
  for (const path of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) args.push(...systemFolder(path));
  args.push('--proc', '/proc', '--dev', '/dev', '--size', String(256 * 2 ** 20), '--tmpfs', '/tmp', '--tmpfs', '/home');
  for (const path of ALWAYS) args.push('--ro-bind-try', path, path);
  if (profile.hasNetwork) {
    for (const path of FOR_NETWORK) args.push('--ro-bind-try', path, path);
    // Often a link into /run, which is not there inside.
    args.push('--ro-bind-try', realPath('/etc/resolv.conf'), '/etc/resolv.conf');
  }
  if (profile.hasNetwork || profile.proxySocket !== undefined)
    for (const path of FOR_TLS) args.push('--ro-bind-try', path, path);
  if (profile.proxySocket !== undefined) args.push('--bind', profile.proxySocket, PROXY_MOUNT);
  for (const path of profile.readOnly) args.push('--ro-bind-try', path, path);
  if (profile.jobFolder !== undefined) args.push('--bind', profile.jobFolder, JOB_MOUNT);
  args.push('--dir', profile.cwd, '--chdir', profile.cwd, '--remount-ro', '/', '--');
  args.push('/bin/sh', '-c', GO_AHEAD, 'sh', ...profile.command);
  return args;
}

/** The command that sets limits on what follows it. Memory is RLIMIT_DATA: an address-space limit breaks V8. */
export function prlimitCommand(prlimit: string, limits: Partial<RunLimits>): string[] {
  const args = [prlimit, '--core=0'];
  if (limits.cpuSeconds !== undefined) args.push(`--cpu=${limits.cpuSeconds}:${limits.cpuSeconds + 5}`);
  if (limits.memoryMib !== undefined) args.push(`--data=${limits.memoryMib * 2 ** 20}`);
  if (limits.fileMib !== undefined) args.push(`--fsize=${limits.fileMib * 2 ** 20}`);
  if (limits.processes !== undefined) args.push(`--nproc=${limits.processes}`);
  if (limits.openFiles !== undefined) args.push(`--nofile=${limits.openFiles}`);
  return args;
}

/** On merged systems /bin and the like are links into /usr; elsewhere they are folders. */
function systemFolder(path: string): string[] {
  try {
    return lstatSync(path).isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
  } catch {
    return [];
  }
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
