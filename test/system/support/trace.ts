import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface NetworkCalls {
  /** Calls that name an address which is neither this machine's loopback nor a file or kernel socket. */
  outside: string[];
  /** Calls with any address, of any family. */
  seen: number;
  /** Loopback addresses that something was bound to. */
  bound: string[];
}

/** The families that stay on this machine: files, and the kernel's own messages (a sandbox brings its loopback up by one). */
const LOCAL_FAMILIES = /sa_family=(AF_UNIX|AF_LOCAL|AF_NETLINK|AF_UNSPEC|AF_ALG)\b/;
const LOOPBACK = /inet_addr\("127\.|inet_pton\(AF_INET6, "(::1|::ffff:127\.[^"]*)"/;

/** Reads what `strace -f -e trace=connect,sendto,sendmsg,sendmmsg,bind` wrote. */
export function networkCallsIn(log: string): NetworkCalls {
  const calls = log.split('\n').filter((line) => line.includes('sa_family='));
  const outside = calls.filter((line) => !LOCAL_FAMILIES.test(line) && !LOOPBACK.test(line));
  const bound = calls
    .filter((line) => /\bbind\(/.test(line) && LOOPBACK.test(line))
    .map((line) => /"([^"]+)"/.exec(line)?.[1] ?? line);
  return { outside, seen: calls.length, bound: [...new Set(bound)] };
}

export interface OpenSocket {
  address: string;
  port: number;
  isListening: boolean;
}

/** The internet sockets of a process, as the kernel lists them. Linux only. */
export function openSocketsOf(pid: number): OpenSocket[] {
  let inodes: Set<string>;
  try {
    inodes = new Set(
      readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
        try {
          return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
        } catch {
          return [];
        }
      }),
    );
  } catch {
    return [];
  }
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    tableOf(pid, table)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => inodes.has(fields[9] ?? ''))
      .map((fields) => {
        const [address = '', port = ''] = (fields[1] ?? '').split(':');
        return { address: readable(address), port: Number.parseInt(port, 16), isListening: fields[3] === '0A' };
      }),
  );
}

function tableOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/net/${name}`, 'latin1');
  } catch {
    return '';
  }
}

/** The kernel writes an IPv4 address as one number in the machine's own order; an IPv6 one is left as it is. */
const readable = (hex: string): string =>
  hex.length === 8
    ? (hex.match(/../g) ?? [])
        .map((byte) => Number.parseInt(byte, 16))
        .reverse()
        .join('.')
    : hex;
