import { isIPv4, isIPv6 } from 'node:net';

/** An address as a number; IPv4 lies in the mapped part of IPv6, so that one order holds all. */
const MAPPED = 0xffffn << 32n;
const BITS = 128;

/** The number of an IP address, or undefined when the text is none. A zone (`%eth0`) is no part of it. */
export function addressOf(text: string): bigint | undefined {
  if (isIPv4(text)) return MAPPED | v4(text);
  const bare = text.replace(/%.*$/s, '');
  if (!isIPv6(bare)) return undefined;
  const tail = /^(.*:)(\d{1,3}(?:\.\d{1,3}){3})$/.exec(bare);
  const groups = tail === null ? bare : `${tail[1]}${words(v4(tail[2] ?? ''))}`;
  const [head = '', rest] = groups.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = rest === undefined || rest === '' ? [] : rest.split(':');
  const zeros = rest === undefined ? [] : Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  let value = 0n;
  for (const group of [...before, ...zeros, ...after]) value = (value << 16n) | BigInt(`0x${group}`);
  return value;
}

const v4 = (text: string): bigint => text.split('.').reduce((sum, part) => (sum << 8n) | BigInt(part), 0n);
const words = (value: bigint): string => `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;

/** A run of addresses with the same first `prefix` bits. */
interface Block {
  start: bigint;
  prefix: number;
}

/**
 * The blocks of `192.0.2.7`, `192.0.2.0/24` or `192.0.2.1-192.0.2.9`, in either family; undefined when it is none of
 * these. Host bits of a network are dropped. A range ends at or after its start and stays in one family.
 */
export function blocksOf(text: string): Block[] | undefined {
  const range = text.split('-');
  if (range.length === 2) {
    const start = addressOf((range[0] ?? '').trim());
    const end = addressOf((range[1] ?? '').trim());
    if (start === undefined || end === undefined || end < start || isV4(start) !== isV4(end)) return undefined;
    return cut(start, end);
  }
  const [host = '', bits, ...more] = text.split('/');
  const start = addressOf(host.trim());
  if (start === undefined || more.length > 0) return undefined;
  if (bits === undefined) return [{ start, prefix: BITS }];
  if (!/^\d{1,3}$/.test(bits.trim())) return undefined;
  const prefix = Number(bits) + (isIPv4(host.trim()) ? 96 : 0);
  if (prefix > BITS) return undefined;
  return [{ start: mask(start, prefix), prefix }];
}

const isV4 = (address: bigint): boolean => address >> 32n === 0xffffn;
const mask = (address: bigint, prefix: number): bigint => {
  const low = BigInt(BITS - prefix);
  return (address >> low) << low;
};

/** The fewest blocks that make up a range: at most two for each bit. */
function cut(start: bigint, end: bigint): Block[] {
  const blocks: Block[] = [];
  for (let at = start; at <= end; ) {
    let prefix = BITS;
    while (prefix > 0) {
      const size = 1n << BigInt(BITS - prefix + 1);
      if (mask(at, prefix - 1) !== at || at + size - 1n > end) break;
      prefix -= 1;
    }
    blocks.push({ start: at, prefix });
    at += 1n << BigInt(BITS - prefix);
  }
  return blocks;
}

/** Finds the network that holds an address, by one look-up for each length of prefix that is in use. */
export class NetworkMap<T> {
  readonly #byPrefix = new Map<number, Map<bigint, T>>();

  /** The first one added for a block keeps it. */
  add(blocks: readonly Block[], value: T): void {
    for (const { start, prefix } of blocks) {
      let known = this.#byPrefix.get(prefix);
      if (known === undefined) this.#byPrefix.set(prefix, (known = new Map()));
      if (!known.has(start)) known.set(start, value);
    }
  }

  find(address: bigint): T | undefined {
    for (const [prefix, known] of this.#byPrefix) {
      const found = known.get(mask(address, prefix));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** What is routed inside a network only, or nowhere (RFC 6890 and its registry). Documentation ranges are not in it. */
const INTERNAL =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.168.0.0/16 224.0.0.0/4 240.0.0.0/4 ::/127 fc00::/7 fe80::/10 fec0::/10 ff00::/8';

const internal = new NetworkMap<true>();
for (const network of INTERNAL.split(' ')) internal.add(blocksOf(network) ?? [], true);

export const isInternalAddress = (address: bigint): boolean => internal.find(address) === true;
