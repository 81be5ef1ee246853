import type { z } from 'zod';
import type { QuotaOutlook, Subject } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { type Pap, stricterPap, stricterTlp, type Tlp } from '../../shared/model/marking.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { Engine } from '../engine/engine.ts';
import { gateFacts } from '../engine/gate-facts.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { Clock } from '../ports.ts';
import type { SetRuns, SetsService } from '../sets/sets.service.ts';
import type { PolicyNow } from '../policy/policy.ts';
import { decide, type GateDecision, type Override } from './gate.ts';
import type { CachedAnswer, JobsRepo, SubjectRow } from './jobs.repo.ts';
import { cacheKeyOf, type PlannedSheet } from './run-sheet.ts';
import { createSheetBuilder } from './sheet-builder.ts';
import { createTurns } from './turns.ts';

/** Refusals that only say that an analyzer is for something else. */
const UNFIT = new Set(['data_type', 'media_type', 'no_file']);

const isNoise = ({ verdict, code }: GateDecision, withRefusals: boolean): boolean =>
  verdict === 'refuse' && (!withRefusals || UNFIT.has(code));

export interface PlanInput {
  subjects: readonly z.infer<typeof Subject>[];
  flavorIds?: readonly string[] | undefined;
  setId?: string | undefined;
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

export type ConfigOf = (flavor: KnownFlavor, engagementId: string) => EffectiveConfig;

/** Settings for the length of one call: an engagement may have its own. */
export function configsOnce(catalogue: Pick<Engine['catalogue'], 'configOf'>): ConfigOf {
  const known = new Map<string, Map<KnownFlavor, EffectiveConfig>>();
  return (flavor, engagementId) => {
    let ofEngagement = known.get(engagementId);
    if (ofEngagement === undefined) known.set(engagementId, (ofEngagement = new Map()));
    let config = ofEngagement.get(flavor);
    if (config === undefined) ofEngagement.set(flavor, (config = catalogue.configOf(flavor, engagementId)));
    return config;
  };
}

/** The gate's answer for a subject that was looked up. */
export type AskGate = (
  flavor: KnownFlavor,
  config: EffectiveConfig,
  subject: SubjectRow,
  circumstances: { isOffline: boolean; isForcedOffline: boolean; policy: PolicyNow; override: Override | null },
) => GateDecision;

export const gateOf =
  (engine: Pick<Engine, 'sandbox'>): AskGate =>
  (flavor, config, subject, { isOffline, isForcedOffline, policy, override }) => {
    const { dataType, mediaType, tlp, pap } = subject;
    return decide(
      gateFacts(
        flavor,
        config,
        { dataType, mediaType, hasFile: subject.blobId !== null, tlp, pap },
        {
          isOffline,
          isForcedOffline,
          sandbox: engine.sandbox().level,
          policy: policy.factsOf(flavor, subject),
          override,
        },
      ),
    );
  };

const memo = <T>(find: (key: string) => T): ((key: string) => T) => {
  const known = new Map<string, T>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = find(key)));
    return value;
  };
};

/** Rows of one sheet; more is a mistake, and the sheet lives in memory. */
const MAX_ROWS = 250_000;
/** From here on a sheet is worth a turn of its own where it is grouped. */
const LARGE = 10_000;

/** What the rows of a sheet do to the budgets that they use. */
export interface QuotaForecaster {
  outlook(
    parts: readonly { flavor: KnownFlavor; engagementId: string; rows: number }[],
    now: number,
  ): z.infer<typeof QuotaOutlook>[];
}

/**
 * Asks the gate, in short turns. Nothing starts. Throws `not_found` for a subject or a flavor that is not there,
 * `conflict` for an intake that is still being read, `too_large` beyond 250,000 rows, `cancelled` when the signal aborts.
 */
export function createPlanner(deps: {
  engine: Pick<Engine, 'catalogue' | 'policy'>;
  repo: JobsRepo;
  clock: Clock;
  ask: AskGate;
  quota: QuotaForecaster | undefined;
  /** `not_found` for a set that is not there. */
  setRuns: SetsService['runs'] | undefined;
}): (input: PlanInput, signal?: AbortSignal) => Promise<PlannedSheet> {
  const { repo, clock, ask } = deps;
  const { catalogue, policy } = deps.engine;

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
    const { dataType, value, caseId, tlp, pap } = subject;
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
      tlp: stricterTlp(marks.tlp ?? engagement.tlp, tlp ?? 'clear'),
      pap: stricterPap(marks.pap ?? engagement.pap, pap ?? 'clear'),
    };
  };

  const setRuns = ({ setId }: PlanInput): SetRuns | undefined => {
    if (setId === undefined) return undefined;
    if (deps.setRuns === undefined) throw new AppError('not_found', 'There are no sets here.');
    return deps.setRuns(setId);
  };

  const chosenFlavors = ({ flavorIds: ids, withRemote }: PlanInput, runs: SetRuns | undefined): KnownFlavor[] => {
    // Responders act: they are shown and confirmed on their own way, and never tried twice.
    if (runs !== undefined) return runs.map(({ flavor }) => flavor).filter((flavor) => !flavor.isResponder);
    if (ids === undefined) return catalogue.list().filter((flavor) => flavor.isLocal || withRemote === true);
    return [...new Set(ids)].map((id) => {
      const flavor = catalogue.find(id);
      if (flavor === undefined || flavor.isResponder)
        throw new AppError('not_found', `There is no analyzer named ${id.slice(0, 200)}.`);
      return flavor;
    });
  };

  /** The report of this subject that would answer, if there is one. */
  const answers = (configOf: ConfigOf) => {
    const now = clock.now();
    return (subject: SubjectRow, known: readonly CachedAnswer[], flavor: KnownFlavor): CachedAnswer | undefined => {
      if (known.length === 0) return undefined;
      const { cacheMinutes, configHash } = configOf(flavor, subject.engagementId);
      if (cacheMinutes <= 0) return undefined;
      const key = cacheKeyOf(flavor, configHash, subject, '{}');
      // A report from the future is one from before the clock jumped back; its age is unknown.
      return known.find(({ cacheKey, at }) => cacheKey === key && at >= now - cacheMinutes * 60_000 && at <= now);
    };
  };

  return async (input, signal) => {
    const runs = setRuns(input);
    const typesOf = new Map(runs?.map(({ flavor, dataTypes }) => [flavor.id, dataTypes]));
    const chosen = chosenFlavors(input, runs);
    // The hosts of one may be the settings of an engagement.
    const chosenIn = memo((engagementId: string) =>
      chosen.map((flavor) => catalogue.find(flavor.id, engagementId) ?? flavor),
    );
    const configOf = configsOnce(catalogue);
    const isForced = input.isOffline === true;
    const engagements = engagementsOnce(repo);
    const turns = createTurns(() => clock.monotonic());
    const builder = createSheetBuilder(catalogue.list());
    const answerOf = answers(configOf);
    const longestOf = memo((engagementId: string) =>
      Math.max(0, ...chosen.map((flavor) => configOf(flavor, engagementId).cacheMinutes)),
    );
    const now = clock.now();
    let rules = policy.now();
    for (const one of input.subjects) {
      const subject = lookUp(one, input, engagements);
      const isOffline = engagements.engagement(subject.engagementId)?.isOffline ?? true;
      const longest = longestOf(subject.engagementId);
      const known =
        longest > 0 ? repo.cachedOf(subject.engagementId, subject.subjectHash, now - longest * 60_000, now) : [];
      const only = 'flavorIds' in one && one.flavorIds !== undefined ? new Set(one.flavorIds) : undefined;
      for (const flavor of chosenIn(subject.engagementId)) {
        const types = typesOf.get(flavor.id);
        if (types !== undefined && types.size > 0 && !types.has(subject.dataType)) continue;
        if (only !== undefined && !only.has(flavor.id)) continue;
        if (turns.isOver()) {
          await turns.next();
          if (signal?.aborted === true) throw new AppError('cancelled', 'The plan was not wanted any more.');
          rules = policy.now();
        }
        const decision = ask(flavor, configOf(flavor, subject.engagementId), subject, {
          isOffline,
          isForcedOffline: isForced,
          policy: rules,
          override: null,
        });
        // Nobody named these: what does not apply or cannot run is not worth a line.
        const isNamed = input.flavorIds !== undefined && runs === undefined;
        if (!isNamed && isNoise(decision, runs !== undefined || input.withRemote === true)) continue;
        builder.add(
          flavor,
          subject,
          decision,
          decision.verdict === 'refuse' ? undefined : answerOf(subject, known, flavor),
        );
        if (builder.size > MAX_ROWS) {
          throw new AppError(
            'too_large',
            `That is more than ${MAX_ROWS} jobs at once. Choose fewer observables or analyzers.`,
          );
        }
      }
    }
    // Grouping takes a turn of its own.
    if (builder.size > LARGE) await turns.next();
    return builder.finish(clock.now(), isForced, (parts) => deps.quota?.outlook(parts, clock.now()) ?? []);
  };
}
