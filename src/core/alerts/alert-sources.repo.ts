import type { AlertRun, AlertSource, CsvMapping } from '../../shared/contract/alerts.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { Keyset } from '../db/keyset.ts';
import type { Db } from '../db/open.ts';

export type StoredSource = Omit<AlertSource, 'isRunning'>;

interface SourceRow {
  id: string;
  engagement_id: string;
  name: string;
  kind: 'folder' | 'feed';
  url: string;
  mapping: string;
  tlp: Tlp;
  pap: Pap;
  tags: string;
  case_template: string;
  path: string | null;
  is_on: number | null;
  every_minutes: number | null;
  last_run_at: number | null;
}

export interface RunRow extends AlertRun {
  engagementId: string;
}

export interface AlertSourcesRepo {
  list(engagementId: string): StoredSource[];
  /** Not in the trash. */
  find(id: string): StoredSource | undefined;
  /** All that this machine has switched on. */
  switchedOn(): StoredSource[];
  putHere(sourceId: string, here: { path: string; isOn: boolean; everyMinutes: number }): void;
  setLastRun(sourceId: string, at: number): void;
  /** How an item was when it was read last; undefined where it never was. */
  stampOf(sourceId: string, name: string): string | undefined;
  putStamp(sourceId: string, name: string, stamp: string): void;
  insertRun(run: RunRow): void;
  updateRun(run: RunRow): void;
  runs(scope: { engagementId: string } | { sourceId: string }, after: Keyset | undefined, limit: number): RunRow[];
  /** Runs that were cut off: Osmia ended while they were under way. */
  closeCutOff(at: number): void;
  addProblem(runId: string, seq: number, problem: { item: string; place: string; reason: string }): void;
  problems(runId: string, after: number, limit: number): { seq: number; item: string; place: string; reason: string }[];
  /** One row of the egress ledger, written before anything is sent. */
  recordFetch(fetch: {
    id: string;
    engagementId: string;
    sourceId: string;
    host: string;
    url: string;
    at: number;
    zone: string;
  }): void;
}

export const DEFAULT_EVERY_MINUTES = 60;

export function createAlertSourcesRepo(db: Db): AlertSourcesRepo {
  const select = `SELECT s.*, h.path, h.is_on, h.every_minutes, h.last_run_at
    FROM alert_source s LEFT JOIN alert_source_here h ON h.source_id = s.id WHERE s.deleted_at IS NULL`;
  const list = db.prepare<[string], SourceRow>(`${select} AND s.engagement_id = ? ORDER BY s.created_at, s.id`);
  const find = db.prepare<[string], SourceRow>(`${select} AND s.id = ?`);
  const on = db.prepare<[], SourceRow>(`${select} AND h.is_on = 1`);
  const putHere = db.prepare<[string, string, number, number]>(
    `INSERT INTO alert_source_here (source_id, path, is_on, every_minutes) VALUES (?, ?, ?, ?)
     ON CONFLICT (source_id) DO UPDATE SET path = excluded.path, is_on = excluded.is_on, every_minutes = excluded.every_minutes`,
  );
  const lastRun = db.prepare<[string, number, number]>(
    `INSERT INTO alert_source_here (source_id, path, is_on, every_minutes, last_run_at) VALUES (?, '', 0, ?, ?)
     ON CONFLICT (source_id) DO UPDATE SET last_run_at = excluded.last_run_at`,
  );
  const stamp = db
    .prepare<[string, string], string>('SELECT stamp FROM alert_source_item WHERE source_id = ? AND name = ?')
    .pluck();
  const putStamp = db.prepare<[string, string, string]>(
    `INSERT INTO alert_source_item (source_id, name, stamp) VALUES (?, ?, ?)
     ON CONFLICT (source_id, name) DO UPDATE SET stamp = excluded.stamp`,
  );
  const insertRun = db.prepare<[RunRow]>(
    `INSERT INTO alert_run (id, engagement_id, source_id, name, started_at, ended_at, items, skipped, made, updated, unchanged,
       observables, problems, error)
     VALUES (@id, @engagementId, @sourceId, @name, @startedAt, @endedAt, @items, @skipped, @made, @updated, @unchanged,
       @observables, @problems, @error)`,
  );
  const updateRun = db.prepare<[RunRow]>(
    `UPDATE alert_run SET ended_at = @endedAt, items = @items, skipped = @skipped, made = @made, updated = @updated,
       unchanged = @unchanged, observables = @observables, problems = @problems, error = @error WHERE id = @id`,
  );
  const columns = `id, engagement_id AS engagementId, source_id AS sourceId, name, started_at AS startedAt, ended_at AS endedAt, items,
    skipped, made, updated, unchanged, observables, problems, error`;
  const runsOf = (column: 'engagement_id' | 'source_id') =>
    db.prepare<[string, number, string, number], RunRow>(
      `SELECT ${columns} FROM alert_run WHERE ${column} = ? AND (started_at, id) < (?, ?) ORDER BY started_at DESC, id DESC LIMIT ?`,
    );
  const [ofEngagement, ofSource] = [runsOf('engagement_id'), runsOf('source_id')];
  const closeCutOff = db.prepare<[number]>(
    `UPDATE alert_run SET ended_at = ?, error = 'Osmia was closed while this was read. Read it again.' WHERE ended_at IS NULL`,
  );
  const addProblem = db.prepare<[string, number, string, string, string]>(
    'INSERT INTO alert_run_problem (run_id, seq, item, place, reason) VALUES (?, ?, ?, ?, ?)',
  );
  const problems = db.prepare<[string, number, number], { seq: number; item: string; place: string; reason: string }>(
    'SELECT seq, item, place, reason FROM alert_run_problem WHERE run_id = ? AND seq > ? ORDER BY seq LIMIT ?',
  );
  const ledger = db.prepare<[Record<string, string | number>]>(
    `INSERT INTO egress_entry (id, job_id, engagement_id, case_id, flavor_id, destination, hosts, data_type, value, subject_hash, what,
       bytes, tlp, pap, at, zone)
     VALUES (@id, NULL, @engagementId, NULL, @flavorId, @host, @hosts, 'url', @url, @subjectHash,
       'The address of a feed of alerts; nothing of any case', length(CAST(@url AS BLOB)), 'clear', 'clear', @at, @zone)`,
  );

  return {
    list: (engagementId) => list.all(engagementId).map(rowToSource),
    find(id) {
      const row = find.get(id);
      return row && rowToSource(row);
    },
    switchedOn: () => on.all().map(rowToSource),
    putHere: (id, { path, isOn, everyMinutes }) => void putHere.run(id, path, isOn ? 1 : 0, everyMinutes),
    setLastRun: (id, at) => void lastRun.run(id, DEFAULT_EVERY_MINUTES, at),
    stampOf: (sourceId, name) => stamp.get(sourceId, name),
    putStamp: (sourceId, name, value) => void putStamp.run(sourceId, name, value),
    insertRun: (run) => void insertRun.run(run),
    updateRun: (run) => void updateRun.run(run),
    runs(scope, after, limit) {
      const { at, id } = after ?? { at: Number.MAX_SAFE_INTEGER, id: '' };
      return 'sourceId' in scope
        ? ofSource.all(scope.sourceId, at, id, limit)
        : ofEngagement.all(scope.engagementId, at, id, limit);
    },
    closeCutOff: (at) => void closeCutOff.run(at),
    addProblem: (runId, seq, { item, place, reason }) => void addProblem.run(runId, seq, item, place, reason),
    problems: (runId, after, limit) => problems.all(runId, after, limit),
    recordFetch({ id, engagementId, sourceId, host, url, at, zone }) {
      ledger.run({
        id,
        engagementId,
        flavorId: `feed/${sourceId}`,
        host,
        hosts: JSON.stringify([host]),
        url,
        subjectHash: subjectHash({ dataType: 'url', value: url }),
        at,
        zone,
      });
    },
  };
}

const rowToSource = (row: SourceRow): StoredSource => ({
  id: row.id,
  engagementId: row.engagement_id,
  name: row.name,
  kind: row.kind,
  url: row.url,
  mapping: JSON.parse(row.mapping) as CsvMapping | null,
  tlp: row.tlp,
  pap: row.pap,
  tags: JSON.parse(row.tags) as string[],
  caseTemplate: row.case_template,
  path: row.path ?? '',
  isOn: row.is_on === 1,
  everyMinutes: row.every_minutes ?? DEFAULT_EVERY_MINUTES,
  lastRunAt: row.last_run_at,
});
