import { domainToASCII } from 'node:url';

/** How often a text is percent-decoded: mail gateways wrap an address in an address in an address. */
const DECODE_ROUNDS = 3;
const MAX_TEXT = 65_536;
/** Base64 parts of a value that are read, and how long one may be. */
const MAX_ENCODED = 64;
const MAX_ENCODED_CHARS = 4_096;
/** A host name has no more (RFC 1035). */
const MAX_HOST = 253;

/** A value in all the ways in which a service could read it. Every list is bounded by the length of the value. */
export interface Readings {
  /** As written, percent-decoded, and what base64 parts hold. */
  texts: string[];
  /** Host names in these, in lower case and ASCII. */
  hosts: Set<string>;
}

export function readingsOf(value: string): Readings {
  const texts = decoded(value.slice(0, MAX_TEXT));
  const inside = texts.flatMap(base64Parts);
  texts.push(...inside);
  const hosts = new Set<string>();
  for (const text of texts) for (const host of hostsIn(text)) hosts.add(host);
  const host = hostOfUrl(value);
  if (host !== undefined) hosts.add(host);
  return { texts, hosts };
}

function decoded(value: string): string[] {
  const texts = [value];
  let last = value;
  for (let round = 0; round < DECODE_ROUNDS && last.includes('%'); round += 1) {
    const next = percentDecoded(last);
    if (next === last) break;
    texts.push(next);
    last = next;
  }
  return texts;
}

/** Unlike decodeURIComponent it keeps what is not UTF-8 instead of giving up on all of it. */
export const percentDecoded = (text: string): string =>
  text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });

/** Readable text that lies in a value as base64, as links in mails carry their reader's address. */
export function base64Parts(text: string): string[] {
  const parts: string[] = [];
  for (const part of text.split(/[^A-Za-z0-9+/_=-]+/)) {
    for (const piece of part.includes('/') || part.includes('=') ? part.split(/[/=]+/) : [part]) {
      if (piece.length < 8 || piece.length > MAX_ENCODED_CHARS || parts.length >= MAX_ENCODED) continue;
      const read = Buffer.from(piece, 'base64').toString('utf8');
      if (/^[\x20-\x7e]{6,}$/.test(read) && read.includes('.')) parts.push(read);
    }
  }
  return parts;
}

/** Runs of characters that a host name is made of, with a dot in them. A long one counts by its end. */
function hostsIn(text: string): string[] {
  const found: string[] = [];
  for (const word of text
    .normalize('NFKC')
    .replaceAll('。', '.')
    .toLowerCase()
    .split(/[^\p{L}\p{N}\p{M}._-]+/u)) {
    const host = word
      .replace(/^[.-]+/, '')
      .slice(-MAX_HOST)
      .replace(/\.+$/, '');
    if (!host.includes('.')) continue;
    // eslint-disable-next-line no-control-regex
    found.push(/^[\x00-\x7f]*$/.test(host) ? host : domainToASCII(host) || host);
  }
  return found;
}

/** The host of an address with a scheme, as a browser reads it (`http://3232235777` is 192.168.1.1). */
export function hostOfUrl(value: string): string | undefined {
  try {
    const { hostname } = new URL(value);
    return hostname === ''
      ? undefined
      : hostname
          .replace(/^\[|\]$/g, '')
          .replace(/\.$/, '')
          .toLowerCase();
  } catch {
    return undefined;
  }
}
