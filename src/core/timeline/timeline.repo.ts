import { EVENT_KINDS, type EventKind } from '../../shared/model/event-kind.ts';
import type { TimePrecision } from '../../shared/model/time/precision.ts';
import type { EventSource, TimelineEvent, TimelineFilter } from '../../shared/contract/timeline.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import { toMatch } from '../observables/observable-filter.ts';

interface Row {
  id: string;
  case_id: string;
  engagement_id: string;
  title: string;
  description: string;
  at: number;
  end_at: number | null;
  zone: string;
  precision: TimePrecision;
  given: string;
  kind: EventKind;
  source: EventSource;
  source_id: string | null;
  source_ref: string;
  source_key: string;
  time_notes: string;
  asset_ids: string;
  observable_ids: string;
  techniques: string;
  is_starred: number;
  tags: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export type StoredEvent = TimelineEvent & { engagementId: string; sourceKey: string; deletedAt: number | null };

/** What the strip and the days of the list need of an event. */
export interface IndexRow {
  id: string;
  at: number;
  endAt: number | null;
  createdAt: number;
  kind: EventKind;
  isStarred: number;
}

export type EventOrder = 'event' | 'recorded';

export interface TimelineRepo {
  /** Also finds one in the trash. */
  find(id: string): StoredEvent | undefined;
  index(caseId: string, filter: TimelineFilter, order: EventOrder, limit: number): IndexRow[];
  /** Those that are not in the trash, in the order of the ids. */
  rows(ids: readonly string[]): TimelineEvent[];
  counts(caseId: string): Record<string, number>;
  /** Events of a case with one of these keys, in the trash or not. */
  byKeys(caseId: string, keys: readonly string[]): { key: string; id: string; deletedAt: number | null }[];
  /** One event at each of these instants, where there is one. */
  atInstants(caseId: string, at: readonly number[]): { at: number; id: string; title: string }[];
}

const COLUMNS = `e.id, e.case_id, e.engagement_id, e.title, e.description, e.at, e.end_at, e.zone, e.precision, e.given, e.kind,
  e.source, e.source_id, e.source_ref, e.source_key, e.time_notes, e.asset_ids, e.observable_ids, e.techniques, e.is_starred,
  e.tags, e.created_at, e.updated_at, e.deleted_at`;

const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ');
const list = (json: string): string[] => JSON.parse(json) as string[];

export function createTimelineRepo(db: Db): TimelineRepo {
  const prepared = createStatementCache(db);
  const byId = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM timeline_event e WHERE e.id = ?`);
  const byIds = db.prepare<[string], Row>(
    `SELECT ${COLUMNS} FROM json_each(?) j JOIN timeline_event e ON e.id = j.value WHERE e.deleted_at IS NULL ORDER BY j.key`,
  );
  const counts = db.prepare<[string], { name: string; n: number }>(
    'SELECT name, n FROM timeline_count WHERE case_id = ? AND n <> 0',
  );
  const byKeys = db.prepare<[string, string], { key: string; id: string; deletedAt: number | null }>(
    `SELECT e.source_key AS key, e.id, e.deleted_at AS deletedAt FROM json_each(?) j
     JOIN timeline_event e ON e.case_id = ? AND e.source_key = j.value AND e.source_key <> ''`,
  );
  const atInstants = db.prepare<[string, string], { at: number; id: string; title: string }>(
    `SELECT e.at, min(e.id) AS id, e.title FROM json_each(?) j
     JOIN timeline_event e ON e.case_id = ? AND e.at = j.value AND e.deleted_at IS NULL GROUP BY e.at`,
  );
  return {
    find(id) {
      const row = byId.get(id);
      return row && toStored(row);
    },
    index(caseId, filter, order, limit) {
      const { where, values } = conditions(caseId, filter);
      const by = order === 'event' ? 'e.at, e.id' : 'e.created_at, e.id';
      const sql = `SELECT e.id, e.at, e.end_at AS endAt, e.created_at AS createdAt, e.kind, e.is_starred AS isStarred
        FROM timeline_event e WHERE ${where.join(' AND ')} ORDER BY ${by} LIMIT ?`;
      return prepared(sql).all(...values, limit) as IndexRow[];
    },
    rows: (ids) => byIds.all(JSON.stringify(ids)).map((row) => asEvent(toStored(row))),
    counts: (caseId) => Object.fromEntries(counts.all(caseId).map(({ name, n }) => [name, n])),
    byKeys: (caseId, keys) => byKeys.all(JSON.stringify(keys), caseId),
    atInstants: (caseId, at) => atInstants.all(JSON.stringify(at), caseId),
  };
}

/** Values only ever travel as parameters. */
function conditions(caseId: string, filter: TimelineFilter): { where: string[]; values: unknown[] } {
  const where = ['e.case_id = ?', 'e.deleted_at IS NULL'];
  const values: unknown[] = [caseId];
  const add = (condition: string, ...more: unknown[]): void => {
    where.push(condition);
    values.push(...more);
  };
  const linked = (kind: 'asset' | 'observable' | 'technique', target: string | undefined): void => {
    if (target === undefined) return;
    add(
      'e.id IN (SELECT event_id FROM timeline_link WHERE case_id = ? AND kind = ? AND target = ?)',
      caseId,
      kind,
      target,
    );
  };
  if (filter.kinds?.length) add(`e.kind IN (${marks(filter.kinds)})`, ...filter.kinds);
  if (filter.sources?.length) add(`e.source IN (${marks(filter.sources)})`, ...filter.sources);
  if (filter.isStarred !== undefined) add('e.is_starred = ?', filter.isStarred ? 1 : 0);
  linked('asset', filter.assetId);
  linked('observable', filter.observableId);
  linked('technique', filter.technique);
  const words = toMatch(filter.text ?? '');
  if (words !== '') add('e.num IN (SELECT rowid FROM timeline_words WHERE timeline_words MATCH ?)', words);
  return { where, values };
}

const toStored = (row: Row): StoredEvent => ({
  id: row.id,
  caseId: row.case_id,
  engagementId: row.engagement_id,
  title: row.title,
  description: row.description,
  at: row.at,
  endAt: row.end_at,
  zone: row.zone,
  precision: row.precision,
  given: row.given,
  kind: (EVENT_KINDS as readonly string[]).includes(row.kind) ? row.kind : 'other',
  source: row.source,
  sourceId: row.source_id,
  sourceRef: row.source_ref,
  sourceKey: row.source_key,
  notes: list(row.time_notes),
  assetIds: list(row.asset_ids),
  observableIds: list(row.observable_ids),
  techniques: list(row.techniques),
  isStarred: row.is_starred === 1,
  tags: list(row.tags),
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

/** Without what only the core needs. */
export function asEvent(stored: StoredEvent): TimelineEvent {
  const { engagementId: _engagement, sourceKey: _key, deletedAt: _deleted, ...event } = stored;
  return event;
}
