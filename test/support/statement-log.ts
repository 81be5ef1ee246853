import Database from 'better-sqlite3-multiple-ciphers';
import type { Db } from '../../src/core/db/open.ts';

interface Prepared {
  db: Db;
  sql: string;
}

/** Every statement that is prepared while `run` runs, on any database. */
export async function statementsOf(run: () => Promise<void>): Promise<Prepared[]> {
  const seen: Prepared[] = [];
  // oxlint-disable-next-line typescript/unbound-method -- called with its own database below
  const prepare = Database.prototype.prepare;
  Database.prototype.prepare = function remember(this: Db, sql: string) {
    seen.push({ db: this, sql });
    return prepare.call(this, sql);
  } as typeof prepare;
  try {
    await run();
  } finally {
    Database.prototype.prepare = prepare;
  }
  return seen;
}

/**
 * Tables that a statement reads from end to end: a SCAN in its plan that no key, index range or full-text question
 * bounds. One along an index is bounded where the statement has a LIMIT. Plans need no rows: nothing here is analysed, so
 * they are the same for a million.
 */
export function scannedTables({ db, sql }: Prepared): string[] {
  if (!/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(sql)) return [];
  const aliases = new Map<string, string>();
  for (const [, table, alias] of sql.matchAll(
    /\b(?:FROM|JOIN|UPDATE|INTO)\s+(\w+)(?:\s+(?:AS\s+)?(?!WHERE|ON|SET|JOIN|LEFT|CROSS|ORDER|GROUP|LIMIT|USING)(\w+))?/gi,
  ))
    aliases.set(alias ?? table!, table!);
  const hasLimit = /\bLIMIT\b/i.test(sql);
  return planOf({ db, sql }).flatMap((detail) => {
    const name = /^SCAN (\w+)/.exec(detail)?.[1];
    if (name === undefined || /VIRTUAL TABLE|CONSTANT ROW|SUBQUERY/.test(detail)) return [];
    // Along an index, or along the numbers of the rows: the first few are at hand.
    if (hasLimit && (/USING (COVERING )?INDEX/.test(detail) || /ORDER BY (seq|num) DESC LIMIT 1$/.test(sql))) return [];
    return [aliases.get(name) ?? name];
  });
}

/** The lines of a statement's plan; none for one that has none. */
export function planOf({ db, sql }: Prepared): string[] {
  if (!/^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\b/i.test(sql)) return [];
  const plan = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).raw();
  return (plan.all(...unbound(sql)) as [number, number, number, string][]).map(([, , , detail]) => detail);
}

/** A plan needs its parameters, not what they are. */
function unbound(sql: string): unknown[] {
  const named = new Set((sql.match(/[@:$][a-zA-Z_]\w*/g) ?? []).map((name) => name.slice(1)));
  const names = named.size === 0 ? [] : [Object.fromEntries([...named].map((name) => [name, null]))];
  return [...Array.from<null>({ length: (sql.match(/\?/g) ?? []).length }).fill(null), ...names];
}
