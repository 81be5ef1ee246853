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
  store.gather(tags);

  const put = (holder: Pick<Holder, 'id' | 'caseId' | 'engagementId'>, others: number): void => {
    if (others > 0) counters.gather(holder.caseId, 'elsewhere', elsewhere.put(holder, Math.min(MOST_COUNTED, others)));
    else drop(holder.id, holder.caseId);
  };
  const drop = (id: string, caseId: string): void => counters.gather(caseId, 'elsewhere', -elsewhere.drop(id));

  /** Of all that hold the same subject now, and of `self`, which came to it. */
  const recount = (subject: Subject, self?: Holder): void => {
    const isFile = subject.dataType === 'file' || subject.dataType === 'hash';
    const counted = isFile ? recountFiles(subject) : recountHolders(subject);
    if (self && !counted.has(self.id) && isCounted(self.caseId)) put(self, othersOf(self));
  };

  const recountHolders = (subject: Subject): ReadonlySet<string> => {
    const holders = elsewhere.holders(subject.engagementId, subject.subjectHash);
    const others = casesOf(holders) - 1;
    // All of them are counted as far as is counted at all.
    if (others > MOST_COUNTED) return NOBODY;
    for (const holder of holders) put(holder, others);
    return new Set(holders.map(({ id }) => id));
  };

  /** Files and hashes meet across types, so each has holders of its own. */
  const recountFiles = (subject: Subject): ReadonlySet<string> => {
    const holders = holdersOf(subject);
    for (const holder of holders) put(holder, othersOf(holder));
    return new Set(holders.map(({ id }) => id));
  };

  const holdersOf = (one: Subject): Holder[] =>
    elsewhere
      .relatedHashes(one.dataType, one.value, one.subjectHash)
      .flatMap((hash) => elsewhere.holders(one.engagementId, hash));
  const othersOf = (holder: Holder): number =>
    casesOf(holdersOf(holder).filter(({ caseId }) => caseId !== holder.caseId));
  const isLive = (caseId: string | null): boolean => caseId !== null && store.find('case', caseId)?.deletedAt === null;
  /** In the trash nothing is seen elsewhere; what was merged away is what the result is, and counted there. */
  const isCounted = (caseId: string): boolean =>
    isLive(caseId) && !isLive(store.find('case', caseId)?.mergedInto ?? null);

  store.project('observable', ({ rowid, before, after }) => {
    keepTags(tags, rowid, before, after);
    if (before && !isComparedOtherwise(before, after)) return;
    const isMoved = before && (before.caseId !== after.caseId || before.engagementId !== after.engagementId);
    if (isMoved) elsewhere.moveVerdict(after.id, after.caseId, after.engagementId);
    if (before && isCompared(before) && (!isCompared(after) || isMoved || before.subjectHash !== after.subjectHash)) {
      drop(before.id, before.caseId);
      recount(before);
    }
    if (isCompared(after)) recount(after, after);
  });

  const recountCase = (caseId: string): void => {
    const isThere = isCounted(caseId);
    for (const holder of elsewhere.ofCase(caseId)) {
      if (!isThere) drop(holder.id, caseId);
      recount(holder, holder);
    }
  };

  store.project('case', ({ id, before, after }) => {
    if (!before) return;
    if ((before.deletedAt === null) !== (after.deletedAt === null)) {
      // With the result in the trash, what was merged into it is by itself again.
      recountCase(id);
      for (const from of after.mergedFrom) if (store.find('case', from)?.mergedInto === id) recountCase(from);
    } else if (before.mergedInto !== after.mergedInto && (isLive(before.mergedInto) || isLive(after.mergedInto))) {
      recountCase(id);
    }
  });
}

const NOBODY: ReadonlySet<string> = new Set();

const casesOf = (holders: readonly Holder[]): number => new Set(holders.map(({ caseId }) => caseId)).size;

const isCompared = (row: Row): boolean => row.deletedAt === null && !row.ignoreSimilarity;

const isComparedOtherwise = (before: Row, after: Row): boolean =>
  isCompared(before) !== isCompared(after) ||
  before.caseId !== after.caseId ||
  before.engagementId !== after.engagementId ||
  before.subjectHash !== after.subjectHash;

function keepTags(tags: ObservableTags, num: number, before: Row | undefined, after: Row): void {
  const isSamePlace = before?.caseId === after.caseId && before.engagementId === after.engagementId;
  const had = new Set(before?.deletedAt === null ? before.tags : []);
  const has = new Set(after.deletedAt === null ? after.tags : []);
  if (before)
    for (const tag of had)
      if (!isSamePlace || !has.has(tag))
        tags.remove(tag, { num, caseId: before.caseId, engagementId: before.engagementId });
  for (const tag of has)
    if (!isSamePlace || !had.has(tag)) tags.add(tag, { num, caseId: after.caseId, engagementId: after.engagementId });
}
