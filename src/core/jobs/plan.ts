import type { z } from 'zod';
import type { Subject } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { type Pap, stricterPap, stricterTlp, type Tlp } from '../../shared/model/marking.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { Engine } from '../engine/engine.ts';
import { gateFacts } from '../engine/gate-facts.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { Clock } from '../ports.ts';
import { decide, type GateDecision } from './gate.ts';
import type { JobsRepo, SubjectRow } from './jobs.repo.ts';
import { cacheKeyOf, layOut, type PlannedRow, type PlannedSheet } from './run-sheet.ts';

/** Refusals that only say that an analyzer is for something else. */
const UNFIT = new Set(['data_type', 'media_type', 'no_file']);

const isNoise = ({ row }: PlannedRow, withRefusals: boolean): boolean =>
  row.verdict === 'refused' && (!withRefusals || UNFIT.has(row.reason?.code ?? ''));

export interface PlanInput {
  subjects: readonly z.infer<typeof Subject>[];
  flavorIds?: readonly string[] | undefined;
  withRemote?: boolean | undefined;
  tlp?: Tlp | undefined;
  pap?: Pap | undefined;
  isOffline?: boolean | undefined;
}

/** Engagements for the length of one call, in which they do not change: ten thousand subjects share a few. */
export type Engagements = Pick<JobsRepo, 'engagement' | 'firstEngagement'>;

export function engagementsOnce(repo: Engagements): Engagements {
  const known = new Map<string, ReturnType<Engagements['engagement']>>();
  let first: string | undefined;
  return {
    engagement(id) {
      if (!known.has(id)) known.set(id, repo.engagement(id));
      return known.get(id);
    },
    firstEngagement: () => (first ??= repo.firstEngagement()),
  };
}

/** A report of the same question that is young enough, if there is one. */
export type FindCached = (flavor: KnownFlavor, cacheKey: string) => ReturnType<JobsRepo['cached']>;

export const cacheLookUp =
  (repo: Pick<JobsRepo, 'cached'>, clock: Clock): FindCached =>
  (flavor, cacheKey) => {
    if (flavor.cacheMinutes <= 0) return undefined;
    const now = clock.now();
    // A report from the future is one from before the clock jumped back; its age is unknown.
    return repo.cached(cacheKey, now - flavor.cacheMinutes * 60_000, now);
  };

/** The gate's answer for a subject that was looked up. */
export type AskGate = (
  flavor: KnownFlavor,
  config: EffectiveConfig,
  subject: SubjectRow,
  isOffline: boolean,
  isForcedOffline: boolean,
) => GateDecision;

export const gateOf =
  (engine: Pick<Engine, 'sandbox'>): AskGate =>
  (flavor, config, subject, isOffline, isForcedOffline) => {
    const { dataType, mediaType, tlp, pap } = subject;
    return decide(
      gateFacts(
        flavor,
        config,
        { dataType, mediaType, hasFile: subject.blobId !== null, tlp, pap },
        { isOffline, isForcedOffline, sandbox: engine.sandbox().level },
      ),
    );
  };

/** Rows of one sheet; more is a mistake, and the sheet lives in memory. */
const MAX_ROWS = 100_000;

/**
 * Asks the gate about every pair of subject and flavor. Nothing starts. Throws `not_found` for a subject or a flavor that
 * is not there, `conflict` for an intake that is still being read, `too_large` beyond 100,000 rows.
 */
export function createPlanner(deps: {
  engine: Pick<Engine, 'catalogue'>;
  repo: JobsRepo;
  clock: Clock;
  ask: AskGate;
  findCached: FindCached;
}): (input: PlanInput) => PlannedSheet {
  const { repo, clock, ask, findCached } = deps;
  const { catalogue } = deps.engine;

  const lookUp = (
    subject: z.infer<typeof Subject>,
    marks: { tlp?: Tlp | undefined; pap?: Pap | undefined },
    engagements: Engagements,
  ): SubjectRow => {
    if ('observableId' in subject || 'intakeId' in subject) {
      const found =
        'observableId' in subject
          ? repo.subjectOfObservable(subject.observableId)
          : repo.subjectOfIntake(subject.intakeId);
      if (found === undefined) throw new AppError('not_found', 'What you want to analyse is not there any more.');
      if ('intakeId' in subject) return { ...found, tlp: marks.tlp ?? found.tlp, pap: marks.pap ?? found.pap };
      // An observable's own marking can be made stricter for a run, never looser.
      return {
        ...found,
        tlp: stricterTlp(found.tlp, marks.tlp ?? found.tlp),
        pap: stricterPap(found.pap, marks.pap ?? found.pap),
      };
    }
    const { dataType, value, caseId } = subject;
    const engagementId =
      subject.engagementId ?? (caseId === undefined ? engagements.firstEngagement() : repo.engagementOfCase(caseId));
    const engagement = engagementId === undefined ? undefined : engagements.engagement(engagementId);
    if (engagementId === undefined || engagement === undefined) {
      throw new AppError('not_found', 'There is no such engagement or case.');
    }
    return {
      engagementId,
      caseId: caseId ?? null,
      observableId: null,
      intakeId: null,
      dataType,
      value,
      subjectHash: subjectHash({ dataType, value }),
      blobId: null,
      mediaType: '',
      tlp: marks.tlp ?? engagement.tlp,
      pap: marks.pap ?? engagement.pap,
    };
  };

  const planRow = (
    number: number,
    flavor: KnownFlavor,
    config: EffectiveConfig,
    subject: SubjectRow,
    isOffline: boolean,
    isForced: boolean,
  ): PlannedRow => {
    const decision = ask(flavor, config, subject, isOffline, isForced);
    const cacheKey = cacheKeyOf(flavor, config.configHash, subject, '{}');
    const found = decision.verdict === 'refuse' ? undefined : findCached(flavor, cacheKey);
    const { verdict } = decision;
    return {
      row: {
        row: number,
        flavorId: flavor.id,
        flavorName: flavor.name,
        flavorVersion: flavor.version,
        observableId: subject.observableId,
        dataType: subject.dataType,
        value: subject.value,
        tlp: subject.tlp,
        pap: subject.pap,
        verdict:
          verdict === 'refuse'
            ? 'refused'
            : found !== undefined
              ? 'cached'
              : verdict === 'wait'
                ? 'waiting'
                : 'allowed',
        reason: verdict === 'allow' ? null : { code: decision.code, message: decision.message },
        instead: verdict === 'allow' ? null : decision.instead,
        leaves: flavor.isLocal ? 'nothing' : flavor.card.leaves,
        cachedAt: found?.at ?? null,
      },
      flavor,
      subject,
      decision,
      cacheKey,
    };
  };

  const chosenFlavors = ({ flavorIds: ids, withRemote }: PlanInput): KnownFlavor[] => {
    if (ids === undefined) return catalogue.list().filter((flavor) => flavor.isLocal || withRemote === true);
    return [...new Set(ids)].map((id) => {
      const flavor = catalogue.find(id);
      if (flavor === undefined) throw new AppError('not_found', `There is no analyzer named ${id.slice(0, 200)}.`);
      return flavor;
    });
  };

  return (input) => {
    const chosen = chosenFlavors(input);
    const configs = new Map(chosen.map((flavor) => [flavor.id, catalogue.configOf(flavor)]));
    const isForced = input.isOffline === true;
    const engagements = engagementsOnce(repo);
    const rows: PlannedRow[] = [];
    for (const one of input.subjects) {
      const subject = lookUp(one, input, engagements);
      const isOffline = engagements.engagement(subject.engagementId)?.isOffline ?? true;
      for (const flavor of chosen) {
        const config = configs.get(flavor.id);
        if (config === undefined) continue;
        const planned = planRow(rows.length, flavor, config, subject, isOffline, isForced);
        // Nobody named these: what does not apply or cannot run is not worth a line.
        if (input.flavorIds === undefined && isNoise(planned, input.withRemote === true)) continue;
        rows.push(planned);
        if (rows.length > MAX_ROWS) {
          throw new AppError(
            'too_large',
            `That is more than ${MAX_ROWS} jobs at once. Choose fewer observables or analyzers.`,
          );
        }
      }
    }
    return layOut(rows, clock.now(), isForced);
  };
}
