import type { RunSheet } from '../../shared/contract/jobs.ts';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { Db } from '../db/open.ts';
import type { Engine } from '../engine/engine.ts';
import type { JobRow } from '../engine/job-row.ts';
import type { Named } from '../engine/waiting.repo.ts';
import type { Clock } from '../ports.ts';
import type { GateDecision } from './gate.ts';
import type { ClosedServices } from './job-filter.ts';
import type { JobsRepo, SubjectRow } from './jobs.repo.ts';
import {
  type AskGate,
  type ConfigOf,
  configsOnce,
  type Engagements,
  engagementsOnce,
  type QuotaForecaster,
} from './plan.ts';
import { createQueueRepo, FIRST_ID, type Selection } from './queue.repo.ts';
import { leftOutOfRetry } from './retry-rules.ts';
import { cacheKeyOf, isSameAsShown, type PlannedRow, type PlannedSheet } from './run-sheet.ts';
import { createSheetBuilder, type SheetBuilder } from './sheet-builder.ts';
import { subjectOfJob } from './subject-of-job.ts';
import { createTurns } from './turns.ts';

export interface WaitingSheets {
  /** A run sheet over jobs that wait, the oldest first; its rows name them. */
  planWaiting(selection: Selection, signal?: AbortSignal): Promise<{ sheet: RunSheet; more: number }>;
  /** A run sheet that asks again what can be asked again, and how many were left out for which reason. */
  planRetry(
    selection: Selection,
    signal?: AbortSignal,
  ): Promise<{ sheet: RunSheet; leftOut: { reason: string; count: number }[] }>;
  /**
   * Releases the jobs behind these rows, the gate being asked once more. What was not shown as running, or would send
   * something else by now, keeps waiting; what may not run any more ends as refused. Throws `not_found` for a forgotten
   * sheet, `invalid_input` for a row that stands for no waiting job.
   */
  release(
    sheetId: string,
    rows: readonly number[],
  ): Promise<{ released: number; stillWaiting: number; refused: number }>;
}

/** Jobs on one such sheet. */
const MOST = 10_000;
const PORTION = 500;

export function createWaitingSheets(deps: {
  db: Db;
  engine: Engine;
  repo: JobsRepo;
  clock: Clock;
  ask: AskGate;
  quota: QuotaForecaster | undefined;
  closed(): ClosedServices;
  keep(planned: PlannedSheet): void;
  find(sheetId: string): PlannedSheet;
}): WaitingSheets {
  const { db, engine, repo, clock, ask } = deps;
  const { catalogue, queue } = engine;
  const queueRepo = createQueueRepo(db);

  /** What a stored job is about, with the marking that its observable has now. */
  const subjectOf = (job: JobRow): SubjectRow => {
    const marking = job.observable_id === null ? undefined : repo.subjectOfObservable(job.observable_id);
    return {
      ...subjectOfJob(job),
      mediaType: job.blob_id === null ? '' : repo.mediaTypeOf(job.blob_id),
      tlp: stricterTlp(job.tlp, marking?.tlp ?? job.tlp),
      pap: stricterPap(job.pap, marking?.pap ?? job.pap),
    };
  };

  interface Now {
    engagements: Engagements;
    policy: ReturnType<Engine['policy']['now']>;
    configOf: ConfigOf;
  }
  const asOf = (): Now => ({
    engagements: engagementsOnce(repo),
    policy: engine.policy.now(),
    configOf: configsOnce(catalogue),
  });

  const decideOn = (now: Now, job: JobRow, flavor: KnownFlavor, subject: SubjectRow): GateDecision => {
    // What goes along with a responder is a whole object, files included: its own rules look at all of it.
    if (job.kind === 'responder') return engine.ask(job).decision;
    return ask(flavor, now.configOf(flavor, subject.engagementId), subject, {
      isOffline: now.engagements.engagement(subject.engagementId)?.isOffline ?? true,
      // Who releases it has just been shown that it leaves.
      isForcedOffline: false,
      policy: now.policy,
      override: job.override_reason === null ? null : (queue.lastFacts(job.id)?.override ?? null),
    });
  };

  /** Reads the selected jobs in portions, lets others run between them, and puts on a sheet what `wanted` takes. */
  const collect = async (
    selection: Selection,
    only: readonly JobRow['status'][],
    wanted: (job: JobRow) => boolean,
    namesJob: boolean,
    signal: AbortSignal | undefined,
  ): Promise<{ builder: SheetBuilder; seen: number }> => {
    const builder = createSheetBuilder(catalogue.list());
    const turns = createTurns(() => clock.monotonic());
    const held = deps.closed();
    let after = FIRST_ID;
    let seen = 0;
    while (seen < MOST) {
      const ids = queueRepo.ids(selection, held, only, after, Math.min(PORTION, MOST - seen));
      const last = ids.at(-1);
      if (last === undefined) break;
      after = last;
      seen += ids.length;
      let now = asOf();
      for (const job of queueRepo.rows(ids)) {
        if (turns.isOver()) {
          await turns.next();
          if (signal?.aborted === true) throw new AppError('cancelled', 'The plan was not wanted any more.');
          now = asOf();
        }
        if (!only.includes(job.status) || !wanted(job)) continue;
        const flavor = catalogue.find(job.flavor_id, job.engagement_id);
        if (flavor === undefined) continue;
        const subject = subjectOf(job);
        const decision = decideOn(now, job, flavor, subject);
        builder.add(
          flavor,
          subject,
          decision,
          decision.verdict === 'refuse' ? undefined : answerFor(now, flavor, subject),
          namesJob ? job.id : null,
        );
      }
    }
    return { builder, seen };
  };

  const answerFor = (now: Now, flavor: KnownFlavor, subject: SubjectRow): PlannedRow['cached'] => {
    const { cacheMinutes, configHash } = now.configOf(flavor, subject.engagementId);
    if (cacheMinutes <= 0) return undefined;
    const at = clock.now();
    const key = cacheKeyOf(flavor, configHash, subject, '{}');
    const found = repo.cached(key, at - cacheMinutes * 60_000, at);
    return found && { cacheKey: key, ...found };
  };

  const finish = (builder: SheetBuilder): RunSheet => {
    const planned = builder.finish(clock.now(), false, (parts) => deps.quota?.outlook(parts, clock.now()) ?? []);
    deps.keep(planned);
    return planned.sheet;
  };

  /** One row: what became of its job. */
  const releaseRow = (row: PlannedRow, now: Now, at: number): 'released' | 'stillWaiting' | 'refused' | 'gone' => {
    const job = row.jobId === null ? undefined : repo.row(row.jobId);
    if (job === undefined || job.status !== 'waiting') return 'gone';
    const flavor = catalogue.find(job.flavor_id, job.engagement_id);
    if (flavor === undefined) {
      const { decision } = engine.ask(job);
      return queue.refuseWaiting(job.id, decision, at) ? 'refused' : 'gone';
    }
    const decision = decideOn(now, job, flavor, subjectOf(job));
    if (decision.verdict === 'refuse') return queue.refuseWaiting(job.id, decision, at) ? 'refused' : 'gone';
    const isAsShown = (row.verdict === 'allowed' || row.verdict === 'cached') && isSameAsShown(row.flavor, flavor);
    if (decision.verdict === 'wait' || !isAsShown) return 'stillWaiting';
    return queue.release(job.id, decision, at) ? 'released' : 'gone';
  };

  return {
    async planWaiting(selection, signal) {
      const { builder, seen } = await collect(selection, ['waiting'], () => true, true, signal);
      const more =
        seen < MOST || 'ids' in selection ? 0 : queueRepo.count(selection.filter, deps.closed(), MOST * 10) - MOST;
      return { sheet: finish(builder), more: Math.max(0, more) };
    },
    async planRetry(selection, signal) {
      const leftOut = new Map<string, number>();
      const { builder } = await collect(
        selection,
        ['failed', 'cancelled', 'refused', 'done', 'unknown'],
        (job) => {
          const reason = leftOutOfRetry(job);
          if (reason !== null) leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
          return reason === null;
        },
        false,
        signal,
      );
      return { sheet: finish(builder), leftOut: [...leftOut].map(([reason, count]) => ({ reason, count })) };
    },
    async release(sheetId, rows) {
      const planned = deps.find(sheetId);
      const wanted = [...new Set(rows)].map((number) => {
        const row = planned.row(number);
        if (row === undefined || row.jobId === null) {
          throw new AppError('invalid_input', `Row ${number} of the sheet stands for no waiting job.`);
        }
        return row;
      });
      const turns = createTurns(() => clock.monotonic());
      const counts = { released: 0, stillWaiting: 0, refused: 0, gone: 0 };
      for (let from = 0; from < wanted.length; from += PORTION) {
        const portion = wanted.slice(from, from + PORTION);
        const changed: Named[] = [];
        db.transaction(() => {
          const now = asOf();
          for (const row of portion) {
            const outcome = releaseRow(row, now, clock.now());
            counts[outcome] += 1;
            if (outcome === 'released' || outcome === 'refused') {
              changed.push({ id: row.jobId ?? '', case_id: row.subject.caseId });
            }
          }
        }).immediate();
        engine.announce(changed);
        await turns.next();
      }
      engine.nudge();
      const { released, stillWaiting, refused } = counts;
      return { released, stillWaiting, refused };
    },
  };
}
