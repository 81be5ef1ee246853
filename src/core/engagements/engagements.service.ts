import { v7 } from 'uuid';
import type { Engagement } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { EngagementsRepo } from './engagements.repo.ts';

export interface EngagementsService {
  list(): Engagement[];
  /** `not_found` for one that is not there. */
  get(id: string): Engagement;
  /** The named one, or the first where a call names none. */
  resolve(id: string | undefined): Engagement;
  create(actor: string, name: string): Engagement;
  update(
    actor: string,
    id: string,
    patch: Pick<SharedPatch<'engagement'>, 'name' | 'tlp' | 'pap' | 'isOffline'>,
  ): Engagement;
}

/** A workspace always has an engagement: the first is made when it is opened for the first time. */
export function createEngagementsService(deps: {
  repo: EngagementsRepo;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): EngagementsService {
  const { repo, store, events, clock } = deps;

  const get = (id: string): Engagement => {
    const engagement = repo.find(id);
    if (!engagement) throw new AppError('not_found', 'That engagement is not in this workspace.');
    return engagement;
  };

  const create = (actor: string, name: string): Engagement => {
    const id = v7();
    const now = clock.now();
    // Nothing leaves before somebody says so: offline, amber, amber (DESIGN.md 6).
    store.insert(
      'engagement',
      { id, name, tlp: 'amber', pap: 'amber', isOffline: true, createdAt: now, updatedAt: now, deletedAt: null },
      { actor, engagementId: id },
    );
    events.publish('engagement', id);
    return get(id);
  };

  if (repo.list().length === 0) create('osmia', 'First engagement');

  return {
    list: () => repo.list(),
    get,
    resolve: (id) => (id === undefined ? repo.list()[0]! : get(id)),
    create,
    update(actor, id, patch) {
      get(id);
      if (store.update('engagement', id, patch, { actor, engagementId: id })) events.publish('engagement', id);
      return get(id);
    },
  };
}
