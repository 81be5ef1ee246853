import type { EgressEntry, EgressFilter } from '../../shared/contract/egress.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import { NO_ENGAGEMENT } from '../analyzers/python/environments.repo.ts';
import type { Keyset } from '../db/keyset.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';

interface EntryRow {
  id: string;
  at: number;
  zone: string;
  job_id: string | null;
  engagement_id: string;
  engagement_name: string | null;
  case_id: string | null;
  case_number: number | null;
  flavor_id: string;
  destination: string;
  hosts: string;
  data_type: string;
  value: string;
  subject_hash: string;
  what: string;
  bytes: number | null;
  tlp: Tlp;
  pap: Pap;
  override_reason: string | null;
}

export interface DestinationTotals {
  name: string;
  entries: number;
  values: number;
  bytes: number;
  overruled: number;
  first: number;
  last: number;
}

/** What an engagement may be asked by; null is all of them. */
type Wall = string | null;

export interface EgressRepo {
  /** A page without looking at `text`. `isUp` goes from the oldest to the newest. */
  page(filter: Omit<EgressFilter, 'text'>, after: Keyset | undefined, limit: number, isUp: boolean): EgressEntry[];
  ofSubjects(hashes: readonly string[], wall: Wall, limit: number): EgressEntry[];
  totals(wall: Wall, from: number, to: number): DestinationTotals[];
  typesOf(wall: Wall, from: number, to: number): { name: string; dataType: string; values: number }[];
  /** Hashes of the stored file that has this one, where the engagement holds that file. */
  siblingsOf(hash: string, wall: Wall): string[];
  isKnown(hashes: readonly string[], wall: Wall): boolean;
  /** Jobs that would send one of these and have not yet. */
  pending(hashes: readonly string[], wall: Wall): number;
}

const SELECT = `SELECT x.id, x.at, x.zone, x.job_id, x.engagement_id, e.name AS engagement_name, x.case_id, c.number AS case_number,
  x.flavor_id, x.destination, x.hosts, x.data_type, x.value, x.subject_hash, x.what, x.bytes, x.tlp, x.pap, x.override_reason
  FROM egress_entry x LEFT JOIN engagement e ON e.id = x.engagement_id LEFT JOIN case_record c ON c.id = x.case_id`;

/** The SQL for one wall: the parameter is read only where there is one. */
const behind = (column: string): string => `(? IS NULL OR ${column} = ?)`;

export function createEgressRepo(db: Db): EgressRepo {
  const statement = createStatementCache(db);
  const totals = db.prepare<[Wall, Wall, number, number], DestinationTotals>(
    `SELECT destination AS name, count(*) AS entries, count(DISTINCT subject_hash) AS "values", coalesce(sum(bytes), 0) AS bytes,
       count(override_reason) AS overruled, min(at) AS first, max(at) AS last
     FROM egress_entry WHERE ${behind('engagement_id')} AND at BETWEEN ? AND ? GROUP BY destination ORDER BY entries DESC, name`,
  );
  const types = db.prepare<[Wall, Wall, number, number], { name: string; dataType: string; values: number }>(
    `SELECT destination AS name, data_type AS dataType, count(DISTINCT subject_hash) AS "values"
     FROM egress_entry WHERE ${behind('engagement_id')} AND at BETWEEN ? AND ? GROUP BY destination, data_type ORDER BY "values" DESC`,
  );
  const siblings = db.prepare<Record<string, Wall>, { md5: string; sha1: string; sha256: string }>(
    `SELECT b.md5, b.sha1, b.sha256 FROM blob b WHERE (b.sha256 = @hash OR b.sha1 = @hash OR b.md5 = @hash)
       AND (@wall IS NULL OR EXISTS (SELECT 1 FROM intake i WHERE i.blob_id = b.id AND i.engagement_id = @wall)
         OR EXISTS (SELECT 1 FROM evidence v JOIN case_record c ON c.id = v.case_id WHERE v.blob_id = b.id AND c.engagement_id = @wall))
     LIMIT 1`,
  );
  const listed = (values: readonly unknown[]): string => values.map(() => '?').join(', ');

  return {
    page(filter, after, limit, isUp) {
      const terms: string[] = [];
      const values: (string | number)[] = [];
      const add = (term: string, ...given: (string | number | null | undefined)[]): void => {
        if (given.some((value) => value === undefined || value === null)) return;
        terms.push(term);
        values.push(...(given as (string | number)[]));
      };
      add('x.engagement_id = ?', filter.engagementId);
      add('x.case_id = ?', filter.caseId);
      add('x.destination = ?', filter.destination);
      add('x.data_type = ?', filter.dataType);
      add('x.at >= ?', filter.from);
      add('x.at <= ?', filter.to);
      add(`(x.at, x.id) ${isUp ? '>' : '<'} (?, ?)`, after?.at, after?.id);
      if (filter.onlyOverruled === true) terms.push('x.override_reason IS NOT NULL');
      const where = terms.length === 0 ? '' : `WHERE ${terms.join(' AND ')}`;
      const order = isUp ? 'x.at, x.id' : 'x.at DESC, x.id DESC';
      const rows = statement(`${SELECT} ${where} ORDER BY ${order} LIMIT ?`).all(...values, limit) as EntryRow[];
      return rows.map(toEntry);
    },
    ofSubjects(hashes, wall, limit) {
      const rows = statement(
        `${SELECT} WHERE x.subject_hash IN (${listed(hashes)}) AND ${behind('x.engagement_id')} ORDER BY x.at DESC, x.id DESC LIMIT ?`,
      ).all(...hashes, wall, wall, limit) as EntryRow[];
      return rows.map(toEntry);
    },
    totals: (wall, from, to) => totals.all(wall, wall, from, to),
    typesOf: (wall, from, to) => types.all(wall, wall, from, to),
    siblingsOf(hash, wall) {
      const found = siblings.get({ hash, wall });
      return found === undefined ? [] : [found.sha256, found.sha1, found.md5];
    },
    isKnown(hashes, wall) {
      const observed = statement(
        `SELECT 1 FROM observable WHERE subject_hash IN (${listed(hashes)}) AND ${behind('engagement_id')} AND deleted_at IS NULL LIMIT 1`,
      ).get(...hashes, wall, wall);
      if (observed !== undefined) return true;
      return (
        statement(
          `SELECT 1 FROM intake WHERE sha256 IN (${listed(hashes)}) AND sha256 <> '' AND ${behind('engagement_id')} LIMIT 1`,
        ).get(...hashes, wall, wall) !== undefined
      );
    },
    pending(hashes, wall) {
      const row = statement(
        `SELECT count(*) AS n FROM job WHERE subject_hash IN (${listed(hashes)}) AND ${behind('engagement_id')}
           AND service <> '' AND status IN ('queued', 'waiting')`,
      ).get(...hashes, wall, wall) as { n: number };
      return row.n;
    },
  };
}

const toEntry = (row: EntryRow): EgressEntry => ({
  id: row.id,
  at: row.at,
  zone: row.zone,
  jobId: row.job_id,
  engagementId: row.engagement_id,
  engagementName: row.engagement_name ?? (row.engagement_id === NO_ENGAGEMENT ? 'none' : 'removed'),
  caseId: row.case_id,
  caseNumber: row.case_number,
  flavorId: row.flavor_id,
  destination: row.destination,
  hosts: JSON.parse(row.hosts) as string[],
  dataType: row.data_type,
  value: row.value,
  subjectHash: row.subject_hash,
  what: row.what,
  bytes: row.bytes,
  tlp: row.tlp,
  pap: row.pap,
  overrideReason: row.override_reason,
});
