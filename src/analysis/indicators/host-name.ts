import { domainToASCII } from 'node:url';
import { getDomain, parse } from 'tldts';

/** A host that exists in the public name space, or in one set apart from it on purpose. */
export type HostCheck =
  | { kind: 'domain' | 'fqdn'; value: string; registrable: string; suffix: string; marks: string[] }
  | { reason: string };

/**
 * Names that never are in the public root and yet stand in reports: overlay networks (RFC 7686 and the like) and what
 * administrators use inside (RFC 6762 appendix G, RFC 8375, ICANN's `internal`).
 */
const OVERLAY: ReadonlySet<string> = new Set(['onion', 'i2p', 'bit', 'eth', 'loki']);
const INTERNAL: ReadonlySet<string> = new Set(['local', 'lan', 'internal', 'intranet', 'corp', 'localdomain', 'home']);
/** RFC 2606: nobody can register these. */
const RESERVED: ReadonlySet<string> = new Set(['example', 'test', 'invalid', 'localhost']);

const LABEL = /^(?!-)[a-z0-9_-]{1,63}(?<!-)$/;

/** Suffixes as the public list has them; private ones (github.io, blogspot.com …) count as ordinary domains. */
const OPTIONS = {
  allowPrivateDomains: false,
  detectIp: false,
  extractHostname: false,
  validateHostname: false,
  mixedInputs: false,
} as const;
const WITH_PRIVATE = { ...OPTIONS, allowPrivateDomains: true } as const;

/** What is known of the end of a name; the answer for a suffix never changes, so it is kept (bounded). */
const knownSuffix = new Map<string, boolean>();

/** Whether the last label is a top-level domain of the public root. */
export function isTopLevel(label: string): boolean {
  let known = knownSuffix.get(label);
  if (known === undefined) {
    known = label.length >= 2 && parse(`a.${label}`, OPTIONS).isIcann === true;
    if (knownSuffix.size < 4096) knownSuffix.set(label, known);
  }
  return known;
}

/** Registrable domain of a host, or the host itself where it has none (an address, an unknown suffix). */
export const siteOf = (host: string): string => getDomain(host) ?? host.toLowerCase();

export const isInternalTopLevel = (label: string): boolean => INTERNAL.has(label);

/**
 * Checks and normalises a host name: lower case, IDN labels as A-labels (IDNA 2008 through the URL standard), a final
 * dot cut. `domain` is the registrable name (one label below an ICANN suffix), `fqdn` anything deeper. Names under a
 * private suffix are fqdn with the mark `hosted:<suffix>`: who registered `github.io` says nothing about the tenant.
 * With `anySuffix` an unknown top-level domain passes with the mark `unknown-suffix`, for a person who insists.
 */
export function checkHost(text: string, anySuffix = false): HostCheck {
  let host = text;
  const marks: string[] = [];
  if (host.length > 253 * 4) return { reason: 'longer than a host name can be' };
  for (let i = 0; i < host.length; i++) {
    if (host.charCodeAt(i) >= 0x80) {
      host = domainToASCII(host.replaceAll('_', ''));
      if (host === '') return { reason: 'not a valid internationalised name' };
      break;
    }
  }
  host = host.toLowerCase();
  if (host.endsWith('.')) host = host.slice(0, -1);
  if (host.length > 253) return { reason: 'longer than a host name can be' };
  const labels = host.split('.');
  if (labels.length < 2) return { reason: 'no dot in it' };
  for (const label of labels) {
    if (!LABEL.test(label))
      return { reason: label === '' ? 'two dots in a row' : `"${label.slice(0, 64)}" cannot be a label` };
    if (label.startsWith('xn--')) marks[0] = 'idn';
  }
  const last = labels[labels.length - 1] as string;
  const second = labels[labels.length - 2] as string;
  if (last.length < 2 || /^\d/.test(last)) return { reason: 'the last label is no top-level domain' };
  if (second.includes('_')) return { reason: 'an underscore where a domain cannot have one' };
  if (INTERNAL.has(last) || RESERVED.has(last)) {
    const mark = INTERNAL.has(last) ? 'internal' : 'reserved';
    const kind = labels.length === 2 ? 'domain' : 'fqdn';
    return { kind, value: host, registrable: `${second}.${last}`, suffix: last, marks: [...marks, mark] };
  }
  if (OVERLAY.has(last)) {
    const registrable = `${second}.${last}`;
    const kind = labels.length === 2 ? 'domain' : 'fqdn';
    return { kind, value: host, registrable, suffix: last, marks: last === 'onion' ? [...marks, 'onion'] : marks };
  }
  if (anySuffix && !isTopLevel(last)) {
    const kind = labels.length === 2 ? 'domain' : 'fqdn';
    return { kind, value: host, registrable: `${second}.${last}`, suffix: last, marks: [...marks, 'unknown-suffix'] };
  }
  if (!isTopLevel(last)) return { reason: `\`.${last}\` is not a public suffix` };
  const { domain, publicSuffix } = parse(host, OPTIONS);
  if (domain === null || publicSuffix === null) return { reason: `\`${host}\` is a public suffix itself` };
  if (domain === host) return { kind: 'domain', value: host, registrable: domain, suffix: publicSuffix, marks };
  const tenant = parse(host, WITH_PRIVATE);
  if (tenant.isPrivate === true && tenant.publicSuffix !== null) marks.push(`hosted:${tenant.publicSuffix}`);
  return { kind: 'fqdn', value: host, registrable: domain, suffix: publicSuffix, marks };
}
