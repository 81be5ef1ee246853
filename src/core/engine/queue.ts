import { v7 as uuidv7 } from 'uuid';
import type { Db } from '../db/open.ts';
import type { GateDecision } from '../jobs/gate.ts';
import type { JobEnd, JobRow, NewJob } from './job-row.ts';

/** What a job is about to send, for the egress ledger. */
export interface Leaving {
  destination: string;
  hosts: readonly string[];
  what: string;
  tlp: string;
  pap: string;
}

export interface WaitingReason {
  kind: 'slot' | 'link' | 'quota' | 'time' | 'dependency';
  detail: string;
  until: number | null;
}

/**
 * The queue in the job table. Every method runs inside the caller's transaction where there is one; what must hold
 * together (job, decision, waiting reason) is written by one caller in one.
 */
export interface Queue {
  insert(job: NewJob, decision: GateDecision, waiting?: WaitingReason): void;
  /** The next job that may run, now `running` under a new lease; its token guards every later write. */
  claim(now: number, leaseUntil: number): (JobRow & { lease_token: string }) | undefined;
  /** Stores the gate's answer at the moment of the claim. */
  recordDecision(jobId: string, decision: GateDecision, now: number): void;
  /** Written before the process starts, with the claim: what may have left is never missing from the ledger. */
  recordEgress(job: JobRow, leaving: Leaving, now: number): void;
  /** The last decision's facts, or undefined. */
  lastFacts(jobId: string): GateDecision['facts'] | undefined;
  /** Running → waiting or refused, because the gate changed its mind. */
  putBack(
    job: { id: string; token: string },
    decision: GateDecision,
    waiting: WaitingReason | undefined,
    now: number,
  ): void;
  renew(tokens: readonly string[], leaseUntil: number): void;
  /** Whether this lease still holds the job; false when the job was deleted or given to another. */
  holds(job: { id: string; token: string }): boolean;
  /** Ends a running job. False when the lease is another's by now: then nothing was written. */
  finish(job: { id: string; token: string }, end: JobEnd, now: number): boolean;
  /** Running → queued, to be tried again from `runAt`. `isFree` gives the attempt back. */
  requeue(job: { id: string; token: string }, runAt: number, isFree: boolean): boolean;
  /** Queued and waiting jobs of these end here; returns their ids. Running ones are the scheduler's. */
  cancelIdle(ids: readonly string[], now: number): string[];
  /** Waiting for a link in engagements that are online again. */
  waitingForLink(): JobRow[];
  release(jobId: string, decision: GateDecision, now: number): boolean;
  /**
   * At start, under the workspace lock: what is `running` belonged to a process that is gone. It is queued again, or
   * failed as `crashed` when it has had its attempts.
   */
  recover(now: number): { requeued: number; failed: string[] };
  /** When the earliest queued job may run; undefined when none is queued. */
  nextRunAt(): number | undefined;
  countActive(): number;
}

export function createQueue(db: Db): Queue {
  const insert = db.prepare<[NewJob]>(
    `INSERT INTO job (id, flavor_id, flavor_name, flavor_version, engagement_id, case_id, observable_id, intake_id, data_type, value,
       subject_hash, blob_id, tlp, pap, parameters, cache_key, kind, service, quota_key, quota_units, override_reason,
       object_type, object_id, expires_at, status, reason_code, reason_message, priority, run_at, is_cached,
       report_id, analyzer_sha256, osmia_version, zone, queued_at, ended_at)
     VALUES (@id, @flavor_id, @flavor_name, @flavor_version, @engagement_id, @case_id, @observable_id, @intake_id, @data_type, @value,
       @subject_hash, @blob_id, @tlp, @pap, @parameters, @cache_key, @kind, @service, @quota_key, @quota_units, @override_reason,
       @object_type, @object_id, @expires_at, @status, @reason_code, @reason_message, @priority, @run_at, @is_cached,
       @report_id, @analyzer_sha256, @osmia_version, @zone, @queued_at, @ended_at)`,
  );
  const insertDecision = db.prepare<[string, string, string, string, string, string, number]>(
    'INSERT INTO gate_decision (id, job_id, verdict, code, message, facts, at) VALUES (?, ?, ?, ?, ?, ?, ?)',
  );
  const insertEgress = db.prepare<[Record<string, string | number | null>]>(
    `INSERT INTO egress_entry (id, job_id, engagement_id, case_id, flavor_id, destination, hosts, data_type, value, subject_hash,
       what, bytes, tlp, pap, at, zone)
     VALUES (@id, @jobId, @engagementId, @caseId, @flavorId, @destination, @hosts, @dataType, @value, @subjectHash,
       @what, (SELECT size FROM blob WHERE id = @blobId), @tlp, @pap, @at, @zone)`,
  );
  const lastFacts = db.prepare<[string], { facts: string }>(
    'SELECT facts FROM gate_decision WHERE job_id = ? ORDER BY at DESC, id DESC LIMIT 1',
  );
  const insertWaiting = db.prepare<[string, string, string, number | null, number]>(
    `INSERT INTO waiting_reason (job_id, kind, detail, until, since) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (job_id, kind) DO UPDATE SET detail = excluded.detail, until = excluded.until`,
  );
  const clearWaiting = db.prepare<[string]>('DELETE FROM waiting_reason WHERE job_id = ?');
  const claim = db.prepare<[string, number, number, number], JobRow & { lease_token: string }>(
    `UPDATE job SET status = 'running', lease_token = ?, lease_until = ?, attempt = attempt + 1, started_at = ?,
       reason_code = NULL, reason_message = NULL
     WHERE id = (SELECT id FROM job WHERE status = 'queued' AND run_at <= ? ORDER BY priority DESC, run_at, id LIMIT 1)
     RETURNING *`,
  );
  const putBack = db.prepare<[string, string, string, number | null, string, string]>(
    `UPDATE job SET status = ?, reason_code = ?, reason_message = ?, ended_at = ?, lease_token = NULL, lease_until = NULL,
       attempt = attempt - 1, started_at = NULL
     WHERE id = ? AND lease_token = ? AND status = 'running'`,
  );
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
  const requeue = db.prepare<[number, number, string, string]>(
    `UPDATE job SET status = 'queued', run_at = ?, attempt = attempt - ?, started_at = NULL, lease_token = NULL, lease_until = NULL
     WHERE id = ? AND lease_token = ? AND status = 'running'`,
  );
  const cancel = db.prepare<[number, string]>(
    `UPDATE job SET status = 'cancelled', reason_code = NULL, reason_message = NULL, ended_at = ?
     WHERE id = ? AND status IN ('queued', 'waiting')`,
  );
  const waitingForLink = db.prepare<[], JobRow>(
    `SELECT j.* FROM job j JOIN waiting_reason w ON w.job_id = j.id AND w.kind = 'link'
     JOIN engagement e ON e.id = j.engagement_id AND e.is_offline = 0
     WHERE j.status = 'waiting' ORDER BY j.id`,
  );
  const release = db.prepare<[number, string]>(
    `UPDATE job SET status = 'queued', reason_code = NULL, reason_message = NULL, run_at = ? WHERE id = ? AND status = 'waiting'`,
  );
  const crashed = db.prepare<[number], { id: string }>(
    `UPDATE job SET status = 'failed', reason_code = 'crashed', ended_at = ?, lease_token = NULL, lease_until = NULL,
       reason_message = 'Osmia ended while this ran, and so it did the time before. Run it again if you want to.'
     WHERE status = 'running' AND attempt >= max_attempts RETURNING id`,
  );
  const requeueAll = db.prepare<[number]>(
    `UPDATE job SET status = 'queued', run_at = min(run_at, ?), started_at = NULL, lease_token = NULL, lease_until = NULL
     WHERE status = 'running'`,
  );
  const nextRunAt = db.prepare<[], { at: number | null }>(`SELECT min(run_at) AS at FROM job WHERE status = 'queued'`);
  const countActive = db.prepare<[], { n: number }>(
    `SELECT (SELECT count(*) FROM job WHERE status = 'queued') + (SELECT count(*) FROM job WHERE status = 'running') AS n`,
  );

  const store = (jobId: string, decision: GateDecision, now: number): void =>
    void insertDecision.run(
      uuidv7(),
      jobId,
      decision.verdict,
      decision.code,
      decision.message,
      JSON.stringify(decision.facts),
      now,
    );

  return {
    insert(job, decision, waiting) {
      insert.run(job);
      store(job.id, decision, job.queued_at);
      if (waiting !== undefined) insertWaiting.run(job.id, waiting.kind, waiting.detail, waiting.until, job.queued_at);
    },
    claim: (now, leaseUntil) => claim.get(uuidv7(), leaseUntil, now, now),
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
    putBack(job, decision, waiting, now) {
      const isEnd = decision.verdict === 'refuse';
      putBack.run(
        isEnd ? 'refused' : 'waiting',
        decision.code,
        decision.message,
        isEnd ? now : null,
        job.id,
        job.token,
      );
      if (waiting !== undefined) insertWaiting.run(job.id, waiting.kind, waiting.detail, waiting.until, now);
    },
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
    requeue: (job, runAt, isFree) => requeue.run(runAt, isFree ? 1 : 0, job.id, job.token).changes === 1,
    cancelIdle(ids, now) {
      const cancelled = ids.filter((id) => cancel.run(now, id).changes === 1);
      for (const id of cancelled) clearWaiting.run(id);
      return cancelled;
    },
    waitingForLink: () => waitingForLink.all(),
    release(jobId, decision, now) {
      if (release.run(now, jobId).changes !== 1) return false;
      clearWaiting.run(jobId);
      store(jobId, decision, now);
      return true;
    },
    recover(now) {
      const failed = crashed.all(now).map((row) => row.id);
      return { requeued: requeueAll.run(now).changes, failed };
    },
    nextRunAt: () => nextRunAt.get()?.at ?? undefined,
    countActive: () => countActive.get()?.n ?? 0,
  };
}
