import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeDb, makeTempDir } from '../../../test/support/make-db.ts';
import { migrate, SCHEMA_VERSION } from './migrate.ts';
import { openDatabase } from './open.ts';

test('every table is STRICT and the schema reaches its version', () => {
  const db = makeDb();
  const loose = db
    .prepare(
      `SELECT name FROM pragma_table_list WHERE schema='main' AND type='table' AND strict=0 AND name NOT LIKE 'sqlite_%'`,
    )
    .all();
  expect(loose).toEqual([]);
  expect(db.pragma('user_version', { simple: true })).toBe(SCHEMA_VERSION);
});

test('nothing on disk is in clear, and another key is refused as such', () => {
  const path = join(makeTempDir(), 'w.db');
  const db = openDatabase(path, randomBytes(32));
  migrate(db, () => undefined);
  db.prepare(`INSERT INTO meta VALUES ('canary', 'osmia-canary-7f3a')`).run();
  for (const file of [path, `${path}-wal`]) expect(readFileSync(file).includes('osmia-canary-7f3a')).toBe(false);
  expect(readFileSync(path).subarray(0, 15).toString()).not.toBe('SQLite format 3');
  db.close();
  expect(() => openDatabase(path, randomBytes(32))).toThrow(expect.objectContaining({ code: 'workspace.wrong_key' }));
});

test('a database of a newer Osmia is refused, unchanged', () => {
  const db = makeDb();
  db.pragma(`user_version=${SCHEMA_VERSION + 1}`);
  expect(() => migrate(db, () => undefined)).toThrow(expect.objectContaining({ code: 'workspace.newer_version' }));
});

test('the ledgers refuse updates', () => {
  const db = makeDb();
  db.prepare(
    `INSERT INTO quota_entry (key_name, engagement_id, kind, units, at, tick, spent, held, own_spent, own_held)
     VALUES ('k', 'e', 'reserve', 1, 0, 0, 0, 1, 0, 1)`,
  ).run();
  expect(() => db.prepare(`UPDATE quota_entry SET units = 0`).run()).toThrow(/append-only/);
  expect(() => db.prepare(`DELETE FROM quota_entry`).run()).toThrow(/append-only/);
});
