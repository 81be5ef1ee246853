import type { Db } from '../db/open.ts';

export interface WaitingReason {
  kind: 'slot' | 'link' | 'quota' | 'time' | 'dependency';
  detail: string;
  /** UTC milliseconds; null where only an event ends it. */
  until: number | null;
}

/** A job as events name it. */
export interface Named {
  id: string;
  case_id: string | null;
}

/** `run_at` of what only an event can end: the last time that a Date can hold. */
export const NO_TIME = 8_640_000_000_000_000;

/** Jobs that wait, and what ends their wait. Everything runs inside the caller's transaction, in bounded portions. */
export interface Waiting {
  note(jobId: string, reason: WaitingReason, now: number): void;
  forget(jobId: string): void;
  /** Waiting → queued for jobs of open services whose time has come, at most `limit` of them. */
  wakeDue(now: number, limit: number, isOpen: (service: string) => boolean): Named[];
  /** Waiting → queued for the jobs that waited for the answer of this one. */
  wakeTwins(jobId: string): Named[];
  /** A job under way that asks the same question. */
  runningTwin(cacheKey: string, butNot: string): string | undefined;
  needs(jobId: string, neededId: string): void;
  /**
   * What shares a spent budget waits with the job that found it spent: so one claim in a window learns it, not ten
   * thousand. Queued ones and those that would be woken before; at most `limit`.
   */
  parkKin(key: string, engagementId: string, until: number, message: string, now: number, limit: number): Named[];
  /** Jobs that still wait at their last hour end as cancelled, at most `limit`. */
  expire(now: number, limit: number): Named[];
  /** After the clock went back, times taken from the later clock mean nothing: those jobs are looked at now. */
  reconsider(now: number): void;
  /** When the next one after `now` is to be woken or expires; undefined when no time is known. */
  nextTime(now: number): number | undefined;
  /** Whether one waits that will go on without anybody's doing: for a twin, or for its next attempt. */
  hasShortWait(): boolean;
}

export function createWaiting(db: Db): Waiting {
  const note = db.prepare<[string, string, string, number | null, number]>(
    `INSERT INTO waiting_reason (job_id, kind, detail, until, since) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (job_id, kind) DO UPDATE SET detail = excluded.detail, until = excluded.until, since = excluded.since`,
  );
  const forget = db.prepare<[string]>('DELETE FROM waiting_reason WHERE job_id = ?');
  // Portions are cut while reading: a bound LIMIT would make SQLite plan the statement anew at each new value.
  const services = db
    .prepare<[], string>(
      `WITH RECURSIVE each_service (service) AS (
         SELECT min(service) FROM job INDEXED BY job_waiting WHERE status = 'waiting'
         UNION ALL
         SELECT (SELECT min(service) FROM job INDEXED BY job_waiting WHERE status = 'waiting' AND service > each_service.service)
         FROM each_service WHERE each_service.service IS NOT NULL)
       SELECT service FROM each_service WHERE service IS NOT NULL`,
    )
    .pluck();
  const due = db.prepare<[string, number], Named>(
    `SELECT id, case_id FROM job INDEXED BY job_waiting WHERE status = 'waiting' AND service = ? AND run_at <= ? ORDER BY run_at`,
  );
  const wake = db.prepare<[string]>(
    `UPDATE job SET status = 'queued', reason_code = NULL, reason_message = NULL WHERE id = ? AND status = 'waiting'`,
  );
  const twins = db.prepare<[string], Named>(
    `SELECT j.id, j.case_id FROM job_dependency d JOIN job j ON j.id = d.job_id
     WHERE d.needs_job_id = ? AND j.status = 'waiting'`,
  );
  const unlink = db.prepare<[string]>('DELETE FROM job_dependency WHERE needs_job_id = ?');
  const link = db.prepare<[string, string]>(
    'INSERT INTO job_dependency (job_id, needs_job_id) VALUES (?, ?) ON CONFLICT DO NOTHING',
  );
  const runningTwin = db
    .prepare<[string, string], string>(
      `SELECT id FROM job INDEXED BY job_twin WHERE cache_key = ? AND status = 'running' AND id <> ? LIMIT 1`,
    )
    .pluck();
  const kin = db.prepare<[string, string, number], Named>(
    `SELECT id, case_id FROM job INDEXED BY job_quota WHERE quota_key = ? AND engagement_id = ?
       AND (status = 'queued' OR (status = 'waiting' AND run_at < ?)) AND status IN ('queued', 'waiting')`,
  );
  const park = db.prepare<[string, number, string]>(
    `UPDATE job SET status = 'waiting', reason_code = 'quota', reason_message = ?, run_at = ? WHERE id = ?`,
  );
  const stale = db.prepare<[number], Named>(
    `SELECT id, case_id FROM job INDEXED BY job_expiry WHERE expires_at <= ? AND expires_at IS NOT NULL AND status IN ('queued', 'waiting')
     ORDER BY expires_at`,
  );
  const expire = db.prepare<[number, string]>(
    `UPDATE job SET status = 'cancelled', reason_code = 'expired', ended_at = ?,
       reason_message = 'It waited longer than the queue keeps a job. Run it again if you still want to know.' WHERE id = ?`,
  );
  const reconsider = db.prepare<[number, number]>(
    `UPDATE job SET run_at = ? WHERE status = 'waiting' AND run_at < ${NO_TIME}
       AND id IN (SELECT job_id FROM waiting_reason WHERE since > ?)`,
  );
  const nextWake = db
    .prepare<[string, number], number>(
      `SELECT run_at FROM job INDEXED BY job_waiting WHERE status = 'waiting' AND service = ? AND run_at > ? ORDER BY run_at LIMIT 1`,
    )
    .pluck();
  const nextExpiry = db
    .prepare<[], number>(
      `SELECT expires_at FROM job INDEXED BY job_expiry WHERE expires_at IS NOT NULL AND status IN ('queued', 'waiting')
       ORDER BY expires_at LIMIT 1`,
    )
    .pluck();
  const shortWait = db.prepare<[], { n: number }>(
    `SELECT EXISTS (SELECT 1 FROM waiting_reason WHERE kind = 'dependency') OR EXISTS (
       SELECT 1 FROM waiting_reason w JOIN job j ON j.id = w.job_id WHERE w.kind = 'time' AND j.reason_code = 'retry') AS n`,
  );

  const some = <T>(rows: IterableIterator<T>, limit: number): T[] => {
    const taken: T[] = [];
    if (limit > 0) {
      for (const row of rows) {
        taken.push(row);
        if (taken.length === limit) break;
      }
    }
    return taken;
  };
  const wakeAll = (jobs: Named[]): Named[] => {
    for (const { id } of jobs) {
      wake.run(id);
      forget.run(id);
    }
    return jobs;
  };

  return {
    note: (jobId, { kind, detail, until }, now) => void note.run(jobId, kind, detail, until, now),
    forget: (jobId) => void forget.run(jobId),
    wakeDue(now, limit, isOpen) {
      const jobs: Named[] = [];
      for (const service of services.all()) {
        if (jobs.length >= limit || !isOpen(service)) continue;
        jobs.push(...some(due.iterate(service, now), limit - jobs.length));
      }
      return wakeAll(jobs);
    },
    wakeTwins(jobId) {
      const jobs = twins.all(jobId);
      if (jobs.length > 0) unlink.run(jobId);
      return wakeAll(jobs);
    },
    runningTwin: (cacheKey, butNot) => runningTwin.get(cacheKey, butNot),
    needs: (jobId, neededId) => void link.run(jobId, neededId),
    parkKin(key, engagementId, until, message, now, limit) {
      const jobs = some(kin.iterate(key, engagementId, until), limit);
      for (const { id } of jobs) {
        park.run(message, until, id);
        note.run(id, 'quota', message, until, now);
      }
      return jobs;
    },
    expire(now, limit) {
      const jobs = some(stale.iterate(now), limit);
      for (const { id } of jobs) {
        expire.run(now, id);
        forget.run(id);
      }
      return jobs;
    },
    reconsider: (now) => void reconsider.run(now, now),
    nextTime(now) {
      let next = nextExpiry.get() ?? NO_TIME;
      for (const service of services.all()) next = Math.min(next, nextWake.get(service, now) ?? NO_TIME);
      return next < NO_TIME ? next : undefined;
    },
    hasShortWait: () => shortWait.get()?.n === 1,
  };
}
