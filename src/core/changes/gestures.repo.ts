import type { CallGroup } from '../sync/call-group.ts';
import type { ChangeRow } from '../sync/change-log.ts';
import type { Db } from '../db/open.ts';

export interface Gesture {
  txnId: string;
  seq: number;
  kind: 'do' | 'undo' | 'redo';
  undoneBy: string | null;
  at: number;
}

export interface GesturesRepo {
  find(txnId: string): Gesture | undefined;
  /** The last thing that was done, or brought again, and not taken back. */
  lastDone(client: CallGroup['client']): Gesture | undefined;
  /** The last undo, unless something else was done since. */
  lastUndone(client: CallGroup['client']): Gesture | undefined;
  /** Changes of a group, the newest first, older than `before`. */
  changes(txnId: string, before: number, limit: number): ChangeRow[];
  /** Says of a group that it took another one back. Part of the caller's transaction. */
  link(txnId: string, kind: 'undo' | 'redo', of: string): void;
  markUndone(txnId: string, by: string): void;
}

const COLUMNS = 'txn_id AS txnId, seq, kind, undone_by AS undoneBy, at';

export function createGesturesRepo(db: Db): GesturesRepo {
  const byId = db.prepare<[string], Gesture>(`SELECT ${COLUMNS} FROM gesture WHERE txn_id = ?`);
  const lastOf = (condition: string) =>
    db.prepare<[string], Gesture>(
      `SELECT ${COLUMNS} FROM gesture WHERE client = ? AND undone_by IS NULL ${condition} ORDER BY seq DESC LIMIT 1`,
    );
  const lastDone = lastOf(`AND kind <> 'undo'`);
  const lastNew = lastOf(`AND kind <> 'redo'`);
  const changes = db.prepare<[string, number, number], ChangeRow>(
    'SELECT * FROM change WHERE txn_id = ? AND seq < ? ORDER BY seq DESC LIMIT ?',
  );
  const link = db.prepare<[string, string, string]>('UPDATE gesture SET kind = ?, of_txn_id = ? WHERE txn_id = ?');
  const markUndone = db.prepare<[string, string]>('UPDATE gesture SET undone_by = ? WHERE txn_id = ?');
  return {
    find: (txnId) => byId.get(txnId),
    lastDone: (client) => lastDone.get(client),
    lastUndone(client) {
      const gesture = lastNew.get(client);
      return gesture?.kind === 'undo' ? gesture : undefined;
    },
    changes: (txnId, before, limit) => changes.all(txnId, before, limit),
    link: (txnId, kind, of) => void link.run(kind, of, txnId),
    markUndone: (txnId, by) => void markUndone.run(by, txnId),
  };
}
