import { type Pap, papRank, papToNumber, type Tlp, tlpRank, tlpToNumber } from '../../shared/model/marking.ts';
import type { Reason, SandboxLevel } from '../../shared/contract/entities.ts';
import type { Limit, PolicyFacts } from '../policy/policy.ts';

/** Highest TLP and PAP a flavor may see, on the 0–3 scale of descriptors. */
export interface Ceilings {
  checkTlp: boolean;
  maxTlp: number;
  checkPap: boolean;
  maxPap: number;
}

/** All that a decision depends on. It is stored with the decision, so it holds no value of an observable. */
export interface GateFacts {
  flavor: {
    id: string;
    name: string;
    dataTypes: readonly string[];
    mediaTypes: readonly string[];
    isLocal: boolean;
    /** From our own root, run in the worker. */
    isOurs: boolean;
  };
  ceilings: Ceilings;
  subject: {
    dataType: string;
    /** For files. */
    mediaType?: string;
    hasFile: boolean;
    tlp: Tlp;
    pap: Pap;
  };
  /** The engagement's switch. */
  isOffline: boolean;
  /** The run itself was asked for as offline. */
  isForcedOffline: boolean;
  missingSettings: readonly string[];
  /** The flavor's standing answer: interpreter, command, descriptor. */
  cannotRun: Reason | null;
  sandbox: SandboxLevel;
  policy: PolicyFacts;
  /** Somebody read the refusals, typed a reason and wants it nevertheless. */
  override: Override | null;
}

/** It covers the refusals that were shown, word for word: a higher marking or a lower limit makes another sentence. */
export interface Override {
  reason: string;
  refusals: readonly Reason[];
}

export interface Refusal extends Reason {
  /** What is allowed instead, in words. */
  instead: string | null;
}

export interface GateDecision {
  verdict: 'allow' | 'wait' | 'refuse';
  code: string;
  message: string;
  /** What is allowed instead, in words. */
  instead: string | null;
  /** Every rule that says no and was not overruled; the first one is the answer. */
  refusals: readonly Refusal[];
  facts: GateFacts;
}

/** Refusals that a person may overrule with a typed reason. What can never work, and what never leaves, is not among them. */
const OVERRIDABLE: ReadonlySet<string> = new Set([
  'tlp',
  'pap',
  'policy_tlp',
  'policy_pap',
  'policy_service',
  'sandbox_none',
]);

/** At least this many characters say why. */
export const MIN_OVERRIDE_REASON = 10;

/** Whether a typed reason would let this run. */
export const isOverridable = ({ verdict, refusals }: GateDecision): boolean =>
  verdict === 'refuse' && refusals.every(({ code }) => OVERRIDABLE.has(code));

const makingAllowed = Symbol('gate');

/**
 * Proof that the gate said yes to one job. Nothing but `allowed` below can make one, and nothing starts an analyzer
 * without one.
 */
export class GateAllowed {
  readonly #flavorId: string;
  readonly jobId: string;

  constructor(secret: symbol, jobId: string, flavorId: string) {
    if (secret !== makingAllowed) throw new Error('Only the gate may allow a run.');
    this.jobId = jobId;
    this.#flavorId = flavorId;
  }

  /** Throws when the value is not the gate's own, or was given for another job. */
  static check(permit: GateAllowed, jobId: string, flavorId: string): void {
    if (!(#flavorId in permit) || permit.jobId !== jobId || permit.#flavorId !== flavorId) {
      throw new Error('This run was not allowed by the gate.');
    }
  }
}

/** The permit for a job, or undefined when the decision is not `allow`. */
export function allowed(decision: GateDecision, jobId: string): GateAllowed | undefined {
  if (decision.verdict !== 'allow') return undefined;
  return new GateAllowed(makingAllowed, jobId, decision.facts.flavor.id);
}

/**
 * May this flavor run on this subject now? Pure. Every rule that says no is heard, and the first one gives the answer.
 * Refusals that hold for ever come before the one that only has to wait, so that nothing waits for a link and is refused
 * afterwards.
 */
export function decide(facts: GateFacts): GateDecision {
  const { flavor, override } = facts;
  const said = refusalsOf(facts);
  const refusals = override === null ? said : said.filter((each) => !isOverruled(each, override));
  const first = refusals[0];
  if (first !== undefined) {
    const { code, message, instead } = first;
    return { verdict: 'refuse', code, message, instead, refusals, facts };
  }
  if (!flavor.isLocal && (facts.isOffline || facts.isForcedOffline)) {
    return {
      verdict: 'wait',
      code: 'offline',
      message: facts.isForcedOffline
        ? `This run was asked for offline, and ${flavor.name} needs a link.`
        : `The engagement is OFFLINE and ${flavor.name} needs a link. It waits until you are online and release it.`,
      instead: 'Local analyzers run offline.',
      refusals,
      facts,
    };
  }
  return said.length > 0
    ? { verdict: 'allow', code: 'overruled', message: 'Overruled with a reason.', instead: null, refusals, facts }
    : { verdict: 'allow', code: 'allowed', message: 'Allowed.', instead: null, refusals, facts };
}

const isOverruled = ({ code, message }: Refusal, { refusals }: Override): boolean =>
  OVERRIDABLE.has(code) && refusals.some((each) => each.code === code && each.message === message);

function refusalsOf(facts: GateFacts): Refusal[] {
  const { flavor, subject } = facts;
  // What does not fit is not worth a second reason.
  const unfit = unfitness(facts);
  if (unfit !== undefined) return [unfit];
  const refusals: Refusal[] = [];
  const refuse = (code: string, message: string, instead: string | null): void =>
    void refusals.push({ code, message, instead });

  const { never } = facts.policy;
  if (never !== null && !flavor.isLocal) {
    refuse(
      'never_leaves',
      `This value never leaves: ${never.words}.`,
      'Local analyzers, or a service that you mark as your own under Settings.',
    );
  }
  judgeMarking(facts, refuse);
  judgeService(facts, refuse);
  if (facts.cannotRun !== null) refuse(facts.cannotRun.code, facts.cannotRun.message, null);
  if (facts.missingSettings.length > 0) {
    refuse(
      'settings_missing',
      `${flavor.name} needs a setting that has no value: ${facts.missingSettings.join(', ')}.`,
      'Fill it in under Analyzers.',
    );
  }
  if (!flavor.isOurs && subject.hasFile && facts.sandbox === 'none') {
    refuse(
      'sandbox_none',
      `This machine offers no sandbox, so a file is not given to an analyzer that is not Osmia's own.`,
      'The analyzers that come with Osmia.',
    );
  }
  return refusals;
}

function unfitness({ flavor, subject }: GateFacts): Refusal | undefined {
  if (!flavor.dataTypes.includes(subject.dataType)) {
    return {
      code: 'data_type',
      message: `${flavor.name} does not take ${subject.dataType}.`,
      instead: `It takes: ${flavor.dataTypes.join(', ') || 'nothing'}.`,
    };
  }
  if (subject.dataType === 'file' && !subject.hasFile) {
    return {
      code: 'no_file',
      message: `The bytes of this file are not in the workspace.`,
      instead: 'Drop the file itself.',
    };
  }
  if (subject.hasFile && !takesMediaType(flavor.mediaTypes, subject.mediaType ?? '')) {
    return {
      code: 'media_type',
      message: `${flavor.name} does not read ${subject.mediaType ?? 'files of unknown type'}.`,
      instead: `It reads: ${flavor.mediaTypes.join(', ')}.`,
    };
  }
  return undefined;
}

type Refuse = (code: string, message: string, instead: string | null) => void;

/** Ceilings of the analyzer, then those of the policy: all of them hold, so the strictest does. */
function judgeMarking({ flavor, subject, ceilings, policy }: GateFacts, refuse: Refuse): void {
  const { tlp, pap } = subject;
  const instead = flavor.isLocal
    ? 'A higher limit in the settings of this analyzer.'
    : 'Local analyzers, or a higher limit in the settings of this analyzer.';
  if (ceilings.checkTlp && tlpToNumber(tlp) > ceilings.maxTlp) {
    const limit = tlpName(ceilings.maxTlp);
    refuse('tlp', `TLP:${tlp.toUpperCase()} is above what ${flavor.name} may see (${limit}).`, instead);
  }
  if (ceilings.checkPap && papToNumber(pap) > ceilings.maxPap) {
    const limit = papName(ceilings.maxPap);
    refuse('pap', `PAP:${pap.toUpperCase()} is above what ${flavor.name} may do (${limit}).`, instead);
  }
  const { maxTlp, maxPap } = policy;
  if (maxTlp !== null && tlpRank(tlp) > tlpRank(maxTlp.label)) {
    const limit = `at most TLP:${maxTlp.label.toUpperCase()}`;
    refuse('policy_tlp', `TLP:${tlp.toUpperCase()} is above ${limitOf(maxTlp, flavor.name)} (${limit}).`, RAISE);
  }
  if (maxPap !== null && papRank(pap) > papRank(maxPap.label)) {
    const limit = `at most PAP:${maxPap.label.toUpperCase()}`;
    refuse('policy_pap', `PAP:${pap.toUpperCase()} is above ${limitOf(maxPap, flavor.name)} (${limit}).`, RAISE);
  }
}

const RAISE = 'Local analyzers, or a higher limit under Settings.';

const limitOf = ({ by }: Limit<string>, name: string): string =>
  by === 'analyzer' ? `the limit set for ${name}` : `what may leave this ${by}`;

function judgeService({ policy: { service } }: GateFacts, refuse: Refuse): void {
  if (service === null) return;
  const { host, by } = service;
  if (service.list === 'deny') {
    refuse('policy_service', `${host} gets nothing from this ${by}.`, 'Another service, or the list under Settings.');
  } else {
    refuse(
      'policy_service',
      `${host} is not among the services that this ${by} allows.`,
      'An allowed service, or the list under Settings.',
    );
  }
}

/** `image/*` names a family; an empty list is "any". */
function takesMediaType(accepted: readonly string[], mediaType: string): boolean {
  if (accepted.length === 0) return true;
  return accepted.some(
    (name) => name === mediaType || (name.endsWith('/*') && mediaType.startsWith(name.slice(0, -1))),
  );
}

const tlpName = (max: number): string => `at most TLP:${['CLEAR', 'GREEN', 'AMBER', 'RED'][max] ?? 'none'}`;
const papName = (max: number): string => `at most PAP:${['CLEAR', 'GREEN', 'AMBER', 'RED'][max] ?? 'none'}`;
