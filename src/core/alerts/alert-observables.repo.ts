import type { AlertObservable } from '../../shared/contract/alerts.ts';
import type { Case } from '../../shared/contract/entities.ts';
import { type DataType, isDataType } from '../../shared/model/data-type.ts';
import type { Tlp } from '../../shared/model/marking.ts';
import { type Level, worstLevel } from '../../shared/model/report.ts';
import { AppError } from '../../shared/errors.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import { createSameSubject } from './same-subject.repo.ts';

/** One row as it is stored. */
export interface StoredAlertObservable {
  num: number;
  id: string;
  alertId: string;
  engagementId: string;
  dataType: DataType;
  value: string;
  subjectHash: string;
  blobId: string | null;
  mediaType: string;
  message: string;
  tlp: Tlp;
  tags: string[];
  marks: string[];
  isIoc: boolean;
  isSighted: boolean;
  ignoreSimilarity: boolean;
  seenAt: number | null;
  observableId: string | null;
  isOwn: boolean;
}

interface Row {
  num: number;
  id: string;
  alert_id: string;
  engagement_id: string;
  data_type: DataType;
  value: string;
  subject_hash: string;
  blob_id: string | null;
  media_type: string;
  message: string;
  tlp: Tlp;
  tags: string;
  marks: string;
  is_ioc: number;
  is_sighted: number;
  ignore_similarity: number;
  seen_at: number | null;
  observable_id: string | null;
  is_own: number;
  sha256: string | null;
  size: number | null;
}

interface SeenRow {
  id: string;
  number: number;
  title: string;
  status: Case['status'];
  is_ioc: number;
  level: Level | null;
}

export interface AlertObservablesRepo {
  /** All of an alert that are not in the trash, in the order they came. */
  all(alertId: string): StoredAlertObservable[];
  /** By type; `next` is the cursor of the following page. */
  page(
    alertId: string,
    options: { dataType?: DataType | undefined; cursor?: string | undefined; limit: number; ownCaseId: string | null },
  ): { items: AlertObservable[]; next: string | null };
  typesOf(alertId: string): Record<string, number>;
  /** `<type> <hash>` of every row, those in the trash too: what somebody threw out does not come back by an update. */
  keysOf(alertId: string): Set<string>;
  /** Other alerts of that case, among those given the observable of the case. */
  othersOf(observableId: string, exceptAlertId: string): number;
  /** Whether the observable lies in that case: after a merge of cases an alert may point at one of the old case. */
  liesIn(observableId: string, caseId: string): boolean;
}

const SHOWN_CASES = 5;
/** A value in more places than this tells nothing more; the count says "100+". */
const MOST_SEEN = 100;

export const keyOf = (row: { dataType: string; subjectHash: string }): string => `${row.dataType} ${row.subjectHash}`;

export function createAlertObservablesRepo(db: Db): AlertObservablesRepo {
  const select = `SELECT o.*, b.sha256, b.size FROM alert_observable o LEFT JOIN blob b ON b.id = o.blob_id`;
  const all = db.prepare<[string], Row>(`${select} WHERE o.alert_id = ? AND o.deleted_at IS NULL ORDER BY o.num`);
  const types = db.prepare<[string], { dataType: string; n: number }>(
    `SELECT data_type AS dataType, count(*) AS n FROM alert_observable WHERE alert_id = ? AND deleted_at IS NULL GROUP BY data_type`,
  );
  const keys = db.prepare<[string], { dataType: string; subjectHash: string }>(
    'SELECT data_type AS dataType, subject_hash AS subjectHash FROM alert_observable WHERE alert_id = ?',
  );
  const others = db
    .prepare<[string, string], number>(
      `SELECT count(*) FROM alert_observable o JOIN alert a ON a.id = o.alert_id AND a.deleted_at IS NULL AND a.case_id IS NOT NULL
       WHERE o.observable_id = ? AND o.alert_id <> ? AND o.deleted_at IS NULL`,
    )
    .pluck();
  const liesIn = db.prepare<[string, string]>(
    'SELECT 1 FROM observable WHERE id = ? AND case_id = ? AND deleted_at IS NULL',
  );
  const prepared = createStatementCache(db);
  const sameSubject = createSameSubject(db);

  const seenIn = (row: Row, ownCaseId: string | null): SeenRow[] => {
    const hashes = sameSubject(row.data_type, row.value, row.subject_hash);
    const list = hashes.map(() => '?').join(', ');
    // The limit stands inside: a value that is everywhere costs as little as a rare one.
    const found = prepared(
      `SELECT c.id, c.number, c.title, c.status, o.is_ioc, v.level FROM (
         SELECT id, case_id, is_ioc FROM observable WHERE engagement_id = ? AND subject_hash IN (${list}) AND deleted_at IS NULL
           AND ignore_similarity = 0 AND case_id <> ? LIMIT ${MOST_SEEN}) o
         JOIN case_record c ON c.id = o.case_id AND c.deleted_at IS NULL
         LEFT JOIN observable_verdict v ON v.observable_id = o.id`,
    ).all(row.engagement_id, ...hashes, ownCaseId ?? '') as SeenRow[];
    // A case may hold a file and the hash of it: it is one case.
    const byCase = new Map<string, SeenRow>();
    for (const one of found) {
      const known = byCase.get(one.id);
      if (!known) byCase.set(one.id, one);
      else {
        known.is_ioc = Math.max(known.is_ioc, one.is_ioc);
        known.level = worstLevel([known.level, one.level].filter((level) => level !== null)) ?? null;
      }
    }
    return [...byCase.values()];
  };
  const inCase = db.prepare<[string, string, string]>(
    'SELECT 1 FROM observable WHERE case_id = ? AND data_type = ? AND subject_hash = ? AND deleted_at IS NULL',
  );
  const alerts = db
    .prepare<[string, string, string], number>(
      `SELECT count(*) FROM (SELECT 1 FROM alert_observable o JOIN alert a ON a.id = o.alert_id AND a.deleted_at IS NULL
       WHERE o.engagement_id = ? AND o.subject_hash = ? AND o.alert_id <> ? AND o.deleted_at IS NULL LIMIT ${MOST_SEEN})`,
    )
    .pluck();

  const toView = (row: Row, ownCaseId: string | null): AlertObservable => {
    const seen = row.ignore_similarity === 1 ? [] : seenIn(row, ownCaseId);
    return {
      id: row.id,
      dataType: row.data_type,
      value: row.value,
      message: row.message,
      tlp: row.tlp,
      tags: JSON.parse(row.tags) as string[],
      marks: JSON.parse(row.marks) as string[],
      isIoc: row.is_ioc === 1,
      isSighted: row.is_sighted === 1,
      ignoreSimilarity: row.ignore_similarity === 1,
      seenAt: row.seen_at,
      file: row.blob_id === null ? null : { size: row.size ?? 0, mediaType: row.media_type, sha256: row.sha256 ?? '' },
      observableId: row.observable_id,
      cases: seen
        .toSorted((a, b) => b.number - a.number)
        .slice(0, SHOWN_CASES)
        .map(({ id, number, title, status, is_ioc }) => ({ id, number, title, status, isIoc: is_ioc === 1 })),
      casesInAll: seen.length,
      isInCase: ownCaseId !== null && inCase.get(ownCaseId, row.data_type, row.subject_hash) !== undefined,
      verdict: worstLevel(seen.flatMap(({ level }) => (level === null ? [] : [level]))) ?? null,
      otherAlerts: alerts.get(row.engagement_id, row.subject_hash, row.alert_id) ?? 0,
    };
  };

  return {
    all: (alertId) => all.all(alertId).map(rowToStored),
    page(alertId, { dataType, cursor, limit, ownCaseId }) {
      const where = ['o.alert_id = ?', 'o.deleted_at IS NULL'];
      const values: unknown[] = [alertId];
      if (dataType !== undefined) {
        where.push('o.data_type = ?');
        values.push(dataType);
      }
      if (cursor !== undefined) {
        where.push('(o.data_type, o.num) > (?, ?)');
        values.push(...parsePlace(cursor));
      }
      const rows = prepared(`${select} WHERE ${where.join(' AND ')} ORDER BY o.data_type, o.num LIMIT ?`).all(
        ...values,
        limit + 1,
      ) as Row[];
      const shown = rows.slice(0, limit);
      const last = rows.length > limit ? shown.at(-1) : undefined;
      return {
        items: shown.map((row) => toView(row, ownCaseId)),
        next: last === undefined ? null : `${last.data_type}.${last.num}`,
      };
    },
    typesOf: (alertId) => Object.fromEntries(types.all(alertId).map(({ dataType, n }) => [dataType, n])),
    keysOf: (alertId) => new Set(keys.all(alertId).map(keyOf)),
    othersOf: (observableId, exceptAlertId) => others.get(observableId, exceptAlertId) ?? 0,
    liesIn: (observableId, caseId) => liesIn.get(observableId, caseId) !== undefined,
  };
}

function parsePlace(cursor: string): [string, number] {
  const [dataType = '', num = ''] = cursor.split('.');
  if (!isDataType(dataType) || !/^\d{1,15}$/.test(num)) {
    throw new AppError('invalid_input', 'That page no longer exists. Read the list again.');
  }
  return [dataType, Number(num)];
}

const rowToStored = (row: Row): StoredAlertObservable => ({
  num: row.num,
  id: row.id,
  alertId: row.alert_id,
  engagementId: row.engagement_id,
  dataType: row.data_type,
  value: row.value,
  subjectHash: row.subject_hash,
  blobId: row.blob_id,
  mediaType: row.media_type,
  message: row.message,
  tlp: row.tlp,
  tags: JSON.parse(row.tags) as string[],
  marks: JSON.parse(row.marks) as string[],
  isIoc: row.is_ioc === 1,
  isSighted: row.is_sighted === 1,
  ignoreSimilarity: row.ignore_similarity === 1,
  seenAt: row.seen_at,
  observableId: row.observable_id,
  isOwn: row.is_own === 1,
});
