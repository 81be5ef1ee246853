import ipaddr from 'ipaddr.js';

/**
 * Where an address leads: `public` is the internet; `private` is somebody's own network; `loopback` is this machine;
 * `never` is what no program of ours connects to (metadata services, multicast, reserved, and the IPv6 forms that carry
 * another address inside, so that a filter looks at the wrong one).
 */
export type Reach = 'public' | 'private' | 'loopback' | 'never';

const REACH_V4: Readonly<Record<string, Reach>> = {
  unicast: 'public',
  private: 'private',
  carrierGradeNat: 'private',
  loopback: 'loopback',
};

/** `address` in any form of an IP address without brackets; a text that is none is `never`. */
export function reachOf(address: string): Reach {
  if (!ipaddr.isValid(address)) return 'never';
  // A mapped address is the IPv4 address that the system connects to.
  const parsed = ipaddr.process(address.replace(/%.*$/, ''));
  if (parsed.kind() === 'ipv4') return REACH_V4[parsed.range()] ?? 'never';
  switch (parsed.range()) {
    case 'loopback':
      return 'loopback';
    case 'uniqueLocal':
      return 'private';
    case 'unicast':
      // The range of global addresses; what else ipaddr.js has no name for is nobody's.
      return ((parsed as ipaddr.IPv6).parts[0] ?? 0) >> 13 === 1 ? 'public' : 'never';
    default:
      return 'never';
  }
}

/**
 * The one form of a host: lower case, punycode, no dot at the end, and every way to write an IPv4 address (decimal,
 * octal, hexadecimal, short) as four numbers. IPv6 without brackets. Undefined when it is no host.
 */
export function canonicalHost(host: string): string | undefined {
  if (host === '' || host.length > 255 || /[\s/?#@\\%]/.test(host)) return undefined;
  const bracketed = host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
  let parsed: URL;
  try {
    parsed = new URL(`http://${bracketed}/`);
  } catch {
    return undefined;
  }
  if (parsed.port !== '' || parsed.username !== '' || parsed.pathname !== '/') return undefined;
  const name = parsed.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  return name === '' || name.length > 253 ? undefined : name;
}

export const isAddress = (host: string): boolean => ipaddr.isValid(host);
