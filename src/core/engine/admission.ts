import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { SandboxLevel } from '../../shared/contract/entities.ts';
import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import { destinationOf } from '../analyzers/destination.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import { allowed, decide, type GateDecision } from '../jobs/gate.ts';
import type { JobsRepo } from '../jobs/jobs.repo.ts';
import { cacheKeyOf } from '../jobs/run-sheet.ts';
import { subjectOfJob } from '../jobs/subject-of-job.ts';
import type { Policy } from '../policy/policy.ts';
import type { Clock } from '../ports.ts';
import { withHints } from '../quota/hints-of-run.ts';
import type { QuotaGate } from '../quota/quota-port.ts';
import type { HeldTo } from '../responders/held-to.ts';
import type { Claimed } from './fair-claim.repo.ts';
import { gateFacts } from './gate-facts.ts';
import type { JobRow } from './job-row.ts';
import type { Leaving, Queue } from './queue.ts';
import type { Runner } from './runner.ts';
import type { Admission } from './scheduler.ts';
import { NO_TIME, type Named, type WaitingReason } from './waiting.repo.ts';

/** The gate's answer for a stored job, and what it needs to run. */
export interface Asked {
  decision: GateDecision;
  /** Undefined when its flavor is gone; the decision then refuses. */
  runs?: { flavor: KnownFlavor; config: EffectiveConfig; mediaType: string; leaving: Leaving | undefined };
}

/** When a budget that does not say when it is free is asked again, in milliseconds. */
const ASK_AGAIN_MS = 60_000;
const SOONEST_MS = 1_000;
/** A twin's end wakes who waits for it; this is for the case that the twin is deleted meanwhile. */
const TWIN_CHECK_MS = 60_000;
/** Jobs of one budget that are parked together, in one turn. */
const KIN = 500;

/** Why a job waits, for a decision that says so. */
export const waitingFor = (decision: GateDecision): WaitingReason | undefined =>
  decision.verdict === 'wait' ? { kind: 'link', detail: decision.message, until: null } : undefined;

/** The same program, which sends to the same place: what a person read before they agreed to it. */
const isAsShown = (job: JobRow, flavor: KnownFlavor): boolean =>
  job.analyzer_sha256 === flavor.sha256 && job.service === (flavor.isLocal ? '' : destinationOf(flavor));

/** Asks the gate about stored jobs as the world is now: settings, catalogue, markings and the offline switch. */
export function createAsk(deps: {
  find(flavorId: string, engagementId: string): KnownFlavor | undefined;
  configOf(flavor: KnownFlavor, engagementId: string): EffectiveConfig;
  queue: Pick<Queue, 'lastFacts'>;
  jobs: JobsRepo;
  policy: Policy;
  responders: HeldTo;
  sandbox(): SandboxLevel;
}): (job: JobRow) => Asked {
  const { queue, jobs } = deps;
  return (job) => {
    const flavor = deps.find(job.flavor_id, job.engagement_id);
    const isResponder = job.kind === 'responder';
    // A folder that was read again may hold responders now: what was started as a question does not act.
    if (flavor === undefined || flavor.isResponder !== isResponder) {
      const facts = queue.lastFacts(job.id);
      if (facts === undefined) throw new Error(`job ${job.id} has no gate decision`);
      const gone = { code: 'flavor_gone', message: `${job.flavor_name} is not there any more.` };
      return { decision: decide({ ...facts, cannotRun: gone }) };
    }
    const config = deps.configOf(flavor, job.engagement_id);
    const mediaType = job.blob_id === null ? '' : jobs.mediaTypeOf(job.blob_id);
    const isOffline = jobs.engagement(job.engagement_id)?.isOffline ?? true;
    // What was marked more strictly while it waited is held to that.
    const marking = isResponder
      ? deps.responders.marking(job)
      : job.observable_id === null
        ? undefined
        : jobs.subjectOfObservable(job.observable_id);
    const tlp = stricterTlp(job.tlp, marking?.tlp ?? job.tlp);
    const pap = stricterPap(job.pap, marking?.pap ?? job.pap);
    // A sheet that was planned as offline stays so, whatever the engagement says by now.
    const last = queue.lastFacts(job.id);
    const wasForced = !flavor.isLocal && last?.isForcedOffline === true;
    const { engagement_id: engagementId, data_type: dataType, value, blob_id: blobId } = job;
    const policy = deps.policy.now();
    const decision = decide(
      gateFacts(
        flavor,
        config,
        { dataType: job.data_type, mediaType, hasFile: job.blob_id !== null, tlp, pap },
        {
          isOffline,
          isForcedOffline: wasForced,
          sandbox: deps.sandbox(),
          policy: isResponder
            ? deps.responders.policy(job, flavor, policy)
            : policy.factsOf(flavor, { engagementId, dataType, value, blobId }),
          // It covers what was shown when it was typed; the gate compares.
          override: job.override_reason === null || !isAsShown(job, flavor) ? null : (last?.override ?? null),
        },
      ),
    );
    if (isResponder && decision.verdict !== 'refuse' && !isAsShown(job, flavor)) {
      const code = 'changed';
      const message = `${flavor.name}, or where it sends to, has changed since it was confirmed.`;
      const instead = 'Look at it again from its object, and confirm it there.';
      return { decision: { ...decision, verdict: 'refuse', code, message, instead, refusals: [] } };
    }
    const { hosts, leaves } = flavor.card;
    const leaving = flavor.isLocal ? undefined : { destination: destinationOf(flavor), hosts, what: leaves, tlp, pap };
    return { decision, runs: { flavor, config, mediaType, leaving } };
  };
}

/**
 * What happens to a claimed job, in the claiming transaction: the gate, then the cache, then a twin that asks the same at
 * this moment, then the budget. The first that says no decides; only what passes all of them gets an egress row and runs.
 */
export function createAdmission(deps: {
  queue: Queue;
  responders: Pick<HeldTo, 'files'>;
  quota: QuotaGate;
  ask(job: JobRow): Asked;
  runner: Runner;
  clock: Clock;
  /** The newest own report under this key that is young enough. */
  cached(cacheKey: string, cacheMinutes: number, now: number): string | undefined;
  /** The job was answered by a report that another job made. */
  answered(job: JobRow, reportId: string): void;
  /** A job passed all of them, and runs when this transaction is committed. */
  letIn?: ((job: JobRow, leaving: Leaving | undefined) => void) | undefined;
  /** After the commit: other jobs that changed with this one. */
  alsoChanged(jobs: readonly Named[]): void;
}): (job: Claimed, now: number) => Admission {
  const { queue, quota } = deps;

  const currentKey = (job: JobRow, { flavor, config }: NonNullable<Asked['runs']>): string =>
    cacheKeyOf(flavor, config.configHash, subjectOfJob(job), job.parameters);

  /** True when somebody else answers: an earlier report, or a job that runs now. */
  const isAnsweredElsewhere = (job: Claimed, runs: NonNullable<Asked['runs']>, now: number): boolean => {
    const { cacheMinutes } = runs.config;
    if (job.kind !== 'analyzer' || job.is_forced === 1 || cacheMinutes <= 0) return false;
    const lease = { id: job.id, token: job.lease_token };
    const key = currentKey(job, runs);
    const twin = queue.waiting.runningTwin(key, job.id);
    if (key !== job.cache_key) queue.rekey(job.id, key);
    const reportId = deps.cached(key, cacheMinutes, now);
    if (reportId !== undefined) {
      queue.answer(lease, reportId, now);
      deps.answered(job, reportId);
      return true;
    }
    if (twin === undefined) return false;
    const detail = 'The same question is being answered. This job gets that answer.';
    const reason: WaitingReason = { kind: 'dependency', detail, until: null };
    queue.park(lease, { code: 'same_question', message: detail }, reason, now + TWIN_CHECK_MS, now, true);
    queue.waiting.needs(job.id, twin);
    return true;
  };

  const hasBudget = (job: Claimed, now: number): boolean => {
    const reservation = quota.reserve(job, now);
    if (reservation.isReserved) return true;
    const { message, until } = reservation;
    // A time that is past already would be looked at in this same turn, and again, and again.
    const again = Math.max(until ?? now + ASK_AGAIN_MS, now + SOONEST_MS);
    const why = { code: 'quota', message };
    queue.park(
      { id: job.id, token: job.lease_token },
      why,
      { kind: 'quota', detail: message, until },
      again,
      now,
      true,
    );
    if (job.quota_key !== null) {
      deps.alsoChanged(queue.waiting.parkKin(job.quota_key, job.engagement_id, again, message, now, KIN));
    }
    return false;
  };

  return (job, now) => {
    const { decision, runs } = deps.ask(job);
    queue.recordDecision(job.id, decision, now);
    const lease = { id: job.id, token: job.lease_token };
    if (decision.verdict === 'refuse' || runs === undefined) {
      queue.refuse(lease, decision, now);
      return 'not_run';
    }
    const reason = waitingFor(decision);
    if (reason !== undefined) {
      queue.park(lease, decision, reason, reason.until ?? NO_TIME, now, true);
      return 'not_run';
    }
    const permit = allowed(decision, job.id);
    if (permit === undefined) throw new Error(`the gate gave no answer for job ${job.id}`);
    if (isAnsweredElsewhere(job, runs, now) || !hasBudget(job, now)) return 'not_run';
    const { flavor, config, mediaType, leaving } = runs;
    if (leaving !== undefined) {
      queue.recordEgress(job, leaving, now);
      if (job.kind === 'responder')
        for (const file of deps.responders.files(job)) queue.recordEgress(file, leaving, now);
    }
    deps.letIn?.(job, leaving);
    return {
      permit,
      async run(signal) {
        // The user's own time limit.
        const limited = { ...flavor, limits: config.limits };
        const result = await deps.runner.run(job, limited, config, mediaType, permit, signal);
        return job.quota_key === null ? result : withHints(result, deps.clock.now(), job.kind === 'analyzer');
      },
    };
  };
}
