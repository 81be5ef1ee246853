import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { caseFacts, type Fact, noteFacts, observableFacts, taskFacts } from './facts.ts';
import type { KeptCounts } from './kept-counts.repo.ts';

/** Counts every shared row that statistics are kept of, in the transaction that writes it. */
export function keepCounts({ store, counts }: { store: SyncedStore; counts: KeptCounts }): void {
  store.gather(counts);
  store.project('case', ({ id, before, after }) => {
    counts.change(before ? caseFacts(before) : [], caseFacts(after));
    if (before === undefined) return;
    // What lies in a case in the trash is not listed, so it does not count.
    const [was, is] = [before.deletedAt === null, after.deletedAt === null];
    if (was !== is) counts.changeCase(id, is ? 1 : -1);
  });
  store.project('observable', ({ id, before, after }) => {
    // A new row has no report yet; of a known one the verdict is kept beside it and is the same before and after.
    let verdict = before === undefined ? 'none' : undefined;
    const level = (): string => (verdict ??= counts.verdictOf(id));
    const facts = (row: SharedRow<'observable'>): Fact[] =>
      row.deletedAt === null && counts.engagementOfCase(row.caseId) !== undefined ? observableFacts(row, level) : [];
    counts.change(before ? facts(before) : [], facts(after));
  });

  const ofCase = <R extends { caseId: string }>(row: R | undefined, facts: (row: R, id: string) => Fact[]): Fact[] => {
    const engagementId = row && counts.engagementOfCase(row.caseId);
    return row === undefined || engagementId === undefined ? [] : facts(row, engagementId);
  };
  store.project('task', ({ before, after }) => counts.change(ofCase(before, taskFacts), ofCase(after, taskFacts)));
  store.project('note', ({ before, after }) => counts.change(ofCase(before, noteFacts), ofCase(after, noteFacts)));
}
