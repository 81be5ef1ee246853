import { v7 } from 'uuid';
import type { Taxonomy } from '../../shared/contract/tags.ts';
import { AppError } from '../../shared/errors.ts';
import { readTaxonomy } from '../../shared/model/taxonomy-file.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { TaxonomiesRepo } from './taxonomies.repo.ts';

export interface TaxonomiesService {
  list(): Taxonomy[];
  /** `invalid_input` names the file, what is wrong and where. */
  import(actor: string, fileName: string, text: string): { taxonomy: Taxonomy; isNew: boolean };
  setEnabled(actor: string, id: string, isEnabled: boolean): Taxonomy;
  remove(actor: string, id: string): void;
}

const MAX_TAXONOMIES = 2_000;

export function createTaxonomiesService(deps: {
  repo: TaxonomiesRepo;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): TaxonomiesService {
  const { repo, store, events, clock } = deps;

  store.project('taxonomy', ({ id, after, before }) => {
    const isShown = after.isEnabled && after.deletedAt === null;
    const wasShown = before !== undefined && before.isEnabled && before.deletedAt === null;
    if (isShown || wasShown) repo.keepTags(id, isShown ? after.entries : []);
  });

  const get = (id: string): Taxonomy => {
    const found = repo.find(id);
    if (found === undefined) throw new AppError('not_found', 'That taxonomy is not in this workspace.');
    return found;
  };

  return {
    list: repo.list,
    import(actor, fileName, text) {
      const { namespace, description, version, entries } = read(fileName, text);
      const known = repo.findNamespace(namespace);
      const now = clock.now();
      const isNew = known === undefined || known.isDeleted;
      const id = known?.id ?? v7();
      if (known !== undefined) {
        const revived = known.isDeleted ? { deletedAt: null, isEnabled: true } : {};
        store.update('taxonomy', id, { description, version, entries, ...revived }, { actor });
      } else {
        if (repo.list().length >= MAX_TAXONOMIES)
          throw new AppError('too_large', `A workspace holds ${MAX_TAXONOMIES} taxonomies.`);
        const times = { createdAt: now, updatedAt: now, deletedAt: null };
        const row = { id, namespace, description, version, entries, isEnabled: true, ...times };
        store.insert('taxonomy', row, { actor });
      }
      events.publish('tag', id);
      return { taxonomy: get(id), isNew };
    },
    setEnabled(actor, id, isEnabled) {
      get(id);
      if (store.update('taxonomy', id, { isEnabled }, { actor })) events.publish('tag', id);
      return get(id);
    },
    remove(actor, id) {
      get(id);
      if (store.update('taxonomy', id, { deletedAt: clock.now() }, { actor })) events.publish('tag', id);
    },
  };
}

function read(fileName: string, text: string): ReturnType<typeof readTaxonomy> {
  try {
    return readTaxonomy(text);
  } catch (error) {
    const what = error instanceof Error ? error.message : 'It cannot be read.';
    throw new AppError('invalid_input', `${fileName} is no taxonomy: ${what} Nothing was changed.`);
  }
}
