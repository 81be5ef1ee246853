import type Database from 'better-sqlite3-multiple-ciphers';
import type { Db } from './open.ts';

/** For lists whose filters vary: each text is prepared once. Texts are built from fixed pieces, never from values. */
export function createStatementCache(db: Db): (sql: string) => Database.Statement<unknown[]> {
  const statements = new Map<string, Database.Statement<unknown[]>>();
  return (sql) => {
    let statement = statements.get(sql);
    if (!statement) {
      statement = db.prepare<unknown[]>(sql);
      statements.set(sql, statement);
    }
    return statement;
  };
}
