import { MAX_ROWS, type ObservableSort } from '../../shared/contract/observables.ts';
import type { Db } from '../db/open.ts';
import { createStatementCache } from '../db/statement-cache.ts';
import { filterToSql, type ObservableFilter, type ObservableScope } from './observable-filter.ts';
import { cursorOf, type Ended, parseCursor, type Stretch, stretchesOf } from './observable-order.ts';

export interface ListQuery {
  scope: ObservableScope;
  filter: ObservableFilter;
  sort: ObservableSort;
}

export interface ObservableLists {
  /** Numbers of the rows after a cursor, and the cursor of what follows (null: nothing does). */
  page(query: ListQuery, cursor: string | undefined, limit: number): { nums: number[]; next: string | null };
  /** Numbers of all rows in order, at most MAX_ROWS. */
  index(query: ListQuery): { nums: number[]; isMore: boolean };
  /** Stops at MAX_ROWS; kept until something is written. Not for use inside a transaction. */
  count(scope: ObservableScope, filter: ObservableFilter): number;
}

interface Found {
  num: number;
  k1: string | number;
  k2: string | number;
}

/** Totals kept at once: what the screens that are open ask for. */
const COUNTS_KEPT = 64;

/** Lists of observables in any order, each page by its key and an index; nothing is ever skipped over. */
export function createObservableLists(db: Db): ObservableLists {
  const prepared = createStatementCache(db);
  // Changes with every row written on this connection, so equal numbers mean that nothing was.
  const written = db.prepare<[], number>('SELECT total_changes()').pluck();
  let counts = new Map<string, number>();
  let countedAt = -1;

  const walk = (
    query: ListQuery,
    from: Ended | undefined,
    limit: number,
  ): { found: Found[]; last: Ended | undefined } => {
    const filter = filterToSql(query.scope, query.filter);
    const stretches = stretchesOf(query.sort, query.scope, query.filter, filter.namesRows);
    const found: Found[] = [];
    let last: Ended | undefined;
    for (let at = from?.stretch ?? 0; at < stretches.length && found.length < limit; at += 1) {
      const stretch = stretches[at]!;
      const after = at === from?.stretch ? from.key : undefined;
      const sql = stretchSql(stretch, filter.where, filter.needsVerdict, after !== undefined);
      const rows = prepared(sql).all(
        ...filter.values,
        ...stretch.values,
        ...(after ?? []),
        limit - found.length,
      ) as Found[];
      found.push(...rows);
      const end = rows.at(-1);
      if (end) last = { stretch: at, key: stretch.key.length === 1 ? [end.k1] : [end.k1, end.k2] };
    }
    return { found, last };
  };

  return {
    page(query, cursor, limit) {
      const from =
        cursor === undefined
          ? undefined
          : parseCursor(cursor, stretchesOf(query.sort, query.scope, query.filter, false));
      const { found, last } = walk(query, from, limit);
      const nums = found.map(({ num }) => num);
      if (last === undefined || found.length < limit) return { nums, next: null };
      // Nothing after it: no cursor that leads to an empty page.
      return { nums, next: walk(query, last, 1).found.length === 0 ? null : cursorOf(last) };
    },
    index(query) {
      const { found } = walk(query, undefined, MAX_ROWS + 1);
      return { nums: found.slice(0, MAX_ROWS).map(({ num }) => num), isMore: found.length > MAX_ROWS };
    },
    count(scope, filter) {
      const now = written.get()!;
      if (now !== countedAt || counts.size > COUNTS_KEPT) counts = new Map();
      countedAt = now;
      const key = JSON.stringify([scope, filter]);
      const known = counts.get(key);
      if (known !== undefined) return known;
      const { where, values, needsVerdict } = filterToSql(scope, filter);
      const sql = `SELECT count(*) AS n FROM (SELECT 1 FROM observable o${join(needsVerdict)}
        WHERE ${where.join(' AND ')} LIMIT ${MAX_ROWS})`;
      const { n } = prepared(sql).get(...values) as { n: number };
      counts.set(key, n);
      return n;
    },
  };
}

const join = (needsVerdict: boolean): string =>
  needsVerdict ? ' LEFT JOIN observable_verdict v ON v.observable_id = o.id' : '';

function stretchSql(stretch: Stretch, where: readonly string[], needsVerdict: boolean, isAfter: boolean): string {
  const { key, isDescending } = stretch;
  const conditions = [...where, ...stretch.where];
  const compare = isDescending ? '<' : '>';
  if (isAfter) {
    conditions.push(key.length === 1 ? `${key[0]} ${compare} ?` : `(${key.join(', ')}) ${compare} (?, ?)`);
  }
  const order = key.map((each) => `${each} ${isDescending ? 'DESC' : 'ASC'}`).join(', ');
  return `SELECT o.num, ${key[0]} AS k1, ${key[1] ?? 'NULL'} AS k2
    FROM ${stretch.from}${join(needsVerdict && !stretch.hasVerdict)}
    WHERE ${conditions.join(' AND ')} ORDER BY ${order} LIMIT ?`;
}
