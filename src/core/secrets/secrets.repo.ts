import type { SecretPlace } from '../../shared/contract/secrets.ts';
import type { Db } from '../db/open.ts';

export interface SecretRow {
  id: string;
  place: SecretPlace;
  account: string;
  is_stored: number;
  set_at: number;
  tested_at: number | null;
  test_result: 'accepted' | 'failed' | null;
  test_message: string;
}

export interface Leftover {
  account: string;
  place: 'keychain' | 'vault';
}

/** Where secrets lie; what they are never comes here. */
export interface SecretsRepo {
  all(): SecretRow[];
  find(id: string): SecretRow | undefined;
  /** Not stored yet: what a crash leaves like this is swept. */
  insert(row: { id: string; place: SecretPlace; account: string; setAt: number }): void;
  markStored(id: string): void;
  /**
   * Points it to where the interim row says, which goes; its old account becomes a leftover. Forgets tests of it where the
   * value is new.
   */
  rehome(id: string, to: { interimId: string; setAt: number; isNewValue: boolean }): void;
  /** Its account becomes a leftover. */
  remove(id: string): void;
  recordTest(id: string, result: 'accepted' | 'failed', message: string, at: number): void;
  leftovers(): Leftover[];
  addLeftover(leftover: Leftover): void;
  removeLeftover(account: string): void;
}

/** How many secrets only a keychain holds: what a copy of the workspace does not have. */
export function secretsInKeychain(db: Db): number {
  // A workspace that no newer Osmia has opened yet.
  const isThere =
    db.prepare(`SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'secret'`).get() !== undefined;
  if (!isThere) return 0;
  return db.prepare<[], number>(`SELECT count(*) FROM secret WHERE place = 'keychain'`).pluck().get() ?? 0;
}

export function createSecretsRepo(db: Db): SecretsRepo {
  const columns = 'id, place, account, is_stored, set_at, tested_at, test_result, test_message';
  const all = db.prepare<[], SecretRow>(`SELECT ${columns} FROM secret ORDER BY set_at, id`);
  const find = db.prepare<[string], SecretRow>(`SELECT ${columns} FROM secret WHERE id = ?`);
  const insert = db.prepare<[string, string, string, number]>(
    'INSERT INTO secret (id, place, account, is_stored, set_at) VALUES (?, ?, ?, 0, ?)',
  );
  const markStored = db.prepare<[string]>('UPDATE secret SET is_stored = 1 WHERE id = ?');
  const repoint = db.prepare<[string, string, number, number, number, number, string]>(
    `UPDATE secret SET place = ?, account = ?, set_at = ?,
       tested_at = CASE WHEN ? THEN NULL ELSE tested_at END,
       test_result = CASE WHEN ? THEN NULL ELSE test_result END,
       test_message = CASE WHEN ? THEN '' ELSE test_message END
     WHERE id = ?`,
  );
  const remove = db.prepare<[string]>('DELETE FROM secret WHERE id = ?');
  const test = db.prepare<[string, string, number, string]>(
    'UPDATE secret SET test_result = ?, test_message = ?, tested_at = ? WHERE id = ?',
  );
  const leftovers = db.prepare<[], Leftover>('SELECT account, place FROM secret_leftover');
  const addLeftover = db.prepare<[string, string]>(
    'INSERT OR IGNORE INTO secret_leftover (account, place) VALUES (?, ?)',
  );
  const removeLeftover = db.prepare<[string]>('DELETE FROM secret_leftover WHERE account = ?');
  const leave = (row: SecretRow): void => {
    if (row.place !== 'memory') addLeftover.run(row.account, row.place);
  };
  return {
    all: () => all.all(),
    find: (id) => find.get(id),
    insert: ({ id, place, account, setAt }) => void insert.run(id, place, account, setAt),
    markStored: (id) => void markStored.run(id),
    rehome(id, { interimId, setAt, isNewValue }) {
      const isNew = isNewValue ? 1 : 0;
      db.transaction(() => {
        const old = find.get(id);
        const next = find.get(interimId);
        if (old === undefined || next === undefined) throw new Error('a secret went while it was changed');
        leave(old);
        remove.run(interimId);
        repoint.run(next.place, next.account, setAt, isNew, isNew, isNew, id);
      }).immediate();
    },
    remove(id) {
      db.transaction(() => {
        const row = find.get(id);
        if (row === undefined) return;
        leave(row);
        remove.run(id);
      }).immediate();
    },
    recordTest: (id, result, message, at) => void test.run(result, message, at, id),
    leftovers: () => leftovers.all(),
    addLeftover: ({ account, place }) => void addLeftover.run(account, place),
    removeLeftover: (account) => void removeLeftover.run(account),
  };
}
