/** What a program may do on macOS. */
export interface SeatbeltProfile {
  readOnly: readonly string[];
  jobFolder?: string;
  /** `port`: that of the filtering proxy on the loopback interface. */
  network: 'none' | 'direct' | { loopbackPort: number };
}

/** Libraries, interpreters that come with the system or from its package managers, and what tells the time. */
const SYSTEM = [
  '/System',
  '/usr',
  '/bin',
  '/sbin',
  '/Library/Apple',
  '/Library/Developer/CommandLineTools',
  '/opt/homebrew',
  '/opt/local',
  '/private/etc/ssl',
  '/private/etc/localtime',
  '/private/var/db/timezone',
  '/private/var/db/dyld',
  '/dev/null',
  '/dev/zero',
  '/dev/random',
  '/dev/urandom',
];

/**
 * A profile for sandbox-exec: everything is denied but what is named. Paths have to be real ones, since the kernel
 * compares them after it has followed links (/tmp is /private/tmp).
 */
export function seatbeltProfile(profile: SeatbeltProfile): string {
  const { network, jobFolder } = profile;
  const lines = [
    '(version 1)',
    '(deny default)',
    '(allow process-exec process-fork)',
    // Only its own: not the programs of the user, and nobody is told which others run.
    '(allow signal (target same-sandbox))',
    '(allow process-info* (target same-sandbox))',
    '(allow sysctl-read)',
    '(allow file-read-metadata)',
    `(allow file-read* file-map-executable ${subpaths([...SYSTEM, ...profile.readOnly])})`,
    '(allow file-write-data (literal "/dev/null") (literal "/dev/zero"))',
    ...(jobFolder === undefined ? [] : [`(allow file-read* file-write* ${subpaths([jobFolder])})`]),
  ];
  if (network === 'direct') {
    lines.push('(allow network-outbound (remote ip "*:*"))', '(allow system-socket)');
    // Names are resolved by a service of the system.
    lines.push('(allow network-outbound (literal "/private/var/run/mDNSResponder"))');
    lines.push('(allow mach-lookup (global-name "com.apple.dnssd.service"))');
  } else if (network !== 'none') {
    lines.push(`(allow network-outbound (remote ip "localhost:${network.loopbackPort}"))`);
  }
  return `${lines.join('\n')}\n`;
}

const subpaths = (paths: readonly string[]): string =>
  [...new Set(paths)].map((path) => `(subpath ${quoted(path)})`).join(' ');

/** Throws an Error for a path that a profile cannot name, rather than to let it end the text early. */
function quoted(path: string): string {
  if (!path.startsWith('/') || /[\0-\x1f\x7f]/.test(path))
    throw new Error('a path of the sandbox has control characters');
  return `"${path.replace(/[\\"]/g, (character) => `\\${character}`)}"`;
}
