import type { Case } from '../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import type { CaseCursor, CaseTerms, Order } from './case-filter.ts';
import { type CaseCounters, notAnalysed } from './case-counters.repo.ts';

interface CaseRow {
  id: string;
  number: number;
  engagement_id: string;
  title: string;
  description: string;
  severity: number;
  status: Case['status'];
  tlp: Tlp;
  pap: Pap;
  tags: string;
  is_flagged: number;
  assignee: string;
  summary: string;
  resolution: Case['resolution'];
  impact: Case['impact'];
  merged_into: string | null;
  merged_from: string;
  start_at: number;
  end_at: number | null;
  created_at: number;
  updated_at: number;
}

export interface CaseQuery {
  engagementId: string | undefined;
  terms: CaseTerms;
}

/** Where a text or a tag finds no more than this, those few are read; more are found while reading in order. */
const FEW = 2_000;

export interface CasesRepo {
  find(id: string): Case | undefined;
  findByNumber(number: number): Case | undefined;
  /** Also one in the trash. */
  findAny(
    by: { id: string } | { number: number },
  ): { id: string; number: number; deletedAt: number | null } | undefined;
  /** Starred first, then as `order` says; `limit` rows at most. Without an engagement of the whole workspace. */
  list(asked: CaseQuery, order: Order, after: CaseCursor | undefined, limit: number): Case[];
  /** Counts at most `most`. */
  count(asked: CaseQuery, most: number): number;
  cursorAfter(row: Case, order: Order): CaseCursor;
  /** A number that was never given before; part of the caller's transaction. */
  nextNumber(): number;
}

const COLUMNS = `c.id, c.number, c.engagement_id, c.title, c.description, c.severity, c.status, c.tlp, c.pap, c.tags, c.is_flagged, c.assignee,
  c.summary, c.resolution, c.impact, c.merged_into, c.merged_from, c.start_at, c.end_at, c.created_at, c.updated_at`;

export function createCasesRepo(db: Db, counters: CaseCounters): CasesRepo {
  const byId = db.prepare<[string], CaseRow>(
    `SELECT ${COLUMNS} FROM case_record c WHERE id = ? AND deleted_at IS NULL`,
  );
  const byNumber = db.prepare<[number], CaseRow>(
    `SELECT ${COLUMNS} FROM case_record c WHERE number = ? AND deleted_at IS NULL`,
  );
  const nextNumber = db
    .prepare<[], number>(
      `INSERT INTO counter (name, value) VALUES ('case', 1)
       ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value`,
    )
    .pluck();
  const prepared = createStatementCache(db);
  const any = 'SELECT id, number, deleted_at AS deletedAt FROM case_record';
  const anyById = db.prepare<[string], { id: string; number: number; deletedAt: number | null }>(`${any} WHERE id = ?`);
  const anyByNumber = db.prepare<[number], { id: string; number: number; deletedAt: number | null }>(
    `${any} WHERE number = ?`,
  );
  const engagements = db.prepare<[], string>('SELECT id FROM engagement WHERE deleted_at IS NULL').pluck();
  const byWords = db
    .prepare<[string], number>(`SELECT rowid FROM case_words WHERE case_words MATCH ? LIMIT ${FEW + 1}`)
    .pluck();
  const byTag = db
    .prepare<[string, string], number>(
      `SELECT number FROM case_tag WHERE engagement_id = ? AND tag IN (SELECT value FROM json_each(?)) LIMIT ${FEW + 1}`,
    )
    .pluck();

  const scopeOf = ({ engagementId }: CaseQuery): { sql: string; values: string[] } =>
    engagementId === undefined
      ? { sql: 'c.engagement_id IN (SELECT id FROM engagement WHERE deleted_at IS NULL)', values: [] }
      : { sql: 'c.engagement_id = ?', values: [engagementId] };

  /** The terms, and what the text says where it is not looked up first. */
  const conditions = ({ terms }: CaseQuery, withText: boolean): { where: string; values: unknown[] } => {
    const where = terms.where.map((term) => ` AND ${term}`);
    const values = [...terms.values];
    if (withText && terms.match !== undefined) {
      where.push(' AND (c.number IN (SELECT rowid FROM case_words WHERE case_words MATCH ?) OR c.number = ?)');
      values.push(terms.match, terms.number ?? -1);
    }
    return { where: where.join(''), values };
  };

  /** Numbers of the few cases that the text or a tag leaves, or undefined where it leaves many or there is none. */
  const fewOf = ({ engagementId, terms }: CaseQuery): number[] | undefined => {
    if (terms.match !== undefined) {
      const found = byWords.all(terms.match);
      if (found.length <= FEW) return terms.number === undefined ? found : [...new Set([...found, terms.number])];
    }
    if (terms.anyTag === undefined || engagementId === undefined) return undefined;
    const found = byTag.all(engagementId, JSON.stringify(terms.anyTag));
    return found.length <= FEW ? [...new Set(found)] : undefined;
  };

  const amongFew = (
    asked: CaseQuery,
    few: number[],
    order: Order,
    after: CaseCursor | undefined,
    limit: number,
  ): CaseRow[] => {
    // The few came from the text, or from a tag: what did not choose them is still asked.
    const { where, values } = conditions(asked, true);
    const scope = scopeOf(asked);
    const [way, beyond] = order.isDescending ? ['DESC', '<'] : ['ASC', '>'];
    const later = `AND (c.is_flagged < ? OR (c.is_flagged = ? AND (c.${order.column}, c.id) ${beyond} (?, ?)))`;
    return prepared(
      `SELECT ${COLUMNS} FROM ${FROM_FEW} WHERE ${scope.sql} AND c.deleted_at IS NULL
         AND c.is_closed IN (SELECT value FROM json_each(?)) AND c.is_flagged IN (SELECT value FROM json_each(?))
         ${where} ${after ? later : ''}
       ORDER BY c.is_flagged DESC, c.${order.column} ${way}, c.id ${way} LIMIT ?`,
    ).all(
      JSON.stringify(few),
      ...scope.values,
      JSON.stringify(asked.terms.closed),
      JSON.stringify(asked.terms.flagged),
      ...values,
      ...(after ? [after.flagged, after.flagged, after.value, after.id] : []),
      limit,
    ) as CaseRow[];
  };

  /** One range of the order's index for each engagement and open or closed: read side by side, the first of all first. */
  const inOrder = (asked: CaseQuery, order: Order, after: CaseCursor | undefined, limit: number): CaseRow[] => {
    const { where, values } = conditions(asked, true);
    const [way, beyond] = order.isDescending ? ['DESC', '<'] : ['ASC', '>'];
    const owners = asked.engagementId === undefined ? engagements.all() : [asked.engagementId];
    const rows: CaseRow[] = [];
    for (const flagged of asked.terms.flagged) {
      if (rows.length >= limit || (after && flagged > after.flagged)) continue;
      const from = after?.flagged === flagged ? after : undefined;
      const statement = prepared(
        `SELECT ${COLUMNS} FROM case_record c INDEXED BY ${order.index}
         WHERE c.engagement_id = ? AND c.is_closed = ? AND c.is_flagged = ? AND c.deleted_at IS NULL
           ${from ? `AND (c.${order.column}, c.id) ${beyond} (?, ?)` : ''} ${where}
         ORDER BY c.${order.column} ${way}, c.id ${way} LIMIT ?`,
      );
      const found = owners.flatMap((owner) =>
        asked.terms.closed.flatMap(
          (closed) =>
            statement.all(
              owner,
              closed,
              flagged,
              ...(from ? [from.value, from.id] : []),
              ...values,
              limit - rows.length,
            ) as CaseRow[],
        ),
      );
      found.sort((a, b) => compare(a, b, order));
      rows.push(...found.slice(0, limit - rows.length));
    }
    return rows;
  };

  const rowToCase = (row: CaseRow): Case => {
    const counts = counters.ofCase(row.id);
    return {
      id: row.id,
      number: row.number,
      engagementId: row.engagement_id,
      title: row.title,
      description: row.description,
      severity: row.severity,
      status: row.status,
      tlp: row.tlp,
      pap: row.pap,
      tags: JSON.parse(row.tags) as string[],
      isFlagged: row.is_flagged === 1,
      assignee: row.assignee,
      summary: row.summary,
      resolution: row.resolution,
      impact: row.impact,
      mergedInto: row.merged_into,
      mergedFrom: JSON.parse(row.merged_from) as string[],
      startAt: row.start_at,
      endAt: row.end_at,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      counts: {
        observables: counts.observables ?? 0,
        evidence: counts.evidence ?? 0,
        notes: counts.notes ?? 0,
        tasks: counts.tasks ?? 0,
        tasksOpen: counts.tasksOpen ?? 0,
        tasksDone: counts.tasksDone ?? 0,
        jobs: counts.jobs ?? 0,
        malicious: counts.malicious ?? 0,
        suspicious: counts.suspicious ?? 0,
        safe: counts.safe ?? 0,
        info: counts.info ?? 0,
        notAnalysed: notAnalysed(counts),
      },
    };
  };

  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToCase(row);
    },
    findByNumber(number) {
      const row = byNumber.get(number);
      return row && rowToCase(row);
    },
    findAny: (by) => ('id' in by ? anyById.get(by.id) : anyByNumber.get(by.number)),
    list(asked, order, after, limit) {
      const few = fewOf(asked);
      const rows = few === undefined ? inOrder(asked, order, after, limit) : amongFew(asked, few, order, after, limit);
      return rows.map(rowToCase);
    },
    count(asked, most) {
      const few = fewOf(asked);
      const { where, values } = conditions(asked, few === undefined);
      const from = few === undefined ? 'case_record c' : FROM_FEW;
      const scope = scopeOf(asked);
      return prepared(
        `SELECT count(*) FROM (SELECT 1 FROM ${from} WHERE ${scope.sql} AND c.deleted_at IS NULL
           AND c.is_closed IN (SELECT value FROM json_each(?)) AND c.is_flagged IN (SELECT value FROM json_each(?))
           ${where} LIMIT ${most})`,
      )
        .pluck()
        .get(
          ...(few === undefined ? [] : [JSON.stringify(few)]),
          ...scope.values,
          JSON.stringify(asked.terms.closed),
          JSON.stringify(asked.terms.flagged),
          ...values,
        ) as number;
    },
    cursorAfter: (row, order) => ({ flagged: row.isFlagged ? 1 : 0, value: row[FIELDS[order.column]], id: row.id }),
    nextNumber: () => nextNumber.get()!,
  };
}

const FROM_FEW = 'json_each(?) few CROSS JOIN case_record c ON c.number = few.value';

const FIELDS = {
  start_at: 'startAt',
  updated_at: 'updatedAt',
  severity: 'severity',
  assignee: 'assignee',
  number: 'number',
} as const satisfies Record<Order['column'], keyof Case>;

/** As SQLite orders: numbers by size, texts by their bytes. */
function compare(a: CaseRow, b: CaseRow, { column, isDescending }: Order): number {
  const [left, right] = isDescending ? [b, a] : [a, b];
  const [x, y] = [left[column], right[column]];
  if (x === y) return left.id < right.id ? -1 : 1;
  if (typeof x === 'string' && typeof y === 'string') return Buffer.compare(Buffer.from(x), Buffer.from(y));
  return (x as number) - (y as number);
}
