import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../db/open.ts';
import type { GateDecision } from '../jobs/gate.ts';
import { type Claimed, createFairClaim } from './fair-claim.repo.ts';
import type { JobEnd, JobRow, NewJob } from './job-row.ts';
import { createWaiting, type Named, NO_TIME, type Waiting, type WaitingReason } from './waiting.repo.ts';

/** What a job is about to send, for the egress ledger. */
export interface Leaving {
  destination: string;
  hosts: readonly string[];
  what: string;
  tlp: string;
  pap: string;
}

/**
 * The queue in the job table. Every method runs inside the caller's transaction where there is one; what must hold
 * together (job, decision, waiting reason) is written by one caller in one.
 */
export interface Queue {
  /** What waits is looked at again at its reason's time; it expires after `expireAfter` milliseconds unless it says when. */
  insert(job: NewJob, decision: GateDecision, waiting?: WaitingReason): void;
  /** The next job that may run (fair-claim.repo.ts). */
  claim(now: number, leaseUntil: number, isOpen: (service: string) => boolean): Claimed | undefined;
  waiting: Waiting;
  /** Stores the gate's answer at the moment of the claim. */
  recordDecision(jobId: string, decision: GateDecision, now: number): void;
  /** Written before the process starts, with the claim: what may have left is never missing from the ledger. */
  recordEgress(job: JobRow, leaving: Leaving, now: number): void;
  /** The last decision's facts, or undefined. */
  lastFacts(jobId: string): GateDecision['facts'] | undefined;
  /** Running → refused: the gate changed its mind. The attempt is given back. */
  refuse(job: Lease, why: { code: string; message: string }, now: number): void;
  /** Running → waiting, to be looked at again at `lookAt`. `isFree` gives the attempt back. */
  park(
    job: Lease,
    why: { code: string; message: string },
    reason: WaitingReason,
    lookAt: number,
    now: number,
    isFree: boolean,
  ): boolean;
  /** Running → done with an earlier report: it was answered while it waited. */
  answer(job: Lease, reportId: string, now: number): void;
  /** The question as it is now: settings and markings may have changed since the job was made. */
  rekey(jobId: string, cacheKey: string): void;
  renew(tokens: readonly string[], leaseUntil: number): void;
  /** Whether this lease still holds the job; false when the job was deleted or given to another. */
  holds(job: Lease): boolean;
  /** Ends a running job. False when the lease is another's by now: then nothing was written. */
  finish(job: Lease, end: JobEnd, now: number): boolean;
  /** Running → queued with its attempt given back: Osmia is being closed. */
  requeue(job: Lease): boolean;
  /** Queued and waiting jobs of these end here; running ones are the scheduler's. A few hundred at a time. */
  cancelIdle(ids: readonly string[], now: number): Named[];
  release(jobId: string, decision: GateDecision, now: number): boolean;
  /** Waiting → refused: looked at again before its release, it may not run any more. */
  refuseWaiting(jobId: string, decision: GateDecision, now: number): boolean;
  /**
   * At start, under the workspace lock: what is `running` belonged to a process that is gone. An analyzer's job is queued
   * again, or failed as `crashed` when it has had its attempts; a responder may have acted, so it becomes `unknown` and is
   * never run again by itself.
   */
  recover(now: number): { requeued: number; failed: string[]; unknown: string[] };
  /** Whether a job is queued, running, or waits for something that comes by itself within moments. */
  hasActive(): boolean;
}

/** A claim: the job and the token that it was claimed with. */
export interface Lease {
  id: string;
  token: string;
}

/** `expireHours` is how long a job may wait, as the user set it. */
export function createQueue(db: Db, expireHours: () => number): Queue {
  const insert = db.prepare<[Required<NewJob>]>(
    `INSERT INTO job (id, flavor_id, flavor_name, flavor_version, engagement_id, case_id, observable_id, intake_id, data_type, value,
       subject_hash, blob_id, tlp, pap, parameters, cache_key, kind, service, quota_key, quota_units, override_reason,
       object_type, object_id, expires_at, status, reason_code, reason_message, priority, run_at, is_cached,
       report_id, analyzer_sha256, osmia_version, zone, queued_at, ended_at, is_forced)
     VALUES (@id, @flavor_id, @flavor_name, @flavor_version, @engagement_id, @case_id, @observable_id, @intake_id, @data_type, @value,
       @subject_hash, @blob_id, @tlp, @pap, @parameters, @cache_key, @kind, @service, @quota_key, @quota_units, @override_reason,
       @object_type, @object_id, @expires_at, @status, @reason_code, @reason_message, @priority, @run_at, @is_cached,
       @report_id, @analyzer_sha256, @osmia_version, @zone, @queued_at, @ended_at, @is_forced)`,
  );
  const insertDecision = db.prepare<[string, string, string, string, string, string, string | null, number]>(
    'INSERT INTO gate_decision (id, job_id, verdict, code, message, facts, override_reason, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const insertEgress = db.prepare<[Record<string, string | number | null>]>(
    `INSERT INTO egress_entry (id, job_id, engagement_id, case_id, flavor_id, destination, hosts, data_type, value, subject_hash,
       what, bytes, tlp, pap, at, zone, override_reason)
     VALUES (@id, @jobId, @engagementId, @caseId, @flavorId, @destination, @hosts, @dataType, @value, @subjectHash,
       @what, coalesce((SELECT size FROM blob WHERE id = @blobId), length(CAST(@value AS BLOB))), @tlp, @pap, @at, @zone, @overrideReason)`,
  );
  const lastFacts = db.prepare<[string], { facts: string }>(
    'SELECT facts FROM gate_decision WHERE job_id = ? ORDER BY at DESC, id DESC LIMIT 1',
  );
  const refuse = db.prepare<[string, string, number, string, string]>(
    `UPDATE job SET status = 'refused', reason_code = ?, reason_message = ?, ended_at = ?, lease_token = NULL, lease_until = NULL,
       attempt = attempt - 1, started_at = NULL
     WHERE id = ? AND lease_token = ? AND status = 'running'`,
  );
  const park = db.prepare<[string, string, number, number, number, string, string]>(
    `UPDATE job SET status = 'waiting', reason_code = ?, reason_message = ?, run_at = ?, attempt = attempt - ?, started_at = NULL,
       lease_token = NULL, lease_until = NULL, expires_at = coalesce(expires_at, ?)
     WHERE id = ? AND lease_token = ? AND status = 'running'`,
  );
  const answer = db.prepare<[string, number, string, string]>(
    `UPDATE job SET status = 'done', is_cached = 1, report_id = ?, ended_at = ?, started_at = NULL, attempt = attempt - 1,
       lease_token = NULL, lease_until = NULL
     WHERE id = ? AND lease_token = ? AND status = 'running'`,
  );
  const rekey = db.prepare<[string, string]>('UPDATE job SET cache_key = ? WHERE id = ?');
  const renew = db.prepare<[number, string]>(
    `UPDATE job SET lease_until = ? WHERE lease_token = ? AND status = 'running'`,
  );
  const finish = db.prepare<[Record<string, string | number | null>]>(
    `UPDATE job SET status = @status, reason_code = @code, reason_message = @message, report_id = @reportId, exit_code = @exitCode,
       stderr = @stderr, sandbox = @sandbox, sandbox_notes = @notes, ended_at = @now, lease_token = NULL, lease_until = NULL
     WHERE id = @id AND lease_token = @token AND status = 'running'`,
  );
  const holds = db.prepare<[string, string]>(
    `SELECT 1 FROM job WHERE id = ? AND lease_token = ? AND status = 'running'`,
  );
  const requeue = db.prepare<[string, string]>(
    `UPDATE job SET status = 'queued', attempt = attempt - 1, started_at = NULL, lease_token = NULL, lease_until = NULL
     WHERE id = ? AND lease_token = ? AND status = 'running'`,
  );
  const cancel = db.prepare<[number, string], Named>(
    `UPDATE job SET status = 'cancelled', reason_code = NULL, reason_message = NULL, ended_at = ?
     WHERE id IN (SELECT value FROM json_each(?)) AND status IN ('queued', 'waiting') RETURNING id, case_id`,
  );
  const forgetAll = db.prepare<[string]>('DELETE FROM waiting_reason WHERE job_id IN (SELECT value FROM json_each(?))');
  const release = db.prepare<[number, string]>(
    `UPDATE job SET status = 'queued', reason_code = NULL, reason_message = NULL, run_at = ? WHERE id = ? AND status = 'waiting'`,
  );
  const refuseWaiting = db.prepare<[string, string, number, string]>(
    `UPDATE job SET status = 'refused', reason_code = ?, reason_message = ?, ended_at = ? WHERE id = ? AND status = 'waiting'`,
  );
  const interrupted = db.prepare<[], { id: string }>(`SELECT id FROM job WHERE status = 'running'`);
  const unsure = db.prepare<[number], { id: string }>(
    `UPDATE job SET status = 'unknown', reason_code = 'may_have_acted', ended_at = ?, lease_token = NULL, lease_until = NULL,
       reason_message = 'Osmia ended while this ran. It may have done its work or not: look there before you run it again.'
     WHERE status = 'running' AND kind = 'responder' RETURNING id`,
  );
  const crashed = db.prepare<[number], { id: string }>(
    `UPDATE job SET status = 'failed', reason_code = 'crashed', ended_at = ?, lease_token = NULL, lease_until = NULL,
       reason_message = 'Osmia ended while this ran, and so it did the time before. Run it again if you want to.'
     WHERE status = 'running' AND attempt >= max_attempts RETURNING id`,
  );
  const requeueAll = db.prepare<[]>(
    `UPDATE job SET status = 'queued', started_at = NULL, lease_token = NULL, lease_until = NULL WHERE status = 'running'`,
  );
  const active = db.prepare<[], { n: number }>(
    `SELECT EXISTS (SELECT 1 FROM job WHERE status = 'queued') OR EXISTS (SELECT 1 FROM job WHERE status = 'running') AS n`,
  );

  const store = (jobId: string, decision: GateDecision, now: number): void =>
    void insertDecision.run(
      uuidv7(),
      jobId,
      decision.verdict,
      decision.code,
      decision.message,
      JSON.stringify(decision.facts),
      decision.facts.override?.reason ?? null,
      now,
    );

  const waiting = createWaiting(db);
  const fairClaim = createFairClaim(db);
  const hours = (): number => expireHours() * 3_600_000;

  return {
    waiting,
    insert(job, decision, reason) {
      insert.run({
        is_forced: 0,
        ...job,
        run_at: reason === undefined ? job.run_at : (reason.until ?? NO_TIME),
        expires_at: job.expires_at ?? (reason === undefined ? null : job.queued_at + hours()),
      });
      store(job.id, decision, job.queued_at);
      if (reason !== undefined) waiting.note(job.id, reason, job.queued_at);
    },
    claim: fairClaim.next,
    recordDecision: store,
    recordEgress(job, leaving, now) {
      insertEgress.run({
        id: uuidv7(),
        jobId: job.id,
        engagementId: job.engagement_id,
        caseId: job.case_id,
        flavorId: job.flavor_id,
        destination: leaving.destination,
        hosts: JSON.stringify(leaving.hosts),
        dataType: job.data_type,
        value: job.value,
        subjectHash: job.subject_hash,
        what: leaving.what,
        blobId: job.blob_id,
        overrideReason: job.override_reason,
        tlp: leaving.tlp,
        pap: leaving.pap,
        at: now,
        zone: job.zone,
      });
    },
    lastFacts(jobId) {
      const row = lastFacts.get(jobId);
      return row && (JSON.parse(row.facts) as GateDecision['facts']);
    },
    refuse(job, { code, message }, now) {
      refuse.run(code, message, now, job.id, job.token);
    },
    park(job, { code, message }, reason, lookAt, now, isFree) {
      const changed = park.run(code, message, lookAt, isFree ? 1 : 0, now + hours(), job.id, job.token).changes === 1;
      if (changed) waiting.note(job.id, reason, now);
      return changed;
    },
    answer: (job, reportId, now) => void answer.run(reportId, now, job.id, job.token),
    rekey: (jobId, cacheKey) => void rekey.run(cacheKey, jobId),
    renew(tokens, leaseUntil) {
      for (const token of tokens) renew.run(leaseUntil, token);
    },
    holds: (job) => holds.get(job.id, job.token) !== undefined,
    finish: (job, end, now) =>
      finish.run({
        id: job.id,
        token: job.token,
        status: end.status,
        code: end.reason?.code ?? null,
        message: end.reason?.message ?? null,
        reportId: end.reportId,
        exitCode: end.exitCode,
        stderr: end.stderr,
        sandbox: end.sandbox,
        notes: JSON.stringify(end.sandboxNotes),
        now,
      }).changes === 1,
    requeue: (job) => requeue.run(job.id, job.token).changes === 1,
    cancelIdle(ids, now) {
      const cancelled = cancel.all(now, JSON.stringify(ids));
      if (cancelled.length > 0) forgetAll.run(JSON.stringify(cancelled.map(({ id }) => id)));
      return cancelled;
    },
    release(jobId, decision, now) {
      if (release.run(now, jobId).changes !== 1) return false;
      waiting.forget(jobId);
      store(jobId, decision, now);
      return true;
    },
    refuseWaiting(jobId, decision, now) {
      if (refuseWaiting.run(decision.code, decision.message, now, jobId).changes !== 1) return false;
      waiting.forget(jobId);
      store(jobId, decision, now);
      return true;
    },
    recover(now) {
      const left = interrupted.all().map((row) => row.id);
      const unknown = unsure.all(now).map((row) => row.id);
      const failed = crashed.all(now).map((row) => row.id);
      const { changes: requeued } = requeueAll.run();
      // Nothing runs, so nobody is answered by a twin; and times of a clock that was ahead mean nothing.
      for (const id of left) waiting.wakeTwins(id);
      waiting.reconsider(now);
      return { requeued, failed, unknown };
    },
    hasActive: () => active.get()?.n === 1 || waiting.hasShortWait(),
  };
}
