import type { Db } from '../db/open.ts';

export interface SystemRepo {
  /** Of one engagement, or of all. */
  jobCounts(engagementId: string | undefined): { running: number; queued: number; waiting: number };
  /** Distinct values sent, and services they went to, since a time. */
  leftSince(engagementId: string | undefined, since: number): { values: number; services: number };
  sqliteVersion(): string;
  cipher(): string;
  /** Bytes of the database and of the clear content of all stored files. */
  size(): { database: number; files: number; fileCount: number };
  /** Empties the write-ahead log and lets SQLite refresh what it knows of the indexes. */
  checkpoint(): void;
}

export function createSystemRepo(db: Db): SystemRepo {
  const jobs = db
    .prepare<[string, string | null, string | null], number>(
      'SELECT count(*) FROM job WHERE status = ? AND (? IS NULL OR engagement_id = ?)',
    )
    .pluck();
  const left = db.prepare<[number, string | null, string | null], { values: number; services: number }>(
    `SELECT count(DISTINCT subject_hash) AS "values", count(DISTINCT destination) AS services
     FROM egress_entry WHERE at >= ? AND (? IS NULL OR engagement_id = ?)`,
  );
  const files = db.prepare<[], { files: number; fileCount: number }>(
    'SELECT coalesce(sum(size), 0) AS files, count(*) AS fileCount FROM blob',
  );
  const jobsIn = (status: string, engagementId: string | undefined): number =>
    jobs.get(status, engagementId ?? null, engagementId ?? null) ?? 0;
  return {
    jobCounts: (engagementId) => ({
      running: jobsIn('running', engagementId),
      queued: jobsIn('queued', engagementId),
      waiting: jobsIn('waiting', engagementId),
    }),
    leftSince: (engagementId, since) => left.get(since, engagementId ?? null, engagementId ?? null)!,
    sqliteVersion: () => db.prepare('SELECT sqlite_version()').pluck().get() as string,
    cipher: () => String(db.pragma('cipher', { simple: true })),
    size: () => ({
      database:
        (db.pragma('page_count', { simple: true }) as number) * (db.pragma('page_size', { simple: true }) as number),
      ...files.get()!,
    }),
    checkpoint() {
      db.pragma('optimize');
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
  };
}
