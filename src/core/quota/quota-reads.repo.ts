import type { Db } from '../db/open.ts';
import type { NewEntry } from './quota.repo.ts';
import type { WindowName } from './windows.ts';

export interface EntryRow {
  seq: number;
  kind: NewEntry['kind'];
  units: number;
  at: number;
  tick: number;
  spent: number;
  held: number;
  engagement_id: string;
  detail: string;
  job_id: string | null;
  flavor_name: string | null;
  flavor_version: string | null;
  data_type: string | null;
  value: string | null;
  case_id: string | null;
  case_number: number | null;
}

/** A job that waits for its budget, with what makes its answer worth more or less. */
export interface WaitingJob {
  id: string;
  data_type: string;
  priority: number;
  is_ioc: number;
  is_sighted: number;
  marks: string;
  /** Reports there are on its observable. */
  reports: number;
  /** Other cases of the engagement with the same value. */
  cases: number;
}

export interface QuotaReads {
  /** Keys that anything was counted on. */
  usedKeys(): Set<string>;
  /** Units of queued and waiting jobs. */
  queued(): { key: string; engagementId: string; units: number }[];
  /** The newest first, before `seq`. A reservation that has ended is shown as its end only. */
  entries(key: string, engagementId: string | null, beforeSeq: number, limit: number): EntryRow[];
  learnedUpTo(key: string, window: WindowName, sinceTick: number, seq: number): number;
  /** Running totals at the end of each slot of `slotMs` since `sinceTick`. */
  slots(
    key: string,
    window: WindowName,
    sinceTick: number,
    slotMs: number,
  ): { slot: number; spent: number; learned: number }[];
  /** Spending since a tick, oldest first, in at most a few hundred portions. */
  portions(
    key: string,
    engagementId: string | null,
    sinceTick: number,
    slotMs: number,
  ): { tick: number; units: number }[];
  /** In the order of their ids, after one. */
  waitingJobs(key: string, afterId: string, limit: number): WaitingJob[];
  setPriority(jobId: string, priority: number): boolean;
  /** Jobs that wait for this budget are looked at now, at most `limit`; returns how many those were. */
  wakeWaiting(key: string, now: number, limit: number): number;
  /** Jobs of an engagement that have not started count on another budget. */
  rekeyWaiting(from: string, to: string, engagementId: string): void;
  sums(): { key: string; kind: NewEntry['kind']; units: number; entries: number }[];
  heldSums(): { key: string; units: number }[];
}

/** What screens, forecasts and checks read of the ledger. */
export function createQuotaReads(db: Db): QuotaReads {
  const usedKeys = db.prepare<[], { name: string }>(
    'SELECT k.name FROM quota_key k WHERE EXISTS (SELECT 1 FROM quota_entry e WHERE e.key_name = k.name)',
  );
  // Named, because the planner takes the index of states for small tables and keeps it when they grow.
  const queued = db.prepare<[], { key: string; engagementId: string; units: number }>(
    `SELECT quota_key AS key, engagement_id AS engagementId, sum(quota_units) AS units FROM job INDEXED BY job_quota
     WHERE quota_key IS NOT NULL AND status IN ('queued', 'waiting') GROUP BY quota_key, engagement_id`,
  );
  const COLUMNS = `e.seq, e.kind, e.units, e.at, e.tick, e.spent, e.held, e.engagement_id, e.detail, e.job_id,
    j.flavor_name, j.flavor_version, j.data_type, j.value, j.case_id, c.number AS case_number
    FROM quota_entry e LEFT JOIN job j ON j.id = e.job_id LEFT JOIN case_record c ON c.id = j.case_id`;
  const SHOWN = `(e.kind <> 'reserve' OR EXISTS (SELECT 1 FROM quota_hold h WHERE h.job_id = e.job_id AND h.seq = e.seq))`;
  const entries = db.prepare<[string, number, number], EntryRow>(
    `SELECT ${COLUMNS} WHERE e.key_name = ? AND e.seq < ? AND ${SHOWN} ORDER BY e.tick DESC, e.seq DESC LIMIT ?`,
  );
  const ownEntries = db.prepare<[string, string, number, number], EntryRow>(
    `SELECT ${COLUMNS} WHERE e.key_name = ? AND e.engagement_id = ? AND e.seq < ? AND ${SHOWN}
     ORDER BY e.tick DESC, e.seq DESC LIMIT ?`,
  );
  const learned = db.prepare<[string, WindowName, number, number], { units: number | null }>(
    `SELECT sum(units) AS units FROM quota_entry
     WHERE kind = 'learned' AND key_name = ? AND window = ? AND tick >= ? AND seq <= ?`,
  );
  const slots = db.prepare<
    [{ key: string; window: WindowName; since: number; slot: number }],
    { slot: number; spent: number; learned: number }
  >(
    `SELECT (tick - @since) / @slot AS slot, max(spent) AS spent,
       sum(CASE WHEN kind = 'learned' AND window = @window THEN units ELSE 0 END) AS learned
     FROM quota_entry WHERE key_name = @key AND tick >= @since GROUP BY 1 ORDER BY 1`,
  );
  const portions = db.prepare<[{ key: string; since: number; slot: number }], { tick: number; units: number }>(
    `SELECT max(tick) AS tick, sum(units) AS units FROM quota_entry
     WHERE key_name = @key AND tick >= @since AND kind = 'settle' GROUP BY (tick - @since) / @slot ORDER BY 1`,
  );
  const ownPortions = db.prepare<
    [{ key: string; engagementId: string; since: number; slot: number }],
    { tick: number; units: number }
  >(
    `SELECT max(tick) AS tick, sum(units) AS units FROM quota_entry
     WHERE engagement_id = @engagementId AND key_name = @key AND tick >= @since AND kind = 'settle'
     GROUP BY (tick - @since) / @slot ORDER BY 1`,
  );
  const waitingJobs = db.prepare<[string, string, number], WaitingJob>(
    `SELECT j.id, j.data_type, j.priority, coalesce(o.is_ioc, 0) AS is_ioc, coalesce(o.is_sighted, 0) AS is_sighted,
       coalesce(o.marks, '[]') AS marks,
       (SELECT count(*) FROM observable_report r WHERE r.observable_id = j.observable_id) AS reports,
       (SELECT count(*) FROM observable s WHERE s.engagement_id = j.engagement_id AND s.subject_hash = j.subject_hash
          AND s.id <> j.observable_id AND s.deleted_at IS NULL) AS cases
     FROM job j LEFT JOIN observable o ON o.id = j.observable_id
     WHERE j.quota_key = ? AND j.id > ? AND j.status IN ('queued', 'waiting') ORDER BY j.id LIMIT ?`,
  );
  const setPriority = db.prepare<[number, string]>(
    `UPDATE job SET priority = ? WHERE id = ? AND status IN ('queued', 'waiting')`,
  );
  const wakeWaiting = db.prepare<[number, string, number, number]>(
    `UPDATE job SET run_at = ? WHERE id IN (
       SELECT id FROM job INDEXED BY job_quota
       WHERE quota_key = ? AND status = 'waiting' AND status IN ('queued', 'waiting') AND reason_code = 'quota' AND run_at > ?
       LIMIT ?)`,
  );
  const rekeyWaiting = db.prepare<[string, string, string]>(
    `UPDATE job SET quota_key = ? WHERE quota_key = ? AND engagement_id = ? AND status IN ('queued', 'waiting')`,
  );
  const sums = db.prepare<[], { key: string; kind: NewEntry['kind']; units: number; entries: number }>(
    'SELECT key_name AS key, kind, sum(units) AS units, count(*) AS entries FROM quota_entry GROUP BY key_name, kind',
  );
  const heldSums = db.prepare<[], { key: string; units: number }>(
    'SELECT key_name AS key, sum(units) AS units FROM quota_hold GROUP BY key_name',
  );

  return {
    usedKeys: () => new Set(usedKeys.all().map(({ name }) => name)),
    queued: () => queued.all(),
    entries: (key, engagementId, beforeSeq, limit) =>
      engagementId === null ? entries.all(key, beforeSeq, limit) : ownEntries.all(key, engagementId, beforeSeq, limit),
    learnedUpTo: (key, window, sinceTick, seq) => learned.get(key, window, sinceTick, seq)?.units ?? 0,
    slots: (key, window, since, slotMs) => slots.all({ key, window, since, slot: Math.max(1, Math.floor(slotMs)) }),
    portions(key, engagementId, since, slotMs) {
      const slot = Math.max(1, Math.floor(slotMs));
      return engagementId === null
        ? portions.all({ key, since, slot })
        : ownPortions.all({ key, engagementId, since, slot });
    },
    waitingJobs: (key, afterId, limit) => waitingJobs.all(key, afterId, limit),
    setPriority: (jobId, priority) => setPriority.run(priority, jobId).changes === 1,
    wakeWaiting: (key, now, limit) => wakeWaiting.run(now, key, now, limit).changes,
    rekeyWaiting: (from, to, engagementId) => void rekeyWaiting.run(to, from, engagementId),
    sums: () => sums.all(),
    heldSums: () => heldSums.all(),
  };
}
