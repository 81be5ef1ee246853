import { type Pap, papToNumber, type Tlp, tlpToNumber } from '../../shared/model/marking.ts';
import type { Reason, SandboxLevel } from '../../shared/contract/entities.ts';

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
}

export interface GateDecision {
  verdict: 'allow' | 'wait' | 'refuse';
  code: string;
  message: string;
  /** What is allowed instead, in words. */
  instead: string | null;
  facts: GateFacts;
}

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
 * May this flavor run on this subject now? Pure; the first rule that says no gives the answer. Refusals that hold for
 * ever come before the one that only has to wait, so that nothing waits for a link and is refused afterwards.
 */
export function decide(facts: GateFacts): GateDecision {
  const { flavor, subject, ceilings } = facts;
  const refuse = (code: string, message: string, instead: string | null): GateDecision => ({
    verdict: 'refuse',
    code,
    message,
    instead,
    facts,
  });

  if (!flavor.dataTypes.includes(subject.dataType)) {
    return refuse(
      'data_type',
      `${flavor.name} does not take ${subject.dataType}.`,
      `It takes: ${flavor.dataTypes.join(', ') || 'nothing'}.`,
    );
  }
  if (subject.dataType === 'file' && !subject.hasFile) {
    return refuse('no_file', `The bytes of this file are not in the workspace.`, 'Drop the file itself.');
  }
  if (subject.hasFile && !takesMediaType(flavor.mediaTypes, subject.mediaType ?? '')) {
    return refuse(
      'media_type',
      `${flavor.name} does not read ${subject.mediaType ?? 'files of unknown type'}.`,
      `It reads: ${flavor.mediaTypes.join(', ')}.`,
    );
  }
  const tlp = tlpToNumber(subject.tlp);
  if (ceilings.checkTlp && tlp > ceilings.maxTlp) {
    return refuse(
      'tlp',
      `TLP:${subject.tlp.toUpperCase()} is above what ${flavor.name} may see (${tlpName(ceilings.maxTlp)}).`,
      flavor.isLocal
        ? 'A higher limit in the settings of this analyzer.'
        : 'Local analyzers, or a higher limit in the settings of this analyzer.',
    );
  }
  const pap = papToNumber(subject.pap);
  if (ceilings.checkPap && pap > ceilings.maxPap) {
    return refuse(
      'pap',
      `PAP:${subject.pap.toUpperCase()} is above what ${flavor.name} may do (${papName(ceilings.maxPap)}).`,
      flavor.isLocal
        ? 'A higher limit in the settings of this analyzer.'
        : 'Local analyzers, or a higher limit in the settings of this analyzer.',
    );
  }
  if (facts.cannotRun !== null) return refuse(facts.cannotRun.code, facts.cannotRun.message, null);
  if (facts.missingSettings.length > 0) {
    return refuse(
      'settings_missing',
      `${flavor.name} needs a setting that has no value: ${facts.missingSettings.join(', ')}.`,
      'Fill it in under Analyzers.',
    );
  }
  if (!flavor.isOurs && subject.hasFile && facts.sandbox === 'none') {
    return refuse(
      'sandbox_none',
      `This machine offers no sandbox, so a file is not given to an analyzer that is not Osmia's own.`,
      'The analyzers that come with Osmia.',
    );
  }
  if (!flavor.isLocal && (facts.isOffline || facts.isForcedOffline)) {
    return {
      verdict: 'wait',
      code: 'offline',
      message: facts.isForcedOffline
        ? `This run was asked for offline, and ${flavor.name} needs a link.`
        : `The engagement is OFFLINE and ${flavor.name} needs a link. It starts when you go online.`,
      instead: 'Local analyzers run offline.',
      facts,
    };
  }
  return { verdict: 'allow', code: 'allowed', message: 'Allowed.', instead: null, facts };
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
