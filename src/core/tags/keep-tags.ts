import type { SyncedStore, WrittenRow } from '../sync/synced-store.ts';
import type { TagIndexRepo } from './tag-index.repo.ts';

const CARRIERS = ['case', 'observable', 'alert'] as const;
export type TagCarrier = (typeof CARRIERS)[number];

const NONE: ReadonlySet<string> = new Set();

/** Keeps which rows carry a tag, and how often each is used, in step with every write (undo and merge included). */
export function keepTags({ store, index }: { store: SyncedStore; index: TagIndexRepo }): void {
  store.gather(index);
  for (const entity of CARRIERS) {
    store.project(entity, ({ id, before, after }: WrittenRow<TagCarrier>) => {
      const isSame = before !== undefined && sameList(before.tags, after.tags);
      const wasLiving = before !== undefined && before.deletedAt === null;
      const isLiving = after.deletedAt === null;
      const isMoved = before !== undefined && before.engagementId !== after.engagementId;
      if (isSame && wasLiving === isLiving && !isMoved) return;
      const old = before === undefined ? NONE : new Set(before.tags);
      const now = new Set(after.tags);
      for (const tag of old) if (!now.has(tag)) index.takeOff(tag, entity, id);
      for (const tag of now) if (!old.has(tag)) index.putOn(tag, entity, id);
      const count = (scope: string, tag: string, by: 1 | -1): void => index.count(scope, tag, entity, by);
      if (wasLiving) {
        for (const tag of old) {
          if (isLiving && !isMoved && now.has(tag)) continue;
          count(before.engagementId, tag, -1);
          count('', tag, -1);
        }
      }
      if (isLiving) {
        for (const tag of now) {
          if (wasLiving && !isMoved && old.has(tag)) continue;
          count(after.engagementId, tag, 1);
          count('', tag, 1);
        }
      }
    });
  }
}

const sameList = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((tag, position) => tag === b[position]);
