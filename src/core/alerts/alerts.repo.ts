import type { AlertFilter, AlertImport, AlertRow, AlertStatus } from '../../shared/contract/alerts.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import { DATA_TYPES } from '../../shared/model/data-type.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Keyset } from '../db/keyset.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import { toMatch } from '../observables/observable-filter.ts';
import { subjectHash } from '../observables/subject-hash.ts';

/** A whole alert, as it is stored. */
export interface Alert {
  id: string;
  engagementId: string;
  type: string;
  source: string;
  sourceRef: string;
  externalLink: string;
  title: string;
  description: string;
  severity: number;
  date: number;
  lastSyncAt: number;
  tlp: Tlp;
  pap: Pap;
  tags: string[];
  isRead: boolean;
  isUpdated: boolean;
  isFollowed: boolean;
  /** Also where that case is in the trash; `status` and `liveCaseId` say what holds. */
  caseId: string | null;
  import: AlertImport | null;
  importedAt: number | null;
  caseTemplate: string;
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
  status: AlertStatus;
  liveCaseId: string | null;
}

interface Row {
  id: string;
  engagement_id: string;
  type: string;
  source: string;
  source_ref: string;
  external_link: string;
  title: string;
  description: string;
  severity: number;
  date: number;
  last_sync_at: number;
  tlp: Tlp;
  pap: Pap;
  tags: string;
  is_read: number;
  is_updated: number;
  is_followed: number;
  case_id: string | null;
  import: string;
  imported_at: number | null;
  case_template: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  live_case_id: string | null;
}

interface ListRow {
  id: string;
  engagement_id: string;
  type: string;
  source: string;
  source_ref: string;
  title: string;
  severity: number;
  date: number;
  last_sync_at: number;
  tlp: Tlp;
  pap: Pap;
  tags: string;
  status: AlertStatus;
  is_read: number;
  is_followed: number;
  case_id: string | null;
  case_number: number | null;
  observables: number | null;
  iocs: number | null;
  files: number | null;
  created_at: number;
  updated_at: number;
}

export type TrashedAlert = Pick<Alert, 'id' | 'type' | 'source' | 'sourceRef' | 'title' | 'date'> & {
  deletedAt: number;
};

export interface AlertsRepo {
  /** Also finds one in the trash. */
  find(id: string): Alert | undefined;
  /** Also in the trash. */
  findByRef(engagementId: string, type: string, source: string, sourceRef: string): Alert | undefined;
  /** The newest with this reference, whatever its source. */
  idByRef(engagementId: string, sourceRef: string): string | undefined;
  row(id: string): AlertRow | undefined;
  list(
    filter: Omit<AlertFilter, 'engagementId'> & { engagementId: string },
    after: Keyset | undefined,
    limit: number,
  ): AlertRow[];
  /** In the trash, the last first. */
  trashed(engagementId: string, limit: number): TrashedAlert[];
  /** Kept counters of an engagement by their names. */
  counters(engagementId: string): Record<string, number>;
  /** The tags that most alerts have. */
  topTags(engagementId: string, limit: number): { tag: string; count: number }[];
}

/** What the life cycle makes of an alert (reference: thehive.md 1.7). */
export const statusOf = (row: {
  isRead: boolean;
  isUpdated: boolean;
  isFollowed: boolean;
  hasCase: boolean;
  hadCase: boolean;
}): AlertStatus => {
  // Its case went to the trash: it is there again where somebody follows it.
  if (row.hadCase && !row.hasCase) return row.isFollowed ? 'new' : 'ignored';
  if (row.isRead) return row.hasCase ? 'imported' : 'ignored';
  return row.isUpdated ? 'updated' : 'new';
};

const LIST = `SELECT a.id, a.engagement_id, a.type, a.source, a.source_ref, a.title, a.severity, a.date, a.last_sync_at, a.tlp, a.pap,
    a.tags, s.status, s.is_read, s.is_followed, s.case_id, c.number AS case_number, z.observables, z.iocs, z.files,
    a.created_at, a.updated_at
  FROM alert_state s JOIN alert a ON a.num = s.num
    LEFT JOIN case_record c ON c.id = s.case_id LEFT JOIN alert_size z ON z.alert_id = s.alert_id`;

export function createAlertsRepo(db: Db): AlertsRepo {
  const whole = `SELECT a.*, c.id AS live_case_id FROM alert a LEFT JOIN case_record c ON c.id = a.case_id AND c.deleted_at IS NULL`;
  const byId = db.prepare<[string], Row>(`${whole} WHERE a.id = ?`);
  const byRef = db.prepare<[string, string, string, string], Row>(
    `${whole} WHERE a.engagement_id = ? AND a.type = ? AND a.source = ? AND a.source_ref = ?`,
  );
  const idByRef = db
    .prepare<[string, string], string>(
      `SELECT a.id FROM alert a INDEXED BY alert_ref WHERE a.engagement_id = ? AND a.source_ref = ? AND a.deleted_at IS NULL
       ORDER BY a.date DESC, a.id DESC LIMIT 1`,
    )
    .pluck();
  const one = db.prepare<[string], ListRow>(`${LIST} WHERE s.alert_id = ?`);
  const counters = db.prepare<[string], { name: string; value: number }>(
    `SELECT name, value FROM alert_counter WHERE engagement_id = ? AND value > 0 AND (name < 'tag:' OR name >= 'tag;')`,
  );
  const topTags = db.prepare<[string, number], { tag: string; count: number }>(
    `SELECT substr(name, 5) AS tag, value AS count FROM alert_counter
     WHERE engagement_id = ? AND name >= 'tag:' AND name < 'tag;' AND value > 0 ORDER BY value DESC, name LIMIT ?`,
  );
  const trashed = db.prepare<[string, number], TrashedAlert>(
    `SELECT id, type, source, source_ref AS sourceRef, title, date, deleted_at AS deletedAt FROM alert
     WHERE engagement_id = ? AND deleted_at IS NOT NULL ORDER BY deleted_at DESC, id DESC LIMIT ?`,
  );
  const prepared = createStatementCache(db);

  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToAlert(row);
    },
    findByRef(engagementId, type, source, sourceRef) {
      const row = byRef.get(engagementId, type, source, sourceRef);
      return row && rowToAlert(row);
    },
    idByRef: (engagementId, sourceRef) => idByRef.get(engagementId, sourceRef),
    row(id) {
      const row = one.get(id);
      return row && toListRow(row);
    },
    list(filter, after, limit) {
      const where = ['s.engagement_id = ?'];
      const values: unknown[] = [filter.engagementId];
      const add = (condition: string, ...list: unknown[]): void => {
        where.push(condition);
        values.push(...list);
      };
      if (filter.caseId !== undefined) add('s.case_id = ?', filter.caseId);
      // Those in a trashed case are unread again; `status` is what counts.
      if (filter.isRead !== undefined) {
        add(filter.isRead ? "s.status IN ('imported', 'ignored')" : "s.status IN ('new', 'updated')");
      }
      if (filter.statuses?.length) add(`s.status IN (${marks(filter.statuses)})`, ...filter.statuses);
      if (filter.type !== undefined) add('s.type = ?', filter.type);
      if (filter.source !== undefined) add('s.source = ?', filter.source);
      if (filter.severities?.length) add(`s.severity IN (${marks(filter.severities)})`, ...filter.severities);
      if (filter.isFollowed !== undefined) add('s.is_followed = ?', filter.isFollowed ? 1 : 0);
      if (filter.tag !== undefined) {
        add(
          's.num IN (SELECT num FROM alert_tag WHERE engagement_id = ? AND tag = ?)',
          filter.engagementId,
          filter.tag,
        );
      }
      addText(filter.text ?? '', filter.engagementId, add);
      if (after) add('(s.date, s.alert_id) < (?, ?)', after.at, after.id);
      const sql = `${LIST} WHERE ${where.join(' AND ')} ORDER BY s.date DESC, s.alert_id DESC LIMIT ?`;
      return (prepared(sql).all(...values, limit) as ListRow[]).map(toListRow);
    },
    counters: (engagementId) => Object.fromEntries(counters.all(engagementId).map(({ name, value }) => [name, value])),
    trashed: (engagementId, limit) => trashed.all(engagementId, limit),
    topTags: (engagementId, limit) => topTags.all(engagementId, limit),
  };
}

const marks = (list: readonly unknown[]): string => list.map(() => '?').join(', ');

/** Words of the alert by the full-text index; a whole value that it brings by the hash of each type it may be. */
function addText(text: string, engagementId: string, add: (condition: string, ...values: unknown[]) => void): void {
  const match = toMatch(text);
  if (match === '') return;
  const value = text.trim().replaceAll('[.]', '.').replace(/^hxxp/i, 'http');
  const hashes = [...new Set([value, value.toLowerCase()])].flatMap((each) => [
    ...DATA_TYPES.map((dataType: DataType) => subjectHash({ dataType, value: each })),
    ...(/^[0-9a-f]{64}$/.test(each) ? [each] : []),
  ]);
  add(
    `(s.num IN (SELECT rowid FROM alert_words WHERE alert_words MATCH ?) OR s.alert_id IN (SELECT alert_id FROM alert_observable
       WHERE engagement_id = ? AND subject_hash IN (${marks(hashes)}) AND deleted_at IS NULL))`,
    match,
    engagementId,
    ...hashes,
  );
}

const toListRow = (row: ListRow): AlertRow => ({
  id: row.id,
  engagementId: row.engagement_id,
  type: row.type,
  source: row.source,
  sourceRef: row.source_ref,
  title: row.title,
  severity: row.severity,
  date: row.date,
  lastSyncAt: row.last_sync_at,
  tlp: row.tlp,
  pap: row.pap,
  tags: JSON.parse(row.tags) as string[],
  status: row.status,
  isRead: row.status === 'imported' || row.status === 'ignored',
  isFollowed: row.is_followed === 1,
  caseId: row.case_id,
  caseNumber: row.case_number,
  observables: row.observables ?? 0,
  iocs: row.iocs ?? 0,
  files: row.files ?? 0,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

function rowToAlert(row: Row): Alert {
  const flags = { isRead: row.is_read === 1, isUpdated: row.is_updated === 1, isFollowed: row.is_followed === 1 };
  return {
    id: row.id,
    engagementId: row.engagement_id,
    type: row.type,
    source: row.source,
    sourceRef: row.source_ref,
    externalLink: row.external_link,
    title: row.title,
    description: row.description,
    severity: row.severity,
    date: row.date,
    lastSyncAt: row.last_sync_at,
    tlp: row.tlp,
    pap: row.pap,
    tags: JSON.parse(row.tags) as string[],
    ...flags,
    caseId: row.case_id,
    import: JSON.parse(row.import) as AlertImport | null,
    importedAt: row.imported_at,
    caseTemplate: row.case_template,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    deletedAt: row.deleted_at,
    status: statusOf({ ...flags, hasCase: row.live_case_id !== null, hadCase: row.case_id !== null }),
    liveCaseId: row.live_case_id,
  };
}
