import type { CaseCounters } from '../cases/case-counters.repo.ts';
import type { SharedRow } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { type ElsewhereRepo, type Holder, MOST_COUNTED, type Subject } from './elsewhere.repo.ts';
import type { ObservableTags } from './observable-tags.repo.ts';

type Row = SharedRow<'observable'>;

/**
 * Keeps what filters and orders of the grid start from: which observables have a tag, and which are seen in other cases
 * of the engagement, with how many.
 */
export function keepObservableLinks(deps: {
  store: SyncedStore;
  tags: ObservableTags;
  elsewhere: ElsewhereRepo;
  counters: CaseCounters;
}): void {
  const { store, tags, elsewhere, counters } = deps;

  const put = (holder: Pick<Holder, 'id' | 'caseId' | 'engagementId'>, others: number): void => {
    if (others > 0) counters.add(holder.caseId, 'elsewhere', elsewhere.put(holder, Math.min(MOST_COUNTED, others)));
    else drop(holder.id, holder.caseId);
  };
  const drop = (id: string, caseId: string): void => counters.add(caseId, 'elsewhere', -elsewhere.drop(id));

  /** Of all that hold the same subject now; `self` is the one that came to it. */
  const recount = (subject: Subject, self?: Pick<Holder, 'id' | 'caseId' | 'engagementId'>): void => {
    if (subject.dataType === 'file' || subject.dataType === 'hash') return recountFiles(subject);
    const holders = elsewhere.holders(subject.engagementId, subject.subjectHash);
    const others = casesOf(holders) - 1;
    // All of them are counted as far as is counted at all.
    if (others > MOST_COUNTED) return self && put(self, others);
    for (const holder of holders) put(holder, others);
  };

  /** Files and hashes meet across types, so each has holders of its own. */
  const recountFiles = (subject: Subject): void => {
    const holdersOf = (one: Subject): Holder[] =>
      elsewhere
        .relatedHashes(one.dataType, one.value, one.subjectHash)
        .flatMap((hash) => elsewhere.holders(one.engagementId, hash));
    for (const holder of holdersOf(subject)) {
      put(holder, casesOf(holdersOf(holder).filter(({ caseId }) => caseId !== holder.caseId)));
    }
  };

  store.project('observable', ({ before, after }) => {
    keepTags(tags, before, after);
    if (before && !isComparedOtherwise(before, after)) return;
    const isMoved = before && (before.caseId !== after.caseId || before.engagementId !== after.engagementId);
    if (isMoved) elsewhere.moveVerdict(after.id, after.caseId, after.engagementId);
    if (before && isCompared(before) && (!isCompared(after) || isMoved || before.subjectHash !== after.subjectHash)) {
      drop(before.id, before.caseId);
      recount(before);
    }
    if (isCompared(after)) recount(after, after);
  });

  store.project('case', ({ before, after }) => {
    // What lies in the trash is not seen elsewhere.
    if (!before || (before.deletedAt === null) === (after.deletedAt === null)) return;
    for (const holder of elsewhere.ofCase(after.id)) {
      if (after.deletedAt !== null) drop(holder.id, after.id);
      recount(holder);
    }
  });
}

const casesOf = (holders: readonly Holder[]): number => new Set(holders.map(({ caseId }) => caseId)).size;

const isCompared = (row: Row): boolean => row.deletedAt === null && !row.ignoreSimilarity;

const isComparedOtherwise = (before: Row, after: Row): boolean =>
  isCompared(before) !== isCompared(after) ||
  before.caseId !== after.caseId ||
  before.engagementId !== after.engagementId ||
  before.subjectHash !== after.subjectHash;

function keepTags(tags: ObservableTags, before: Row | undefined, after: Row): void {
  const isSamePlace = before?.caseId === after.caseId && before.engagementId === after.engagementId;
  const had = new Set(before?.deletedAt === null ? before.tags : []);
  const has = new Set(after.deletedAt === null ? after.tags : []);
  if (before) for (const tag of had) if (!isSamePlace || !has.has(tag)) tags.remove(tag, before);
  for (const tag of has) if (!isSamePlace || !had.has(tag)) tags.add(tag, after);
}
