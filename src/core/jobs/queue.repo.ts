import type { JobStatus, WaitingKind } from '../../shared/contract/entities.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import type { JobRow } from '../engine/job-row.ts';
import type { Named } from '../engine/waiting.repo.ts';
import { armsOf, type ClosedServices, type JobFilter } from './job-filter.ts';
import { createOriginsRepo } from './origins.repo.ts';

/** Jobs by name, or all that match. */
export type Selection = { ids: readonly string[] } | { filter: JobFilter };

export interface ServiceCounts {
  service: string;
  queued: number;
  waiting: number;
  running: number;
}

/** Reads and changes of many jobs at once, each bounded, so that callers can let others run between them. */
export interface QueueRepo {
  /** Unfinished jobs of each service; counting ends at `most`. */
  services(most: number): ServiceCounts[];
  /** How many match, up to `most`. */
  count(filter: JobFilter, closed: ClosedServices, most: number): number;
  /** The next ids that match after `after`, in the order of their making. */
  ids(selection: Selection, closed: ClosedServices, only: readonly JobStatus[], after: string, limit: number): string[];
  rows(ids: readonly string[]): JobRow[];
  /** Of jobs that have not started. */
  prioritize(ids: readonly string[], priority: number): Named[];
  /** Jobs that wait for a link in engagements that are online, up to `most`. */
  releasable(caseId: string | undefined, most: number): number;
  /** The earliest time at which a wait of this kind ends. */
  nextOf(kind: WaitingKind): number | null;
}

/** Before every id. */
export const FIRST_ID = '';

export function createQueueRepo(db: Db): QueueRepo {
  const statement = createStatementCache(db);
  const distinct = (status: string, index: string): string =>
    `WITH RECURSIVE each_service (service) AS (
       SELECT min(service) FROM job INDEXED BY ${index} WHERE status = '${status}'
       UNION ALL
       SELECT (SELECT min(service) FROM job INDEXED BY ${index}
         WHERE status = '${status}' AND service > each_service.service)
       FROM each_service WHERE each_service.service IS NOT NULL)
     SELECT service FROM each_service WHERE service IS NOT NULL`;
  const queuedServices = db.prepare<[], string>(distinct('queued', 'job_ready')).pluck();
  const waitingServices = db.prepare<[], string>(distinct('waiting', 'job_waiting')).pluck();
  const running = db.prepare<[], { service: string; n: number }>(
    `SELECT service, count(*) AS n FROM job WHERE status = 'running' GROUP BY service`,
  );
  const releasable = (hasCase: boolean, most: number): string =>
    `SELECT count(*) FROM (SELECT 1 FROM waiting_reason w CROSS JOIN job j ON j.id = w.job_id
       JOIN engagement e ON e.id = j.engagement_id AND e.is_offline = 0
       WHERE w.kind = 'link' AND j.status = 'waiting' ${hasCase ? 'AND j.case_id = ?' : ''} LIMIT ${most})`;
  const nextOf = db.prepare<[string], number | null>('SELECT min(until) FROM waiting_reason WHERE kind = ?').pluck();
  const inList = (ids: readonly string[]): string => JSON.stringify(ids);
  const rows = db.prepare<[string], JobRow>(
    'SELECT * FROM job WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id',
  );
  const prioritize = db.prepare<[number, string, number], Named>(
    `UPDATE job SET priority = ? WHERE id IN (SELECT value FROM json_each(?)) AND status IN ('queued', 'waiting')
       AND priority <> ? RETURNING id, case_id`,
  );
  const countOf = (sql: string, values: readonly string[]): number =>
    statement(sql)
      .pluck()
      .get(...values) as number;
  const { withOrigins } = createOriginsRepo(db);

  return {
    services(most) {
      const found = new Map<string, ServiceCounts>();
      const entry = (service: string): ServiceCounts => {
        let counts = found.get(service);
        if (counts === undefined) found.set(service, (counts = { service, queued: 0, waiting: 0, running: 0 }));
        return counts;
      };
      const limited = (status: string, index: string): string =>
        `SELECT count(*) FROM (SELECT 1 FROM job INDEXED BY ${index} WHERE status = '${status}' AND service = ? LIMIT ${most})`;
      for (const service of queuedServices.all())
        entry(service).queued = countOf(limited('queued', 'job_ready'), [service]);
      for (const service of waitingServices.all())
        entry(service).waiting = countOf(limited('waiting', 'job_waiting'), [service]);
      for (const { service, n } of running.all()) entry(service).running = n;
      return [...found.values()];
    },
    count(filter, closed, most) {
      const arms = withOrigins(filter).flatMap((each) => armsOf(each, closed));
      if (arms.length === 0) return 0;
      const sql = arms.map((arm) => `SELECT id FROM (${arm.sql} LIMIT ${most})`).join(' UNION ');
      return countOf(
        `SELECT count(*) FROM (${sql} LIMIT ${most})`,
        arms.flatMap((arm) => arm.values),
      );
    },
    ids(selection, closed, only, after, limit) {
      if ('ids' in selection) {
        return [...selection.ids]
          .sort()
          .filter((id) => id > after)
          .slice(0, limit);
      }
      const arms = armsOf(selection.filter, closed, only);
      if (arms.length === 0) return [];
      const sql = arms.map((arm) => `SELECT id FROM (${arm.sql}) WHERE id > ?`).join(' UNION ');
      return statement(`${sql} ORDER BY id LIMIT ${limit}`)
        .pluck()
        .all(...arms.flatMap((arm) => [...arm.values, after])) as string[];
    },
    rows: (ids) => rows.all(inList(ids)),
    prioritize: (ids, priority) => prioritize.all(priority, inList(ids), priority),
    releasable(caseId, most) {
      return countOf(releasable(caseId !== undefined, most), caseId === undefined ? [] : [caseId]);
    },
    nextOf: (kind) => nextOf.get(kind) ?? null,
  };
}
