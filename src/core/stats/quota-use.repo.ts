import type { Db } from '../db/open.ts';

/**
 * Quota from the ledger's own running totals: what an engagement used between two moments is the difference of two of
 * them, each found by one look-up however many entries there are.
 */
export interface QuotaUse {
  keys(): string[];
  /** Units that the engagement has spent on a key up to (without) a moment in UTC milliseconds. */
  spentBefore(engagementId: string, key: string, at: number): number;
}

export function createQuotaUse(db: Db): QuotaUse {
  const keys = db.prepare<[], string>('SELECT name FROM quota_key ORDER BY name').pluck();
  const anchor = db.prepare<[], { tick: number; wall: number }>('SELECT tick, wall FROM quota_time WHERE only = 1');
  const spent = db
    .prepare<[string, string, number], number>(
      `SELECT own_spent FROM quota_entry WHERE engagement_id = ? AND key_name = ? AND tick < ?
       ORDER BY tick DESC, seq DESC LIMIT 1`,
    )
    .pluck();
  return {
    keys: () => keys.all(),
    spentBefore(engagementId, key, at) {
      const known = anchor.get();
      return known === undefined ? 0 : (spent.get(engagementId, key, known.tick + (at - known.wall)) ?? 0);
    },
  };
}
