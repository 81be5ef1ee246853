import { v7 as uuidv7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import { worstLevel } from '../../shared/model/report.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { CaseCounters } from '../cases/case-counters.repo.ts';
import type { Db } from '../db/open.ts';
import { type Engine, type RecordedReport, waitingFor } from '../engine/engine.ts';
import type { JobRow, NewJob } from '../engine/job-row.ts';
import type { Clock } from '../ports.ts';
import type { GateDecision } from './gate.ts';
import type { JobsRepo } from './jobs.repo.ts';
import { type AskGate, type Engagements, engagementsOnce, type FindCached } from './plan.ts';
import type { ReportsRepo } from './reports.repo.ts';
import { cacheKeyOf, destinationOf, type PlannedRow, type PlannedSheet } from './run-sheet.ts';

/**
 * Makes jobs of chosen rows of a sheet, after asking the gate again; returns their ids in the order of the rows. Throws
 * `invalid_input` for a row that the sheet does not have, `not_found` for a flavor that is gone.
 */
export function createStarter(deps: {
  db: Db;
  engine: Pick<Engine, 'catalogue' | 'queue'>;
  repo: JobsRepo;
  reports: ReportsRepo;
  counters: CaseCounters;
  clock: Clock;
  osmiaVersion: string;
  ask: AskGate;
  findCached: FindCached;
  recordReport(tx: { job: JobRow; report: RecordedReport }): void;
}): (planned: PlannedSheet, rows: readonly number[], force: readonly number[]) => string[] {
  const { db, repo, reports, counters, clock, ask, findCached } = deps;
  const { catalogue, queue } = deps.engine;

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
    engagements: Engagements,
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
    const found = isForced || decision.verdict === 'refuse' ? undefined : findCached(flavor, planned.cacheKey);
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

  return (planned, rows, force) => {
    const forced = new Set(force);
    const wanted = [...new Set(rows)].map((number) => {
      const row = planned.rows.get(number);
      if (row === undefined) throw new AppError('invalid_input', `The sheet has no row ${number}.`);
      return row;
    });
    return db
      .transaction(() => {
        const now = clock.now();
        const configs = new Map<string, EffectiveConfig>();
        const engagements = engagementsOnce(repo);
        return wanted.map((row) =>
          startRow(row, configs, engagements, forced.has(row.row.row), planned.isForcedOffline, now),
        );
      })
      .immediate();
  };
}
