import type { PolicyRule } from '../../shared/contract/policy.ts';
import { type Pap, papRank, type Tlp, tlpRank } from '../../shared/model/marking.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import { destinationOf } from '../analyzers/destination.ts';
import type { Db } from '../db/open.ts';
import { compileNever, isNever, type NeverHit } from './never-leave.ts';
import { createPolicyRepo } from './policy.repo.ts';

export type PolicyScope = 'workspace' | 'engagement' | 'analyzer';

/** A limit, and who set it. */
export interface Limit<T> {
  label: T;
  by: PolicyScope;
}

/** What the policy says of one flavor and one subject. It is stored with the decision, so it holds no value. */
export interface PolicyFacts {
  maxTlp: Limit<Tlp> | null;
  maxPap: Limit<Pap> | null;
  /** Why this service gets nothing; null where it may. */
  service: { list: 'deny' | 'allow'; by: PolicyScope; host: string } | null;
  /** Why this value stays here; null where it may go. */
  never: { ruleId: string; by: PolicyScope; words: string } | null;
}

export const NO_POLICY: PolicyFacts = { maxTlp: null, maxPap: null, service: null, never: null };

/** What of a flavor the policy looks at. The catalogue's own objects, so that what was found out of one is kept. */
export type PolicyFlavor = Pick<KnownFlavor, 'id' | 'name' | 'isLocal' | 'card'>;

export interface PolicySubject {
  engagementId: string;
  dataType: string;
  value: string;
  blobId: string | null;
}

/** The rules as they are at one moment; asks about ten thousand subjects cost little more than about one. */
export interface PolicyNow {
  factsOf(flavor: PolicyFlavor, subject: PolicySubject): PolicyFacts;
  /** The rule that keeps this value here, whoever asks for it. */
  neverOf(subject: PolicySubject): PolicyFacts['never'];
}

export interface Policy {
  /** Reads the rules again only when one of them changed. */
  now(): PolicyNow;
}

interface FlavorLimits extends Omit<PolicyFacts, 'never'> {
  /** What stays, or goes to a service of our own, is not looked at value by value. */
  mayTakeAll: boolean;
}

/** Rules compiled for one engagement: those of the workspace and its own. */
interface Compiled {
  limits: WeakMap<PolicyFlavor, FlavorLimits>;
  rules: PolicyRule[];
  never: ReturnType<typeof compileNever>;
}

export function createPolicy(db: Db): Policy {
  const repo = createPolicyRepo(db);
  let version = '';
  let rules: PolicyRule[] = [];
  let compiled = new Map<string, Compiled>();

  const ofEngagement = (engagementId: string): Compiled => {
    const known = compiled.get(engagementId);
    if (known !== undefined) return known;
    const own = rules.filter((rule) => rule.engagementId === null || rule.engagementId === engagementId);
    const made = { limits: new WeakMap(), rules: own, never: compileNever(own.filter(isNever)) };
    compiled.set(engagementId, made);
    return made;
  };

  const hashesOf = ({ dataType, value, blobId }: PolicySubject): string[] =>
    blobId !== null ? repo.hashesOfBlob(blobId) : dataType === 'hash' ? repo.siblingsOf(value.toLowerCase()) : [];

  return {
    now() {
      const current = repo.version();
      if (current !== version) {
        rules = repo.all();
        compiled = new Map();
        version = current;
      }
      // One subject is asked about for many flavors in a row.
      let last: { subject: PolicySubject; hit: NeverHit | null } | undefined;
      const neverOf = (subject: PolicySubject): PolicyFacts['never'] => {
        if (last?.subject !== subject) {
          const { ask, needsHashes } = ofEngagement(subject.engagementId).never;
          const { dataType, value } = subject;
          last = { subject, hit: ask({ dataType, value, hashes: needsHashes ? hashesOf(subject) : [] }) };
        }
        const { hit } = last;
        return hit && { ruleId: hit.ruleId, by: scopeOf(hit.engagementId), words: hit.words };
      };
      return {
        factsOf(flavor, subject) {
          const of = ofEngagement(subject.engagementId);
          let limits = of.limits.get(flavor);
          if (limits === undefined) of.limits.set(flavor, (limits = limitsOf(flavor, of.rules)));
          const { maxTlp, maxPap, service, mayTakeAll } = limits;
          return { maxTlp, maxPap, service, never: mayTakeAll ? null : neverOf(subject) };
        },
        neverOf,
      };
    },
  };
}

const scopeOf = (engagementId: string | null): PolicyScope => (engagementId === null ? 'workspace' : 'engagement');

/** The strictest of all rules that speak of a flavor. Ceilings without a name bound what leaves, not what stays. */
function limitsOf(flavor: PolicyFlavor, rules: readonly PolicyRule[]): FlavorLimits {
  let maxTlp: Limit<Tlp> | null = null;
  let maxPap: Limit<Pap> | null = null;
  let denied: FlavorLimits['service'] = null;
  let isOwn = false;
  const allowed = new Map<PolicyScope, string[]>();
  const to = { destination: destinationOf(flavor), hosts: flavor.card.hosts };
  for (const { engagementId, rule } of rules) {
    const by = scopeOf(engagementId);
    if (rule.kind === 'ceiling') {
      if (rule.flavorId === null ? flavor.isLocal : rule.flavorId !== flavor.id) continue;
      const from = rule.flavorId === null ? by : 'analyzer';
      const { maxTlp: tlp, maxPap: pap } = rule;
      if (tlp !== null && (maxTlp === null || tlpRank(tlp) < tlpRank(maxTlp.label))) maxTlp = { label: tlp, by: from };
      if (pap !== null && (maxPap === null || papRank(pap) < papRank(maxPap.label))) maxPap = { label: pap, by: from };
    } else if (rule.kind === 'service' && !flavor.isLocal) {
      if (rule.effect === 'allow') allowed.set(by, [...(allowed.get(by) ?? []), rule.host]);
      else if (rule.effect === 'own') isOwn ||= coversAll([rule.host], to);
      else if (denied === null) {
        const host = [to.destination, ...to.hosts].find((each) => covers(rule.host, each));
        if (host !== undefined) denied = { list: 'deny', by, host };
      }
    }
  }
  let service = denied;
  for (const [by, hosts] of allowed) {
    if (service !== null || coversAll(hosts, to)) continue;
    const host = to.hosts.find((each) => !hosts.some((entry) => covers(entry, each))) ?? to.destination;
    service = { list: 'allow', by, host };
  }
  return { maxTlp, maxPap, service, mayTakeAll: flavor.isLocal || isOwn };
}

const covers = (entry: string, host: string): boolean => {
  const folded = host.toLowerCase();
  return folded === entry || folded.endsWith(`.${entry}`);
};

/** All hosts that a flavor talks to are on a list; where it declares none, its destination is. */
const coversAll = (
  entries: readonly string[],
  { hosts, destination }: { hosts: readonly string[]; destination: string },
): boolean =>
  (hosts.length === 0 ? [destination] : hosts).every((host) => entries.some((entry) => covers(entry, host)));
