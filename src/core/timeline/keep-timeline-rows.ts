import { keepAssetSubjects } from '../assets/asset-subjects.repo.ts';
import type { Db } from '../db/open.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import { keepTimeline } from './timeline-projection.repo.ts';

/** What follows from the shared rows of the timeline; told to the store before anything is written. */
export function keepTimelineRows(db: Db, store: SyncedStore): void {
  keepTimeline(db, store);
  keepAssetSubjects(db, store);
}
