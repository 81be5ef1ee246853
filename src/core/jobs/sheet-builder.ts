import { v7 as uuidv7 } from 'uuid';
import type { QuotaOutlook, RunRow, RunSheet, SheetIndex } from '../../shared/contract/jobs.ts';
import {
  PAP_LABELS,
  type Pap,
  papRank,
  stricterPap,
  stricterTlp,
  type Tlp,
  tlpFromNumber,
  tlpRank,
} from '../../shared/model/marking.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import { destinationOf } from '../analyzers/destination.ts';
import { burnRisk } from './burn-risk.ts';
import { type GateDecision, type GateFacts, isOverridable, type Refusal } from './gate.ts';
import type { SubjectRow } from './jobs.repo.ts';
import type { PlannedRow, PlannedSheet } from './run-sheet.ts';

/** Rows of a group that come with the sheet itself. */
const FIRST_ROWS = 200;
/** Local analyzers named in a refusal. */
const NAMED_ALTERNATIVES = 3;

/** What many rows have in common, held once. */
interface Outcome {
  verdict: RunRow['verdict'];
  code: string;
  message: string;
  instead: string | null;
  refusals: readonly Refusal[];
  isOverridable: boolean;
}

interface Group {
  rows: number[];
  flavors: Set<KnownFlavor>;
  /** The lowest ceilings; null where there is none. */
  tlp: Tlp | null;
  pap: Pap | null;
}

const emptyGroup = (): Group => ({ rows: [], flavors: new Set(), tlp: null, pap: null });

export interface SheetBuilder {
  readonly size: number;
  add(
    flavor: KnownFlavor,
    subject: SubjectRow,
    decision: GateDecision,
    cached: PlannedRow['cached'],
    jobId?: string | null,
  ): void;
  /** Groups what was added. `outlook` says what each destination's rows do to its budgets. */
  finish(
    now: number,
    isForcedOffline: boolean,
    outlook: (flavors: readonly { flavor: KnownFlavor; engagementId: string; rows: number }[]) => QuotaOutlook[],
  ): PlannedSheet;
}

/**
 * Collects the rows of a sheet as columns: 200,000 of them take some megabytes and no time to group. `flavors` are all
 * that there are, for the alternatives that a refusal names.
 */
export function createSheetBuilder(flavors: readonly KnownFlavor[]): SheetBuilder {
  const subjectOf: number[] = [];
  const flavorOf: KnownFlavor[] = [];
  const outcomeOf: Outcome[] = [];
  const cachedOf = new Map<number, NonNullable<PlannedRow['cached']>>();
  const jobOf = new Map<number, string>();
  const subjects: SubjectRow[] = [];
  /** A number for each value, whichever observables hold it. */
  const values = new Map<string, number>();
  const valueOf: number[] = [];
  const outcomes = new Map<string, Outcome>();
  const local = emptyGroup();
  const refused = emptyGroup();
  const leaving = new Map<string, Group>();
  let tlp: Tlp = 'clear';
  let pap: Pap = 'clear';
  const valuesLeaving = new Set<number>();

  const groupOf = (flavor: KnownFlavor, verdict: RunRow['verdict']): Group => {
    if (verdict === 'refused') return refused;
    if (flavor.isLocal) return local;
    const name = destinationOf(flavor);
    let group = leaving.get(name);
    if (group === undefined) leaving.set(name, (group = emptyGroup()));
    return group;
  };

  const lesserOf = advisor(flavors);

  const planned = (row: number): PlannedRow | undefined => {
    const outcome = outcomeOf[row];
    const flavor = flavorOf[row];
    const subject = subjects[subjectOf[row] ?? -1];
    if (outcome === undefined || flavor === undefined || subject === undefined) return undefined;
    const { verdict, refusals } = outcome;
    return {
      row,
      verdict,
      flavor,
      subject,
      refusals,
      isOverridable: outcome.isOverridable,
      cached: cachedOf.get(row),
      jobId: jobOf.get(row) ?? null,
    };
  };

  const shown = (row: number): RunRow | undefined => {
    const found = planned(row);
    const outcome = outcomeOf[row];
    if (found === undefined || outcome === undefined) return undefined;
    const { flavor, subject, verdict, cached } = found;
    const risk = flavor.isLocal ? null : lesserOf.risk(flavor, subject);
    return {
      row,
      flavorId: flavor.id,
      flavorName: flavor.name,
      flavorVersion: flavor.version,
      observableId: subject.observableId,
      dataType: subject.dataType,
      value: subject.value,
      tlp: subject.tlp,
      pap: subject.pap,
      verdict,
      reason: verdict === 'refused' || verdict === 'waiting' ? { code: outcome.code, message: outcome.message } : null,
      instead: verdict === 'refused' ? lesserOf.instead(flavor, subject, outcome) : outcome.instead,
      leaves: flavor.isLocal ? 'nothing' : flavor.card.leaves,
      cachedAt: cached?.at ?? null,
      destination: flavor.isLocal ? '' : destinationOf(flavor),
      refusals: outcome.refusals.map((each) => each.message),
      isOverridable: outcome.isOverridable,
      hint: risk?.hint ?? null,
      lesser: risk !== null && wouldHelp(outcome, subject) ? risk.lesser : null,
      jobId: found.jobId,
    };
  };

  const firstRows = (rows: readonly number[]): RunRow[] => rows.slice(0, FIRST_ROWS).flatMap((row) => shown(row) ?? []);

  const indexOf = (rows: readonly number[]): SheetIndex => ({
    rows: [...rows],
    subjects: rows.map((row) => valueOf[subjectOf[row] ?? -1] ?? 0),
    verdicts: rows.map((row) => letterOf(outcomeOf[row])).join(''),
  });

  return {
    get size() {
      return outcomeOf.length;
    },
    add(flavor, subject, decision, cached, jobId = null) {
      const row = outcomeOf.length;
      if (subjects.at(-1) !== subject) {
        subjects.push(subject);
        const value = values.get(subject.subjectHash) ?? values.size;
        values.set(subject.subjectHash, value);
        valueOf.push(value);
      }
      subjectOf.push(subjects.length - 1);
      flavorOf.push(flavor);
      const outcome = intern(outcomes, decision, cached !== undefined);
      outcomeOf.push(outcome);
      if (cached !== undefined) cachedOf.set(row, cached);
      if (jobId !== null) jobOf.set(row, jobId);
      const group = groupOf(flavor, outcome.verdict);
      group.rows.push(row);
      if (!group.flavors.has(flavor)) {
        group.flavors.add(flavor);
        const { tlp: maxTlp, pap: maxPap } = ceilingsOf(decision.facts);
        if (maxTlp !== null && (group.tlp === null || tlpRank(maxTlp) < tlpRank(group.tlp))) group.tlp = maxTlp;
        if (maxPap !== null && (group.pap === null || papRank(maxPap) < papRank(group.pap))) group.pap = maxPap;
      }
      if (outcome.verdict === 'refused') return;
      if (tlpRank(subject.tlp) > tlpRank(tlp)) tlp = stricterTlp(tlp, subject.tlp);
      if (papRank(subject.pap) > papRank(pap)) pap = stricterPap(pap, subject.pap);
      if (!flavor.isLocal && cached === undefined) valuesLeaving.add(valueOf.at(-1) ?? 0);
    },
    finish(now, isForcedOffline, outlook) {
      const sheet: RunSheet = {
        id: uuidv7(),
        createdAt: now,
        local: firstRows(local.rows),
        localIndex: indexOf(local.rows),
        localFlavors: [...new Set([...local.flavors].map((flavor) => flavor.name))],
        destinations: [...leaving].map(([name, group]) => ({
          ...cardOf(name, group),
          rows: firstRows(group.rows),
          index: indexOf(group.rows),
          quota: outlook(perFlavor(group.rows, flavorOf, (row) => subjects[subjectOf[row] ?? -1], cachedOf)),
        })),
        refused: firstRows(refused.rows),
        refusedIndex: indexOf(refused.rows),
        strictest: { tlp, pap },
        counts: {
          jobs: outcomeOf.length - refused.rows.length,
          local: local.rows.length,
          valuesLeaving: valuesLeaving.size,
          cached: cachedOf.size,
          refused: refused.rows.length,
        },
      };
      return { sheet, isForcedOffline, row: planned, shown };
    },
  };
}

function intern(known: Map<string, Outcome>, decision: GateDecision, isCached: boolean): Outcome {
  const { verdict, code, message, instead, refusals } = decision;
  const shown = verdict === 'refuse' ? 'refused' : isCached ? 'cached' : verdict === 'wait' ? 'waiting' : 'allowed';
  const key =
    verdict === 'refuse' && refusals.length > 1
      ? refusals.map((each) => each.message).join('\n')
      : `${shown}\0${code}\0${message}`;
  let outcome = known.get(key);
  if (outcome === undefined) {
    outcome = { verdict: shown, code, message, instead, refusals, isOverridable: isOverridable(decision) };
    known.set(key, outcome);
  }
  return outcome;
}

const letterOf = (outcome: Outcome | undefined): string => {
  switch (outcome?.verdict) {
    case 'allowed':
      return 'a';
    case 'waiting':
      return outcome.code === 'offline' ? 'o' : 'w';
    case 'cached':
      return 'c';
    default:
      return 'r';
  }
};

/** What the cards of a destination's analyzers say together. */
function cardOf(
  name: string,
  { flavors, tlp, pap }: Group,
): Pick<RunSheet['destinations'][number], 'name' | 'hosts' | 'seenBy' | 'keeps' | 'accepts'> {
  const all = [...flavors];
  const first = all[0]?.card;
  return {
    name,
    hosts: [...new Set(all.flatMap((flavor) => flavor.card.hosts))],
    seenBy: first?.seenBy ?? '',
    keeps: first?.keeps ?? '',
    accepts: { tlp, pap },
  };
}

function perFlavor(
  rows: readonly number[],
  flavorOf: readonly KnownFlavor[],
  subjectOf: (row: number) => SubjectRow | undefined,
  cachedOf: ReadonlyMap<number, unknown>,
): { flavor: KnownFlavor; engagementId: string; rows: number }[] {
  const counts = new Map<KnownFlavor, Map<string, { flavor: KnownFlavor; engagementId: string; rows: number }>>();
  for (const row of rows) {
    const flavor = flavorOf[row];
    const engagementId = subjectOf(row)?.engagementId;
    if (flavor === undefined || engagementId === undefined || cachedOf.has(row)) continue;
    let known = counts.get(flavor);
    if (known === undefined) counts.set(flavor, (known = new Map()));
    const count = known.get(engagementId);
    if (count === undefined) known.set(engagementId, { flavor, engagementId, rows: 1 });
    else count.rows += 1;
  }
  return [...counts.values()].flatMap((known) => [...known.values()]);
}

/** Less of a value has the same marking and the same destination: a refusal for these stays one. A hash asks another analyzer. */
const wouldHelp = ({ verdict, code }: Outcome, { dataType }: SubjectRow): boolean =>
  verdict !== 'refused' || code === 'never_leaves' || (dataType === 'file' && (code === 'tlp' || code === 'pap'));

/** Refusals that a less revealing way may get around. */
const MARKING_CODES = new Set(['tlp', 'pap', 'policy_tlp', 'policy_pap', 'policy_service', 'never_leaves']);

/** The ladder: what runs here, then the form that gives away less, then the value itself. */
function advisor(flavors: readonly KnownFlavor[]): {
  risk(flavor: KnownFlavor, subject: SubjectRow): Pick<RunRow, 'hint' | 'lesser'> | null;
  instead(flavor: KnownFlavor, subject: SubjectRow, outcome: Outcome): string | null;
} {
  const runnable = flavors.filter((flavor) => flavor.cannotRun === null);
  const localFor = new Map<string, string[]>();
  const namesHere = (dataType: string): string[] => {
    let names = localFor.get(dataType);
    if (names === undefined) {
      names = runnable.filter((each) => each.isLocal && each.dataTypes.includes(dataType)).map((each) => each.name);
      localFor.set(dataType, names);
    }
    return names;
  };
  const hashFlavorsAt = (flavor: KnownFlavor): string[] => {
    const to = destinationOf(flavor);
    return runnable
      .filter((each) => !each.isLocal && destinationOf(each) === to && each.dataTypes.includes('hash'))
      .map((each) => each.id);
  };
  const risk = (flavor: KnownFlavor, subject: SubjectRow): Pick<RunRow, 'hint' | 'lesser'> | null => {
    const { engagementId, caseId } = subject;
    if (subject.dataType !== 'file') {
      const found = burnRisk(subject.dataType, subject.value);
      if (found === null) return null;
      const { hint, lesser } = found;
      return { hint, lesser: lesser && { ...lesser, engagementId, caseId, flavorIds: [flavor.id] } };
    }
    const flavorIds = hashFlavorsAt(flavor);
    if (flavorIds.length === 0) return null;
    const hash = { label: 'Send its SHA-256 instead', dataType: 'hash' as const, value: subject.subjectHash };
    return { hint: null, lesser: { ...hash, engagementId, caseId, flavorIds } };
  };
  return {
    risk,
    instead(flavor, subject, { code, instead }) {
      if (flavor.isLocal || !MARKING_CODES.has(code)) return instead;
      const names = namesHere(subject.dataType);
      if (names.length === 0) return instead;
      const rest = names.length - NAMED_ALTERNATIVES;
      const listed = names.slice(0, NAMED_ALTERNATIVES).join(', ');
      return `Here, and nothing leaves: ${listed}${rest > 0 ? ` and ${rest} more` : ''}.`;
    },
  };
}

/** The highest markings that a flavor takes, its own limits and the policy's together; null where nothing limits it. */
function ceilingsOf({ ceilings, policy }: GateFacts): { tlp: Tlp | null; pap: Pap | null } {
  const { checkTlp, maxTlp, checkPap, maxPap } = ceilings;
  const ownTlp = checkTlp ? (tlpFromNumber(maxTlp) ?? null) : null;
  const ownPap = checkPap ? (PAP_LABELS[maxPap] ?? null) : null;
  const { maxTlp: tlp, maxPap: pap } = policy;
  return {
    tlp: tlp !== null && (ownTlp === null || tlpRank(tlp.label) < tlpRank(ownTlp)) ? tlp.label : ownTlp,
    pap: pap !== null && (ownPap === null || papRank(pap.label) < papRank(ownPap)) ? pap.label : ownPap,
  };
}
