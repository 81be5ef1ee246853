import ipaddr from 'ipaddr.js';
import type { Checked } from './checked.ts';

const DOT = 0x2e;
const IPV4_GROUPS = /^\d{1,10}(?:\.\d{1,10}){3}$/;

/** Blocks no one on the Internet answers from (RFC 6890 and its updates, RFC 5737 documentation, RFC 6598). */
const SPECIAL_V4: readonly (readonly [first: number, bits: number])[] = (
  [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 4],
    ['240.0.0.0', 4],
  ] as const
).map(([text, bits]) => [toNumber(text), bits] as const);

/** RFC 5737: set aside for examples. A value from here in a report is nobody's address, rather than one inside a network. */
const DOCUMENTATION_V4: readonly number[] = ['192.0.2.0', '198.51.100.0', '203.0.113.0'].map(
  (text) => toNumber(text) / 256,
);

/** Ranges of ipaddr.js that do carry traffic of the public Internet. */
const PUBLIC_V6: ReadonlySet<string> = new Set(['unicast', '6to4', 'teredo', 'as112v6', 'amt']);

function toNumber(quad: string): number {
  let value = 0;
  for (const group of quad.split('.')) value = value * 256 + Number(group);
  return value;
}

function isSpecialV4(value: number): boolean {
  for (const [first, bits] of SPECIAL_V4) if (value >= first && value - first < 2 ** (32 - bits)) return true;
  return false;
}

const specialMarks = (isDocumentation: boolean): string[] =>
  isDocumentation ? ['private', 'documentation'] : ['private'];

const marksOfV4 = (value: number): string[] =>
  isSpecialV4(value) ? specialMarks(DOCUMENTATION_V4.includes(Math.floor(value / 256))) : [];

/** A strict dotted quad: four numbers of 0–255 with no leading zero (which some programs read as octal). */
export function checkIpv4(text: string): Checked {
  if (!IPV4_GROUPS.test(text)) return { reason: 'not four numbers between dots' };
  let value = 0;
  let octet = 0;
  let digits = 0;
  let leadingZero = false;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code !== DOT) {
      if (digits > 0 && octet === 0) leadingZero = true;
      octet = octet * 10 + code - 0x30;
      digits++;
      continue;
    }
    if (octet > 255) return { reason: 'octet above 255' };
    value = value * 256 + octet;
    octet = 0;
    digits = 0;
  }
  if (leadingZero) return { reason: 'leading zero in an octet' };
  return { value: text, marks: marksOfV4(value) };
}

/** Only 2000::/3 has been given out (RFC 4291, IANA's registry), with 64:ff9b::/96 as the one exception (RFC 6052). */
function isPublicV6(address: ipaddr.IPv6): boolean {
  const range = address.range();
  if (range === 'rfc6052') return true;
  return PUBLIC_V6.has(range) && ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
}

/** RFC 3849. */
const isDocumentationV6 = ({ parts }: ipaddr.IPv6): boolean => parts[0] === 0x2001 && parts[1] === 0xdb8;

/** Any IPv6 form, given back as RFC 5952 says; a zone is dropped. */
export function checkIpv6(text: string): Checked {
  const address = text.replace(/%[\w.-]{1,32}$/, '');
  if (address.length > 45 || !address.includes(':') || !ipaddr.IPv6.isValid(address)) {
    return { reason: 'not an IPv6 address' };
  }
  const parsed = ipaddr.IPv6.parse(address);
  const mapped = parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : undefined;
  if (mapped !== undefined) return { value: `::ffff:${mapped}`, marks: marksOfV4(toNumber(mapped)) };
  return { value: parsed.toRFC5952String(), marks: isPublicV6(parsed) ? [] : specialMarks(isDocumentationV6(parsed)) };
}

export function checkIp(text: string): Checked {
  return text.includes(':') ? checkIpv6(text) : checkIpv4(text);
}

/** An address block in CIDR form. */
export function checkCidr(text: string): Checked {
  const slash = text.lastIndexOf('/');
  const bits = text.slice(slash + 1);
  const address = checkIp(text.slice(0, slash < 0 ? 0 : slash));
  if ('reason' in address) return address;
  const most = address.value.includes(':') ? 128 : 32;
  if (!/^\d{1,3}$/.test(bits) || Number(bits) > most) return { reason: `prefix length above ${most}` };
  return { value: `${address.value}/${Number(bits)}`, marks: ['cidr', ...address.marks] };
}

/**
 * Whether a colon form found in running text is meant as an address. `a::b`, `dead::beef` and `std::ffff` are valid
 * IPv6 and nearly always code, so a group of three or four digits with a decimal digit in the address is asked for;
 * `::1` and IPv4-mapped forms pass.
 */
export function looksLikeIpv6(text: string): boolean {
  if (text === '::1' || text.includes('.')) return true;
  return /\d/.test(text) && /[0-9a-f]{3,4}/i.test(text);
}
