import { ownArch, seccompFilter, type SocketRule } from './seccomp-filter.ts';

/** What there is in place of bubblewrap; each was tried on this machine. */
export interface FallbackTools {
  /** util-linux's, able to make namespaces. */
  unshare?: string;
  /** A Python of the system that can confine itself with Landlock. */
  python?: string;
  /** launch.py */
  launcher?: string;
}

export interface FallbackProfile {
  readOnly: readonly string[];
  jobFolder?: string;
  network: 'none' | 'direct' | { loopbackPort: number } | 'forwarded';
  /** Starts the command as its child, outside the limits: the forwarder, where the network is `forwarded`. */
  starter: readonly string[];
  /** With its limits. */
  command: readonly string[];
}

/** What every program needs to start, beside its own files; nothing that tells who the user is. */
const SYSTEM = [
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/alternatives',
  '/etc/localtime',
  // Node ends at once where this is there and may not be read.
  '/etc/ssl/openssl.cnf',
  '/etc/pki/tls/openssl.cnf',
  '/nix/store',
  '/dev/urandom',
  '/dev/random',
];
const FOR_TLS = ['/etc/ssl', '/etc/pki', '/etc/ca-certificates'];
const FOR_NAMES = ['/etc/hosts', '/etc/nsswitch.conf', '/etc/services', '/etc/resolv.conf', '/run/systemd/resolve'];
const DEVICES = ['/dev/null', '/dev/zero', '/dev/full'];

/**
 * The command line that runs a program with what this machine allows: namespaces for processes and network by
 * `unshare`, files and TCP by Landlock, system calls by seccomp.
 */
export function fallbackCommand(tools: FallbackTools, profile: FallbackProfile): string[] {
  const { unshare, python, launcher = '' } = tools;
  const { network } = profile;
  const hasOwnNetwork = unshare !== undefined && (network === 'none' || network === 'forwarded');
  const command: string[] = [];
  if (unshare !== undefined) {
    command.push(unshare, '--user', '--map-root-user', '--pid', '--fork', '--kill-child', '--mount-proc');
    command.push('--ipc', '--uts', ...(hasOwnNetwork ? ['--net'] : []), '--');
  }
  if (python === undefined) return [...command, ...profile.command];
  const launch = (spec: object): string[] => [python, '-I', '-S', launcher, JSON.stringify(spec)];
  if (network === 'forwarded') command.push(...launch({ loopback: true }), ...profile.starter);
  const arch = ownArch();
  const isOnline = network !== 'none';
  const spec = {
    read: [
      ...SYSTEM,
      ...(isOnline ? FOR_TLS : []),
      ...(network === 'direct' ? FOR_NAMES : []),
      // Without a namespace of processes it would show those of everybody.
      ...(unshare === undefined ? [] : ['/proc']),
      ...profile.readOnly,
    ],
    write: [...DEVICES, ...(profile.jobFolder === undefined ? [] : [profile.jobFolder])],
    port: typeof network === 'object' ? network.loopbackPort : network === 'none' ? null : 'any',
    filter: arch === undefined ? null : seccompFilter(arch, socketRule(network), false).toString('base64'),
  };
  return [...command, ...launch(spec), ...profile.command];
}

/** No Unix sockets: the file system is the user's own, and the services of the session listen in it. */
function socketRule(network: FallbackProfile['network']): SocketRule {
  if (network === 'none') return 'none';
  return network === 'direct' ? 'unix+inet' : 'tcp';
}
