import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { Alert, AlertsRepo } from './alerts.repo.ts';

type NewAlert = Pick<
  Alert,
  | 'engagementId'
  | 'type'
  | 'source'
  | 'sourceRef'
  | 'title'
  | 'description'
  | 'severity'
  | 'date'
  | 'tlp'
  | 'pap'
  | 'tags'
  | 'artifacts'
>;

/** What responders need of alerts; their screens and sources come with the alerts feature. */
export interface AlertsService {
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Alert;
  /** `conflict` where the engagement has this type, source and reference already. */
  create(meta: ChangeMeta, input: NewAlert): Alert;
  update(meta: ChangeMeta, id: string, patch: Pick<SharedPatch<'alert'>, 'tags' | 'isRead' | 'caseId'>): Alert;
}

export function createAlertsService(deps: {
  repo: AlertsRepo;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): AlertsService {
  const { repo, store, events, clock } = deps;
  const get = (id: string): Alert => {
    const alert = repo.find(id);
    if (!alert || alert.deletedAt !== null)
      throw new AppError('not_found', 'That alert is not in this workspace, or is in the trash.');
    return alert;
  };
  return {
    get,
    create(meta, input) {
      if (repo.findByRef(input.engagementId, input.type, input.source, input.sourceRef)) {
        throw new AppError('conflict', 'This engagement has an alert with the same type, source and reference.');
      }
      const id = v7();
      const now = clock.now();
      const row = { isRead: false, isUpdated: false, caseId: null, createdAt: now, updatedAt: now, deletedAt: null };
      store.insert('alert', { ...input, ...row, id }, { ...meta, engagementId: input.engagementId });
      events.publish('alert', id);
      return get(id);
    },
    update(meta, id, patch) {
      const { engagementId, caseId } = get(id);
      if (store.update('alert', id, patch, { ...meta, engagementId, caseId })) events.publish('alert', id, caseId);
      return get(id);
    },
  };
}
