import { v7 as uuidv7 } from 'uuid';
import type { z } from 'zod';
import type { Job } from '../../shared/contract/entities.ts';
import type { RunSheet, Subject } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { type Pap, stricterPap, stricterTlp, type Tlp } from '../../shared/model/marking.ts';
import { worstLevel } from '../../shared/model/report.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import { createCaseCounters } from '../cases/case-counters.repo.ts';
import type { Db } from '../db/open.ts';
import { type Engine, type RecordedReport, waitingFor } from '../engine/engine.ts';
import { gateFacts } from '../engine/gate-facts.ts';
import type { JobRow, NewJob } from '../engine/job-row.ts';
import type { EventBus } from '../events/bus.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { Clock } from '../ports.ts';
import { decide, type GateDecision } from './gate.ts';
import { createJobsRepo, type JobFilter, type SubjectRow } from './jobs.repo.ts';
import { createReportsRepo } from './reports.repo.ts';
import { cacheKeyOf, createSheets, destinationOf, layOut, type PlannedRow } from './run-sheet.ts';

/** Refusals that only say that an analyzer is for something else. */
const UNFIT = new Set(['data_type', 'media_type', 'no_file']);

const isNoise = ({ row }: PlannedRow, withRefusals: boolean): boolean =>
  row.verdict === 'refused' && (!withRefusals || UNFIT.has(row.reason?.code ?? ''));

interface PlanInput {
  subjects: readonly z.infer<typeof Subject>[];
  flavorIds?: readonly string[] | undefined;
  withRemote?: boolean | undefined;
  tlp?: Tlp | undefined;
  pap?: Pap | undefined;
  isOffline?: boolean | undefined;
}

export interface JobsService {
  plan(input: PlanInput): z.infer<typeof RunSheet>;
  start(sheetId: string, rows: readonly number[], force: readonly number[]): z.infer<typeof Job>[];
  list(filter: JobFilter): { items: z.infer<typeof Job>[]; next: string | null };
  get(id: string): z.infer<typeof Job>;
  /** Resolves when none of them is queued or running. Rejects with `cancelled` when the signal aborts. */
  wait(ids: readonly string[], signal: AbortSignal): Promise<z.infer<typeof Job>[]>;
  cancel(ids: readonly string[]): Promise<number>;
}

/** Rows of one sheet; more is a mistake, and the sheet lives in memory. */
const MAX_ROWS = 100_000;

export function createJobsService(deps: {
  db: Db;
  engine: Engine;
  events: EventBus;
  clock: Clock;
  osmiaVersion: string;
  recordReport(tx: { job: JobRow; report: RecordedReport }): void;
}): JobsService {
  const { db, engine, events, clock } = deps;
  const { catalogue, queue } = engine;
  const repo = createJobsRepo(db);
  const reports = createReportsRepo(db);
  const counters = createCaseCounters(db);
  const sheets = createSheets(() => clock.monotonic());

  /** Engagements for the length of one call, in which they do not change: ten thousand subjects share a few. */
  const engagementsOnce = (): Pick<typeof repo, 'engagement' | 'firstEngagement'> => {
    const known = new Map<string, ReturnType<typeof repo.engagement>>();
    let first: string | undefined;
    return {
      engagement(id) {
        if (!known.has(id)) known.set(id, repo.engagement(id));
        return known.get(id);
      },
      firstEngagement: () => (first ??= repo.firstEngagement()),
    };
  };

  const lookUp = (
    subject: z.infer<typeof Subject>,
    marks: { tlp?: Tlp | undefined; pap?: Pap | undefined },
    engagements: ReturnType<typeof engagementsOnce>,
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

  const ask = (
    flavor: KnownFlavor,
    config: EffectiveConfig,
    subject: SubjectRow,
    isOffline: boolean,
    isForcedOffline: boolean,
  ): GateDecision => {
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

  const hit = (flavor: KnownFlavor, cacheKey: string): ReturnType<typeof repo.cached> => {
    if (flavor.cacheMinutes <= 0) return undefined;
    const now = clock.now();
    // A report from the future is one from before the clock jumped back; its age is unknown.
    return repo.cached(cacheKey, now - flavor.cacheMinutes * 60_000, now);
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
    const found = decision.verdict === 'refuse' ? undefined : hit(flavor, cacheKey);
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

  const newJob = (planned: PlannedRow, decision: GateDecision, now: number): NewJob => {
    const { flavor, subject } = planned;
    return {
      id: uuidv7(),
      flavor_id: flavor.id,
      flavor_name: flavor.name,
      flavor_version: flavor.version,
      engagement_id: subject.engagementId,
      case_id: subject.caseId,
      observable_id: subject.observableId,
      intake_id: subject.intakeId,
      data_type: subject.dataType,
      value: subject.value,
      subject_hash: subject.subjectHash,
      blob_id: subject.blobId,
      tlp: subject.tlp,
      pap: subject.pap,
      parameters: '{}',
      cache_key: planned.cacheKey,
      kind: 'analyzer',
      service: flavor.isLocal ? '' : destinationOf(flavor),
      quota_key: null,
      quota_units: 0,
      override_reason: null,
      object_type: null,
      object_id: null,
      expires_at: null,
      status: decision.verdict === 'refuse' ? 'refused' : decision.verdict === 'wait' ? 'waiting' : 'queued',
      reason_code: decision.verdict === 'allow' ? null : decision.code,
      reason_message: decision.verdict === 'allow' ? null : decision.message,
      priority: 0,
      run_at: now,
      is_cached: 0,
      report_id: null,
      analyzer_sha256: flavor.sha256,
      osmia_version: deps.osmiaVersion,
      zone: clock.zone(),
      queued_at: now,
      ended_at: decision.verdict === 'refuse' ? now : null,
    };
  };

  /** A row of a sheet as the world is now: settings, catalogue and marking may have changed since it was shown. */
  const refresh = (planned: PlannedRow, configs: Map<string, EffectiveConfig>): PlannedRow => {
    const flavor = catalogue.find(planned.flavor.id);
    if (flavor === undefined) throw new AppError('not_found', `${planned.flavor.name} is not there any more.`);
    let config = configs.get(flavor.id);
    if (config === undefined) configs.set(flavor.id, (config = catalogue.configOf(flavor)));
    let { subject } = planned;
    const marking = subject.observableId === null ? undefined : repo.subjectOfObservable(subject.observableId);
    if (marking !== undefined) {
      subject = { ...subject, tlp: stricterTlp(subject.tlp, marking.tlp), pap: stricterPap(subject.pap, marking.pap) };
    }
    return { ...planned, flavor, subject, cacheKey: cacheKeyOf(flavor, config.configHash, subject, '{}') };
  };

  /** One row of a sheet becomes a job, in the caller's transaction. */
  const startRow = (
    shown: PlannedRow,
    configs: Map<string, EffectiveConfig>,
    engagements: ReturnType<typeof engagementsOnce>,
    isForced: boolean,
    isForcedOffline: boolean,
    now: number,
  ): string => {
    const planned = refresh(shown, configs);
    const { flavor, subject } = planned;
    const config = configs.get(flavor.id) ?? catalogue.configOf(flavor);
    const isOffline = engagements.engagement(subject.engagementId)?.isOffline ?? true;
    const decision = ask(flavor, config, subject, isOffline, isForcedOffline);
    const job = newJob(planned, decision, now);
    const found = isForced || decision.verdict === 'refuse' ? undefined : hit(flavor, planned.cacheKey);
    const report = found === undefined ? undefined : reports.find(found.reportId);
    if (report === undefined) queue.insert(job, decision, waitingFor(decision));
    else {
      const answered: NewJob = {
        ...job,
        status: 'done',
        is_cached: 1,
        report_id: report.id,
        reason_code: null,
        reason_message: null,
        ended_at: now,
      };
      queue.insert(answered, decision);
      const row = repo.row(job.id);
      const level = worstLevel(report.taxonomies.map((one) => one.level)) ?? null;
      if (row !== undefined) {
        deps.recordReport({
          job: row,
          report: { id: report.id, level, taxonomies: report.taxonomies, createdAt: report.createdAt },
        });
      }
    }
    if (subject.caseId !== null) counters.add(subject.caseId, 'jobs', 1);
    return job.id;
  };

  const getAll = (ids: readonly string[]): z.infer<typeof Job>[] =>
    ids.map((id) => repo.get(id)).filter((job) => job !== undefined);

  return {
    plan(input) {
      const chosen = chosenFlavors(input);
      const configs = new Map(chosen.map((flavor) => [flavor.id, catalogue.configOf(flavor)]));
      const isForced = input.isOffline === true;
      const engagements = engagementsOnce();
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
      const planned = layOut(rows, clock.now(), isForced);
      sheets.keep(planned);
      return planned.sheet;
    },
    start(sheetId, rows, force) {
      const planned = sheets.find(sheetId);
      if (planned === undefined)
        throw new AppError('not_found', 'This run sheet is older than ten minutes. Look at it again.');
      const forced = new Set(force);
      const wanted = [...new Set(rows)].map((number) => {
        const row = planned.rows.get(number);
        if (row === undefined) throw new AppError('invalid_input', `The sheet has no row ${number}.`);
        return row;
      });
      const ids = db
        .transaction(() => {
          const now = clock.now();
          const configs = new Map<string, EffectiveConfig>();
          const engagements = engagementsOnce();
          return wanted.map((row) =>
            startRow(row, configs, engagements, forced.has(row.row.row), planned.isForcedOffline, now),
          );
        })
        .immediate();
      const jobs = getAll(ids);
      for (const job of jobs) {
        events.publish('job', job.id, job.caseId);
        if (job.reportId !== null) events.publish('report', job.id, job.caseId);
      }
      engine.nudge();
      return jobs;
    },
    list: (filter) => repo.list(filter),
    get(id) {
      const job = repo.get(id);
      if (job === undefined) throw new AppError('not_found', 'There is no such job.');
      return job;
    },
    async wait(ids, signal) {
      const open = new Set(ids.filter((id) => repo.isActive(id)));
      if (open.size > 0) {
        await new Promise<void>((resolve, reject) => {
          const stop = engine.onJob(({ id }) => {
            if (!open.has(id) || repo.isActive(id)) return;
            open.delete(id);
            if (open.size === 0) finish(resolve);
          });
          const onAbort = (): void => finish(() => reject(new AppError('cancelled', 'The wait was ended.')));
          const finish = (then: () => void): void => {
            stop();
            signal.removeEventListener('abort', onAbort);
            then();
          };
          signal.addEventListener('abort', onAbort, { once: true });
          if (signal.aborted) onAbort();
        });
      }
      return getAll(ids);
    },
    cancel: (ids) => engine.cancel(ids),
  };
}
