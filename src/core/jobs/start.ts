import { v7 as uuidv7 } from 'uuid';
import type { Reason } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import { worstLevel } from '../../shared/model/report.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { CaseCounters } from '../cases/case-counters.repo.ts';
import type { Db } from '../db/open.ts';
import { waitingFor } from '../engine/admission.ts';
import type { Engine, RecordedReport } from '../engine/engine.ts';
import type { JobRow, NewJob } from '../engine/job-row.ts';
import type { Named } from '../engine/waiting.repo.ts';
import type { PolicyNow } from '../policy/policy.ts';
import type { Clock } from '../ports.ts';
import { type GateDecision, MIN_OVERRIDE_REASON } from './gate.ts';
import type { JobsRepo, SubjectRow } from './jobs.repo.ts';
import { newJobRow } from './new-job-row.ts';
import { type AskGate, type ConfigOf, configsOnce, type Engagements, engagementsOnce } from './plan.ts';
import type { StoredReport, ReportsRepo } from './reports.repo.ts';
import { cacheKeyOf, isSameAsShown, type PlannedRow, type PlannedSheet } from './run-sheet.ts';
import { createTurns } from './turns.ts';

/** A row of a sheet as the world is now. */
interface Fresh {
  flavor: KnownFlavor;
  subject: SubjectRow;
  config: EffectiveConfig;
  cacheKey: string;
}

/** What a caller wants of the rows it names. */
export interface StartWishes {
  /** Asked again although there is an answer. */
  force: readonly number[];
  /** Refused rows that run nevertheless, and why. */
  overrides: readonly { row: number; reason: string }[];
}

/**
 * Makes jobs of chosen rows of a sheet, in portions that let others run between them, after asking the gate again; in
 * the order of the rows. What
 * was shown is the most that happens: a row that was refused, or that would send something else by now, becomes a refused
 * job that says why. Throws `invalid_input` for a row that the sheet does not have, `forbidden` for an override of what
 * cannot be overruled, `not_found` for a flavor that is gone.
 */
export function createStarter(deps: {
  db: Db;
  engine: Pick<Engine, 'catalogue' | 'queue' | 'policy' | 'quota'>;
  repo: JobsRepo;
  reports: ReportsRepo;
  counters: CaseCounters;
  clock: Clock;
  osmiaVersion: string;
  ask: AskGate;
  recordReport(tx: { job: JobRow; report: RecordedReport }): void;
}): (
  planned: PlannedSheet,
  rows: readonly number[],
  wishes: StartWishes,
  /** Called after the commit of each portion. */
  portionDone: (started: readonly StartedRow[]) => void,
) => Promise<StartedRow[]> {
  const { db, repo, reports, counters, clock, ask } = deps;
  const { catalogue, queue, policy } = deps.engine;

  const newJob = (planned: Fresh, decision: GateDecision, now: number): NewJob => {
    const { flavor, subject } = planned;
    const cost = deps.engine.quota.costOf(flavor, subject.engagementId);
    return {
      ...newJobRow(flavor, cost, decision, { now, zone: clock.zone(), osmiaVersion: deps.osmiaVersion }),
      id: uuidv7(),
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
      override_reason: decision.facts.override?.reason ?? null,
      object_type: null,
      object_id: null,
    };
  };

  /** A row as the world is now: settings, catalogue and marking may have changed since it was shown. */
  const refresh = (planned: PlannedRow, configOf: ConfigOf): Fresh => {
    const flavor = catalogue.find(planned.flavor.id, planned.subject.engagementId);
    if (flavor === undefined) throw new AppError('not_found', `${planned.flavor.name} is not there any more.`);
    let { subject } = planned;
    const marking = subject.observableId === null ? undefined : repo.subjectOfObservable(subject.observableId);
    if (marking !== undefined) {
      subject = { ...subject, tlp: stricterTlp(subject.tlp, marking.tlp), pap: stricterPap(subject.pap, marking.pap) };
    }
    const config = configOf(flavor, subject.engagementId);
    return { flavor, subject, config, cacheKey: cacheKeyOf(flavor, config.configHash, subject, '{}') };
  };

  /** The report that answers this row: the one that was shown, while it answers the question of now, or one that came since. */
  const answerOf = (planned: PlannedRow, fresh: Fresh, now: number): StoredReport | undefined => {
    if (planned.cached !== undefined) {
      return planned.cached.cacheKey === fresh.cacheKey ? reports.find(planned.cached.reportId) : undefined;
    }
    const { cacheMinutes } = fresh.config;
    if (cacheMinutes <= 0) return undefined;
    const found = repo.cached(fresh.cacheKey, now - cacheMinutes * 60_000, now);
    return found && reports.find(found.reportId);
  };

  /** One row of a sheet becomes a job, in the caller's transaction. */
  const startRow = (
    planned: PlannedRow,
    wish: { isForced: boolean; reason: string | undefined },
    turn: Turn,
  ): StartedRow => {
    const fresh = refresh(planned, turn.configOf);
    const { flavor, subject, config } = fresh;
    const asked = ask(flavor, config, subject, {
      isOffline: turn.engagements.engagement(subject.engagementId)?.isOffline ?? true,
      isForcedOffline: turn.isForcedOffline,
      policy: turn.policy,
      override: wish.reason === undefined ? null : { reason: wish.reason, refusals: planned.refusals },
    });
    let decision = held(planned, flavor, asked, wish.reason !== undefined);
    const report = wish.isForced || decision.verdict === 'refuse' ? undefined : answerOf(planned, fresh, turn.now);
    if (planned.verdict === 'cached' && !wish.isForced && report === undefined && decision.verdict !== 'refuse') {
      const why =
        planned.cached !== undefined && planned.cached.cacheKey !== fresh.cacheKey
          ? `The settings of ${flavor.name}, or a marking, have changed since the run sheet was shown: the earlier report answers another question.`
          : 'The report that was to answer this is not there any more.';
      decision = refusal(decision, 'changed', why);
    }
    const job = { ...newJob(fresh, decision, turn.now), is_forced: wish.isForced ? (1 as const) : (0 as const) };
    if (report === undefined) queue.insert(job, decision, waitingFor(decision));
    else answerFrom(job, decision, report, turn.now);
    if (subject.caseId !== null) counters.add(subject.caseId, 'jobs', 1);
    return {
      row: planned.row,
      id: job.id,
      case_id: subject.caseId,
      status: report === undefined ? job.status : 'done',
      isCached: report !== undefined,
      reason:
        report === undefined && decision.verdict !== 'allow'
          ? { code: decision.code, message: decision.message }
          : null,
    };
  };

  const answerFrom = (job: NewJob, decision: GateDecision, report: StoredReport, now: number): void => {
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
    if (row === undefined) return;
    const { id, taxonomies, createdAt } = report;
    const level = worstLevel(taxonomies.map((one) => one.level)) ?? null;
    deps.recordReport({ job: row, report: { id, level, taxonomies, createdAt } });
  };

  return async (planned, rows, { force, overrides }, portionDone) => {
    const forced = new Set(force);
    const reasons = new Map(overrides.map(({ row, reason }) => [row, reason]));
    const wanted = [...new Set(rows)].map((number) => {
      const row = planned.row(number);
      if (row === undefined) throw new AppError('invalid_input', `The sheet has no row ${number}.`);
      return row;
    });
    refuseIdleOverrides(reasons, wanted);
    const startSome = db.transaction((portion: readonly PlannedRow[]): StartedRow[] => {
      const turn: Turn = {
        now: clock.now(),
        configOf: configsOnce(catalogue),
        engagements: engagementsOnce(repo),
        policy: policy.now(),
        isForcedOffline: planned.isForcedOffline,
      };
      return portion.map((row) => startRow(row, { isForced: forced.has(row.row), reason: reasons.get(row.row) }, turn));
    });
    const turns = createTurns(() => clock.monotonic());
    const all: StartedRow[] = [];
    for (let from = 0; from < wanted.length; from += PORTION) {
      if (from > 0) await turns.next();
      const started = startSome.immediate(wanted.slice(from, from + PORTION));
      portionDone(started);
      all.push(...started);
    }
    return all;
  };
}

/** Rows that become jobs in one transaction: some twenty milliseconds. */
const PORTION = 200;

/** What became of a row. */
export interface StartedRow extends Named {
  row: number;
  status: NewJob['status'];
  isCached: boolean;
  /** Why it was refused or waits. */
  reason: Reason | null;
}

/** What does not change while some rows are started together. */
interface Turn {
  now: number;
  configOf: ConfigOf;
  engagements: Engagements;
  policy: PolicyNow;
  isForcedOffline: boolean;
}

function refuseIdleOverrides(reasons: ReadonlyMap<number, string>, wanted: readonly PlannedRow[]): void {
  const byNumber = new Map(wanted.map((row) => [row.row, row]));
  for (const [number, reason] of reasons) {
    const row = byNumber.get(number);
    if (row === undefined || row.verdict !== 'refused') {
      throw new AppError(
        'invalid_input',
        `Row ${number} is not a refused row that starts, so there is nothing to overrule.`,
      );
    }
    if (!row.isOverridable) {
      throw new AppError('forbidden', `This cannot be overruled: ${row.refusals[0]?.message ?? 'it can never run.'}`);
    }
    if (reason.trim().length < MIN_OVERRIDE_REASON) {
      throw new AppError('invalid_input', `Say why in at least ${MIN_OVERRIDE_REASON} characters.`);
    }
  }
}

const refusal = (asked: GateDecision, code: string, message: string): GateDecision => ({
  verdict: 'refuse',
  code,
  message,
  instead: 'Look at the run sheet again.',
  refusals: [],
  facts: asked.facts,
});

/** The gate's answer now, but never more than what was shown. */
function held(shown: PlannedRow, flavor: KnownFlavor, asked: GateDecision, isOverride: boolean): GateDecision {
  if (asked.verdict === 'refuse') return asked;
  if (shown.verdict === 'refused' && !isOverride) {
    const first = shown.refusals[0];
    return refusal(
      asked,
      first?.code ?? 'changed',
      `${first?.message ?? 'It was refused.'} That is not so any more, but nobody was shown that it would run.`,
    );
  }
  return isSameAsShown(shown.flavor, flavor)
    ? asked
    : refusal(asked, 'changed', `${flavor.name} has changed since the run sheet was shown.`);
}
