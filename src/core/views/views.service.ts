import { v7 } from 'uuid';
import { z } from 'zod';
import { CaseFilter, CaseSort } from '../../shared/contract/case-list.ts';
import type { SavedFilter, SavedScreen, SavedView } from '../../shared/contract/views.ts';
import { AppError } from '../../shared/errors.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SettingsRepo } from '../settings/settings.repo.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { ViewsRepo } from './views.repo.ts';

interface Shown {
  filter: SavedFilter;
  sort: CaseSort;
}

const Last = z.object({ filter: CaseFilter, sort: CaseSort });

export interface ViewsService {
  list(engagementId: string, screen: SavedScreen): SavedView[];
  /** A name is there once: saving under one that is there changes that view. */
  save(actor: string, view: Shown & { engagementId: string; screen: SavedScreen; name: string }): SavedView;
  /** `conflict` where another view has that name. */
  rename(actor: string, id: string, name: string): SavedView;
  remove(actor: string, id: string): void;
  /** Kept in the sealed workspace and on no other device. */
  last(engagementId: string, screen: SavedScreen): Shown | null;
  remember(engagementId: string, screen: SavedScreen, shown: Shown): void;
}

export function createViewsService(deps: {
  repo: ViewsRepo;
  store: SyncedStore;
  settings: SettingsRepo;
  engagements: EngagementsService;
  events: EventBus;
  clock: Clock;
}): ViewsService {
  const { repo, store, settings, engagements, events, clock } = deps;

  const get = (id: string): SavedView => {
    const view = repo.find(id);
    if (!view) throw new AppError('not_found', 'That view is not in this workspace, or was removed.');
    return view;
  };
  const told = (id: string): void => events.publish('case', id);
  const lastKey = (engagementId: string, screen: SavedScreen): string => `last:${screen}:${engagementId}`;

  return {
    list: (engagementId, screen) => repo.list(engagements.resolve(engagementId).id, screen),
    save(actor, { engagementId, screen, name, filter, sort }) {
      const owner = engagements.resolve(engagementId).id;
      const meta = { actor, engagementId: owner };
      const known = repo.findByName(owner, screen, name);
      const id = known?.id ?? v7();
      const now = clock.now();
      if (known) store.update('savedView', id, { filter, sort }, meta);
      else {
        const row = { id, engagementId: owner, screen, name, filter, sort };
        store.insert('savedView', { ...row, createdAt: now, updatedAt: now, deletedAt: null }, meta);
      }
      told(id);
      return get(id);
    },
    rename(actor, id, name) {
      const view = get(id);
      const other = repo.findByName(view.engagementId, view.screen, name);
      if (other && other.id !== id) throw new AppError('conflict', `There is a view “${name}” already.`);
      if (store.update('savedView', id, { name }, { actor, engagementId: view.engagementId })) told(id);
      return get(id);
    },
    remove(actor, id) {
      const { engagementId } = get(id);
      if (store.update('savedView', id, { deletedAt: clock.now() }, { actor, engagementId })) told(id);
    },
    last(engagementId, screen) {
      const text = settings.find(lastKey(engagementId, screen));
      // Kept by an earlier version it may not fit any more: then the list opens as it does for everybody.
      return text === undefined ? null : (Last.safeParse(JSON.parse(text)).data ?? null);
    },
    remember(engagementId, screen, shown) {
      settings.put(lastKey(engagements.resolve(engagementId).id, screen), JSON.stringify(shown));
    },
  };
}
