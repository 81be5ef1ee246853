import { hash } from 'node:crypto';
import type { Db } from '../db/open.ts';

/** One record of the change log, as stored. `before` and `after` are JSON text of the changed fields. */
export interface ChangeRow {
  seq: number;
  id: string;
  txn_id: string;
  entity: string;
  row_id: string;
  before: string | null;
  after: string | null;
  stamp: string;
  device: string;
  actor: string;
  reason: string;
  engagement_id: string | null;
  case_id: string | null;
  at: number;
  hash: string;
}

/** SHA-256 over the previous record's hash and this record; an edit anywhere breaks every later link. */
export function changeHash(previous: string, row: Omit<ChangeRow, 'seq' | 'hash'>): string {
  // An array has one order, so this text is canonical.
  const text = JSON.stringify([
    row.id,
    row.txn_id,
    row.entity,
    row.row_id,
    row.before,
    row.after,
    row.stamp,
    row.device,
    row.actor,
    row.reason,
    row.engagement_id,
    row.case_id,
    row.at,
  ]);
  return hash('sha256', previous + text, 'hex');
}

export interface ChainCheck {
  checked: number;
  /** Records whose values were destroyed with their case; their hash is taken as it stands. */
  purged: number;
  /** `seq` of the first record that does not fit, or null. */
  brokenAt: number | null;
}

/** Follows the hash chain over the newest `limit` records (all by default). */
export function verifyChangeLog(db: Db, limit = Number.MAX_SAFE_INTEGER): ChainCheck {
  const last = (db.prepare('SELECT max(seq) FROM change').pluck().get() as number | null) ?? 0;
  const from = Math.max(0, last - limit);
  let previous =
    (db.prepare('SELECT hash FROM change WHERE seq <= ? ORDER BY seq DESC LIMIT 1').pluck().get(from) as
      | string
      | undefined) ?? '';
  const check: ChainCheck = { checked: 0, purged: 0, brokenAt: null };
  for (const row of db.prepare('SELECT * FROM change WHERE seq > ? ORDER BY seq').iterate(from)) {
    const change = row as ChangeRow;
    check.checked += 1;
    if (change.before === null && change.after === null) check.purged += 1;
    else if (changeHash(previous, change) !== change.hash) {
      check.brokenAt = change.seq;
      return check;
    }
    previous = change.hash;
  }
  return check;
}
