import type { EntryRow, QuotaReads } from './quota-reads.repo.ts';
import type { QuotaRepo } from './quota.repo.ts';

export interface Balance {
  entries: number;
  keys: number;
  /** One line each; empty when all is well. */
  problems: string[];
}

/** Adds the whole ledger up: what was reserved was settled, returned, or is held, and the running totals say the same. */
export function checkBalance(repo: Pick<QuotaRepo, 'totals'>, reads: Pick<QuotaReads, 'sums' | 'heldSums'>): Balance {
  const held = new Map(reads.heldSums().map(({ key, units }) => [key, units]));
  const sums = new Map<string, Record<EntryRow['kind'], number>>();
  let entries = 0;
  for (const row of reads.sums()) {
    const of = sums.get(row.key) ?? { reserve: 0, settle: 0, release: 0, learned: 0 };
    of[row.kind] = row.units;
    sums.set(row.key, of);
    entries += row.entries;
  }
  const problems: string[] = [];
  for (const [key, { reserve, settle, release }] of sums) {
    const open = held.get(key) ?? 0;
    const total = repo.totals(key);
    if (reserve !== settle + release + open) {
      problems.push(`“${key}”: ${reserve} reserved, but ${settle} settled, ${release} returned and ${open} held`);
    }
    if (total.spent !== settle || total.held !== open) {
      problems.push(
        `“${key}”: the running totals say ${total.spent} and ${total.held}, the entries ${settle} and ${open}`,
      );
    }
  }
  return { entries, keys: sums.size, problems };
}
