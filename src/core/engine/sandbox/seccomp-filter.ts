import { ANSWER, assemble, DATA, type Instruction } from './bpf.ts';
import { DENIED, type FilterArch, INSPECTED, MARKS, MISSING, numberOn } from './seccomp-calls.ts';

const AUDIT_ARCH: Readonly<Record<FilterArch, number>> = { x64: 0xc000_003e, arm64: 0xc000_00b7 };
/** Set in the numbers of the x32 interface, which shares the architecture's mark with x86_64. */
const X32_BIT = 0x4000_0000;

const EPERM = 1;
const ENOSYS = 38;
const EAFNOSUPPORT = 97;

/** CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET. */
const NEW_NAMESPACES = 0x0002_0000 | 0x0200_0000 | 0x0400_0000 | 0x0800_0000 | 0x1000_0000 | 0x2000_0000 | 0x4000_0000;
/** Types what follows into the terminal that started us. */
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
/** Asks personality() what it is, without a change. */
const ASK_PERSONALITY = 0xffff_ffff;

const AF_UNIX = 1;
const AF_INET = 2;
const AF_INET6 = 10;
const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
const SOCK_STREAM = 1;
/** The other bits of a socket's type; those above are flags. */
const NOT_STREAM = 0x0e;

/**
 * Which sockets a program may open. Outside a mount namespace a Unix socket is a way to the services of the user's
 * session; outside a network namespace only a TCP port can be held back by Landlock, so there it is TCP or nothing.
 */
export type SocketRule = 'none' | 'unix' | 'tcp' | 'unix+inet';

/** The processor this process runs on, where we have a filter for it. */
export const ownArch = (): FilterArch | undefined =>
  process.arch === 'x64' || process.arch === 'arm64' ? process.arch : undefined;

/**
 * The program for `bwrap --seccomp` or prctl: everything is allowed but what is named. Other architectures of the same
 * machine (i386, x32, 32-bit ARM) have other numbers, so whoever uses them is killed. `hasOwnFiles`: no path leads to a
 * file of the user's, so modes and times may be changed.
 */
export function seccompFilter(arch: FilterArch, sockets: SocketRule, hasOwnFiles: boolean): Buffer {
  const program: Instruction[] = [
    { op: 'load', offset: DATA.architecture },
    { op: 'jump', when: 'equal', value: AUDIT_ARCH[arch], yes: 'ours' },
    { op: 'return', action: ANSWER.killProcess },
    { op: 'label', name: 'ours' },
    { op: 'load', offset: DATA.number },
  ];
  if (arch === 'x64') {
    program.push(
      { op: 'jump', when: 'atLeast', value: X32_BIT, no: 'native' },
      { op: 'return', action: ANSWER.killProcess },
      { op: 'label', name: 'native' },
    );
  }
  // The kernel asks once and remembers the answer for calls whose arguments are not looked at, so their order is free.
  for (const [name, body] of Object.entries(inspections(sockets))) {
    const number = numberOn(arch, INSPECTED[name as keyof typeof INSPECTED]);
    if (number === undefined) continue;
    const after = `after ${name}`;
    program.push({ op: 'jump', when: 'equal', value: number, no: after }, ...body);
    program.push({ op: 'label', name: after });
  }
  const answer = (numbers: readonly [number, number | null], action: number): void => {
    const value = numberOn(arch, numbers);
    if (value === undefined) return;
    const after = `not ${value}`;
    program.push({ op: 'jump', when: 'equal', value, no: after }, { op: 'return', action });
    program.push({ op: 'label', name: after });
  };
  for (const numbers of Object.values(MISSING)) answer(numbers, ANSWER.error(ENOSYS));
  if (!hasOwnFiles) for (const numbers of Object.values(MARKS)) answer(numbers, ANSWER.error(0));
  for (const numbers of Object.values(DENIED)) answer(numbers, ANSWER.error(EPERM));
  program.push({ op: 'return', action: ANSWER.allow });
  return assemble(program);
}

/**
 * What is done with a call whose arguments decide; each body ends with an answer. Only the low 32 bits are read: the
 * kernel takes these arguments as 32 bits, so a filter that compared all 64 could be walked around.
 */
function inspections(sockets: SocketRule): Record<keyof typeof INSPECTED, Instruction[]> {
  const allow: Instruction = { op: 'return', action: ANSWER.allow };
  const refuse: Instruction = { op: 'return', action: ANSWER.error(EPERM) };
  const load = (argument: number): Instruction => ({ op: 'load', offset: DATA.argument(argument) });
  return {
    // Both processors have the flags first.
    clone: [
      load(0),
      { op: 'jump', when: 'any', value: NEW_NAMESPACES, no: 'plain clone' },
      refuse,
      { op: 'label', name: 'plain clone' },
      allow,
    ],
    ioctl: [
      load(1),
      { op: 'jump', when: 'equal', value: TIOCSTI, yes: 'typing' },
      { op: 'jump', when: 'equal', value: TIOCLINUX, no: 'other ioctl' },
      { op: 'label', name: 'typing' },
      refuse,
      { op: 'label', name: 'other ioctl' },
      allow,
    ],
    personality: [
      load(0),
      { op: 'jump', when: 'equal', value: 0, yes: 'same person' },
      { op: 'jump', when: 'equal', value: ASK_PERSONALITY, yes: 'same person' },
      refuse,
      { op: 'label', name: 'same person' },
      allow,
    ],
    socket: [
      load(0),
      ...socketFamilies(sockets),
      { op: 'return', action: ANSWER.error(EAFNOSUPPORT) },
      { op: 'label', name: 'may open' },
      allow,
    ],
  };
}

/** Goes to `may open` or on. AF_VSOCK, AF_ALG, AF_PACKET and the like never: some reach around a network namespace. */
function socketFamilies(rule: SocketRule): Instruction[] {
  const family = (value: number, yes: string): Instruction => ({ op: 'jump', when: 'equal', value, yes });
  switch (rule) {
    case 'none':
      return [];
    case 'unix':
      return [family(AF_UNIX, 'may open')];
    case 'tcp':
      return [
        family(AF_INET, 'which type'),
        { op: 'jump', when: 'equal', value: AF_INET6, no: 'no family' },
        { op: 'label', name: 'which type' },
        { op: 'load', offset: DATA.argument(1) },
        { op: 'jump', when: 'any', value: NOT_STREAM, yes: 'no family' },
        { op: 'jump', when: 'any', value: SOCK_STREAM, yes: 'may open' },
        { op: 'label', name: 'no family' },
      ];
    case 'unix+inet':
      return [
        family(AF_UNIX, 'may open'),
        family(AF_INET, 'may open'),
        family(AF_INET6, 'may open'),
        // glibc asks it which addresses this machine has, before it resolves a name.
        { op: 'jump', when: 'equal', value: AF_NETLINK, no: 'no family' },
        { op: 'load', offset: DATA.argument(2) },
        { op: 'jump', when: 'equal', value: NETLINK_ROUTE, yes: 'may open' },
        { op: 'label', name: 'no family' },
      ];
  }
}
