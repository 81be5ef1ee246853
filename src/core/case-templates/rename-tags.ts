import { normaliseTags } from '../../shared/model/tag.ts';
import type { EventBus } from '../events/bus.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { CaseTemplatesRepo } from './case-templates.repo.ts';

/** Tags of templates follow when tags are renamed or deleted everywhere. Returns how many templates changed. */
export const renameTagsInTemplates =
  (deps: { repo: CaseTemplatesRepo; store: SyncedStore; events: EventBus }) =>
  (actor: string, names: ReadonlySet<string>, to: string | null): number => {
    let changed = 0;
    for (const { id, tags } of deps.repo.list()) {
      if (!tags.some((tag) => names.has(tag))) continue;
      const kept = normaliseTags(tags.flatMap((tag) => (names.has(tag) ? (to === null ? [] : [to]) : [tag])));
      if (deps.store.update('caseTemplate', id, { tags: kept }, { actor })) changed += 1;
      deps.events.publish('template', id);
    }
    return changed;
  };
