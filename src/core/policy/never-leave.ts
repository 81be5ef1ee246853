import { domainToASCII } from 'node:url';
import type { PolicyRule } from '../../shared/contract/policy.ts';
import { AppError } from '../../shared/errors.ts';
import { addressOf, blocksOf, isInternalAddress, NetworkMap } from './networks.ts';
import { hostOfUrl, type Readings, readingsOf } from './readings.ts';

/** What is asked about: one observable, file or bare value. */
export interface NeverSubject {
  dataType: string;
  /** For a file its name. */
  value: string;
  /** Hashes that name the same bytes (of a file, or of the file that a hash observable names). */
  hashes: readonly string[];
}

/** The rule that keeps a value here, and the words for it. They hold no value. */
export interface NeverHit {
  ruleId: string;
  engagementId: string | null;
  /** "it belongs to corp.example". */
  words: string;
}

type NeverRule = PolicyRule & { rule: { kind: 'never' } };
export const isNever = (rule: PolicyRule): rule is NeverRule => rule.rule.kind === 'never';

const MAX_WILDCARD = 200;
const MAX_STARS = 10;
const MIN_LITERALS = 3;
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})$/;

/** A pattern as it is stored and matched. Throws `invalid_input` with what is wrong and what would do. */
export function normalisePattern(match: NeverRule['rule']['match'], pattern: string): string {
  const text = pattern.trim();
  switch (match) {
    case 'internal':
      return '';
    case 'domain': {
      const bare = text
        .replace(/^(?:\*?\.|@)+/, '')
        .replace(/\.+$/, '')
        .toLowerCase();
      const ascii = domainToASCII(bare);
      if (ascii === '' || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(ascii) || addressOf(ascii) !== undefined) {
        throw new AppError('invalid_input', 'A domain looks like corp.example, without a scheme or a path.');
      }
      return ascii;
    }
    case 'network':
      if (blocksOf(text) === undefined) {
        throw new AppError(
          'invalid_input',
          'A network looks like 192.0.2.0/24, 2001:db8::/32 or 192.0.2.1-192.0.2.9; one address will do too.',
        );
      }
      return text.replace(/\s+/g, '');
    case 'exact':
      if (text === '') throw new AppError('invalid_input', 'Write the value or the hash that never leaves.');
      return text.toLowerCase();
    case 'wildcard': {
      const folded = text.toLowerCase().replace(/\*+/g, '*');
      const literals = folded.replace(/[*?]/g, '').length;
      const stars = folded.split('*').length - 1;
      if (folded.length > MAX_WILDCARD || stars > MAX_STARS || literals < MIN_LITERALS) {
        throw new AppError(
          'invalid_input',
          `A pattern has at least ${MIN_LITERALS} characters besides * and ?, at most ${MAX_STARS} stars and ${MAX_WILDCARD} characters. * stands for anything, ? for one character.`,
        );
      }
      return folded;
    }
  }
}

/** Types whose value names or holds addresses; version numbers in other texts look like addresses and are none. */
const ADDRESS_TYPES = new Set(['ip', 'domain', 'fqdn', 'hostname', 'url', 'mail', 'other']);
/** Types whose value is a host. */
const HOST_TYPES = new Set(['domain', 'fqdn', 'hostname', 'ip']);
/** Endings that the public DNS does not have. Reserved test names are not in it: nobody's network has them. */
const INTERNAL_ENDINGS = new Set([
  'local',
  'lan',
  'localdomain',
  'localhost',
  'internal',
  'intranet',
  'private',
  'corp',
  'home',
  'home.arpa',
]);

type Ask = (subject: NeverSubject) => NeverHit | null;

/**
 * One question for all rules that hold in an engagement. A value costs the same whether there are five rules or five
 * thousand, except wildcards, which are tried one after the other.
 */
export function compileNever(rules: readonly NeverRule[]): { ask: Ask; needsHashes: boolean } {
  const domains = new Map<string, NeverHit>();
  const networks = new NetworkMap<NeverHit>();
  const exact = new Map<string, NeverHit>();
  const wildcards: { pattern: string; hit: NeverHit }[] = [];
  let internal: NeverHit | undefined;
  let needsHashes = false;
  for (const { id, engagementId, rule } of rules) {
    const hit = (words: string): NeverHit => ({ ruleId: id, engagementId, words });
    const { pattern } = rule;
    switch (rule.match) {
      case 'domain':
        if (!domains.has(pattern)) domains.set(pattern, hit(`it names ${pattern}`));
        break;
      case 'network':
        networks.add(blocksOf(pattern) ?? [], hit(`it names an address in ${pattern}`));
        break;
      case 'exact':
        needsHashes ||= HASH.test(pattern);
        // The words go into the record of the decision, which holds no value.
        if (!exact.has(pattern)) exact.set(pattern, hit('it is on the list of values that stay'));
        break;
      case 'wildcard':
        wildcards.push({ pattern, hit: hit(`it matches ${pattern}`) });
        break;
      case 'internal':
        internal ??= hit('it names something inside a network');
        break;
    }
  }
  const isEmpty = rules.length === 0;

  const ask: Ask = (subject) => {
    if (isEmpty) return null;
    const folded = subject.value.trim().toLowerCase();
    const found = exact.get(folded) ?? firstOf(subject.hashes, (each) => exact.get(each.toLowerCase()));
    if (found !== undefined) return found;
    for (const { pattern, hit } of wildcards) if (matchesWildcard(pattern, folded)) return hit;
    // A hash has no host in it, and it is the commonest of all values.
    if (subject.dataType === 'hash') return null;
    const readings = readingsOf(subject.value);
    const byDomain = domains.size === 0 ? undefined : firstOf(readings.hosts, (host) => endingIn(domains, host));
    if (byDomain !== undefined) return byDomain;
    if (!ADDRESS_TYPES.has(subject.dataType)) return null;
    const addresses = addressesOf(subject, readings);
    const byNetwork = firstOf(addresses, (address) => networks.find(address));
    if (byNetwork !== undefined) return byNetwork;
    return internal !== undefined && isInternal(subject, addresses) ? internal : null;
  };
  return { ask, needsHashes };
}

function firstOf<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The rule for a host or for any domain above it. */
function endingIn(domains: ReadonlyMap<string, NeverHit>, host: string): NeverHit | undefined {
  for (let at = 0; at >= 0; ) {
    const found = domains.get(at === 0 ? host : host.slice(at));
    if (found !== undefined) return found;
    const dot = host.indexOf('.', at);
    at = dot < 0 ? -1 : dot + 1;
  }
  return undefined;
}

/** Addresses that a value names: itself, its host, and what stands after the `?` of an address. */
function addressesOf({ dataType, value }: NeverSubject, { texts }: Readings): Set<bigint> {
  const found = new Set<bigint>();
  const take = (text: string): void => {
    const address = addressOf(text);
    if (address !== undefined) found.add(address);
  };
  const host = dataType === 'url' ? hostOfUrl(value) : undefined;
  if (host !== undefined) take(host);
  for (const text of texts) {
    const from = dataType === 'url' && text.includes('://') ? text.search(/[?#]/) : 0;
    if (from < 0) continue;
    for (const word of text.slice(from).split(/[^0-9a-fA-F:.]+/)) {
      const bare = word.replace(/^[.:]+(?=[0-9a-f]+[.:])|\.+$/gi, '');
      if (bare.length >= 3 && bare.length <= 45) take(bare);
      if (word !== bare && word.length <= 45) take(word);
      // An address with its port.
      const port = /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(bare);
      if (port?.[1] !== undefined) take(port[1]);
    }
  }
  return found;
}

function isInternal({ dataType, value }: NeverSubject, addresses: ReadonlySet<bigint>): boolean {
  for (const address of addresses) if (isInternalAddress(address)) return true;
  const host = HOST_TYPES.has(dataType)
    ? value.trim().toLowerCase().replace(/\.$/, '')
    : dataType === 'url'
      ? hostOfUrl(value)
      : dataType === 'mail'
        ? value.slice(value.lastIndexOf('@') + 1).toLowerCase()
        : undefined;
  if (host === undefined || host === '' || addressOf(host) !== undefined) return false;
  const labels = host.split('.');
  return (
    (labels.length === 1 && dataType !== 'mail') ||
    INTERNAL_ENDINGS.has(labels.at(-1) ?? '') ||
    INTERNAL_ENDINGS.has(labels.slice(-2).join('.'))
  );
}

/** `*` and `?` only, greedy with one point to go back to: at most length × pattern steps. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length; ) {
    if (p < pattern.length && pattern[p] === '*') {
      star = p;
      resume = t;
      p += 1;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === text[t])) {
      p += 1;
      t += 1;
    } else if (star >= 0) {
      p = star + 1;
      resume += 1;
      t = resume;
    } else return false;
  }
  while (pattern[p] === '*') p += 1;
  return p === pattern.length;
}
