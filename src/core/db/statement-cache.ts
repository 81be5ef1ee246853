import type { Statement } from 'better-sqlite3-multiple-ciphers';
import type { Db } from './open.ts';

/** For lists whose filters vary: each text is prepared once. Texts are built from fixed pieces, never from values. */
export function createStatementCache(db: Db): (sql: string) => Statement {
  const statements = new Map<string, Statement>();
  return (sql) => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = db.prepare(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}
