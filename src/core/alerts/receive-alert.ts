import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { v7 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import { stricterPap, stricterTlp } from '../../shared/model/marking.ts';
import type { CustomFieldsService } from '../custom-fields/custom-fields.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import { subjectHash } from '../observables/subject-hash.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { AlertImportService } from './alert-import.ts';
import { type AlertObservablesRepo, keyOf } from './alert-observables.repo.ts';
import type { Alert, AlertsRepo } from './alerts.repo.ts';
import type { IncomingAlert, IncomingObservable, Received } from './incoming.ts';

/** Takes what a source sent: a new alert, or what is new of one that is known by its type, source and reference. */
export interface AlertReceiver {
  receive(meta: ChangeMeta, engagementId: string, incoming: IncomingAlert): Promise<Received>;
}

const CHUNK = 100;

interface Prepared {
  item: IncomingObservable;
  hash: string;
}

export function createAlertReceiver(deps: {
  repo: AlertsRepo;
  observablesRepo: AlertObservablesRepo;
  imports: Pick<AlertImportService, 'addToCase'>;
  customFields: Pick<CustomFieldsService, 'set'>;
  blobs: Pick<BlobStore, 'put'>;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): AlertReceiver {
  const { repo, observablesRepo, imports, customFields, blobs, store, events, clock } = deps;

  const prepare = (items: readonly IncomingObservable[]): Prepared[] => {
    const seen = new Set<string>();
    const prepared: Prepared[] = [];
    for (const item of items) {
      const hash = item.file
        ? createHash('sha256').update(item.file.bytes).digest('hex')
        : subjectHash({ dataType: item.dataType, value: item.value });
      const key = keyOf({ dataType: item.dataType, subjectHash: hash });
      // What comes twice in one alert counts once (reference: thehive.md 1.7).
      if (seen.has(key)) continue;
      seen.add(key);
      prepared.push({ item, hash });
    }
    return prepared;
  };

  /** Bytes are sealed before the row that names them is written. */
  const sealFiles = async (alertId: string, list: readonly Prepared[]): Promise<Map<string, string>> => {
    const blobIds = new Map<string, string>();
    for (const { item, hash } of list) {
      if (item.file) blobIds.set(hash, (await blobs.put(item.file.bytes, { owner: 'alert', id: alertId })).id);
    }
    return blobIds;
  };

  const insertObservable = (
    alert: { id: string; engagementId: string },
    { item, hash }: Prepared,
    blobId: string | null,
    meta: ChangeMeta,
  ): string => {
    const id = v7();
    const now = clock.now();
    store.insert(
      'alertObservable',
      {
        id,
        alertId: alert.id,
        engagementId: alert.engagementId,
        dataType: item.dataType,
        value: item.value,
        subjectHash: hash,
        blobId,
        mediaType: item.file?.mediaType ?? '',
        message: item.message,
        tlp: item.tlp,
        tags: [...new Set(item.tags)],
        marks: [...new Set(item.marks)],
        isIoc: item.isIoc,
        isSighted: item.isSighted,
        ignoreSimilarity: item.ignoreSimilarity,
        seenAt: item.seenAt,
        observableId: null,
        isOwn: false,
        createdAt: now,
        updatedAt: now,
        deletedAt: null,
      },
      meta,
    );
    return id;
  };

  const setFields = (meta: ChangeMeta, alertId: string, incoming: IncomingAlert): Received['problems'] => {
    const problems: Received['problems'] = [];
    for (const { name, type, value } of incoming.customFields) {
      try {
        customFields.set(meta, { owner: 'alert', ownerId: alertId, name }, type, value);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        problems.push({ place: `custom field ${name.slice(0, 100)}`, reason: error.message });
      }
    }
    return problems;
  };

  const make = async (meta: ChangeMeta, engagementId: string, incoming: IncomingAlert): Promise<Received> => {
    const id = v7();
    const list = prepare(incoming.observables);
    const blobIds = await sealFiles(id, list);
    const now = clock.now();
    const where = { ...meta, engagementId };
    const problems: Received['problems'] = [];
    const addTo = (from: number, to: number): void => {
      for (const one of list.slice(from, to)) {
        insertObservable({ id, engagementId }, one, blobIds.get(one.hash) ?? null, where);
      }
    };
    store.transaction(meta, () => {
      const { customFields: _fields, observables: _observables, ...facts } = incoming;
      const flags = { isRead: false, isUpdated: false, caseId: null, import: null, importedAt: null };
      const times = { lastSyncAt: now, createdAt: now, updatedAt: now, deletedAt: null };
      store.insert('alert', { ...facts, ...flags, ...times, tags: [...new Set(facts.tags)], id, engagementId }, where);
      problems.push(...setFields(where, id, incoming));
      addTo(0, CHUNK);
    });
    for (let at = CHUNK; at < list.length; at += CHUNK) {
      await nextTurn();
      store.transaction(meta, () => addTo(at, at + CHUNK));
    }
    events.publish('alert', id);
    return { id, outcome: 'made', added: list.length, problems };
  };

  const update = async (meta: ChangeMeta, alert: Alert, incoming: IncomingAlert): Promise<Received> => {
    const known = observablesRepo.keysOf(alert.id);
    const fresh = prepare(incoming.observables).filter(
      ({ item, hash }) => !known.has(keyOf({ dataType: item.dataType, subjectHash: hash })),
    );
    const tlp = stricterTlp(alert.tlp, incoming.tlp);
    const pap = stricterPap(alert.pap, incoming.pap);
    const isStricter = tlp !== alert.tlp || pap !== alert.pap;
    if (fresh.length === 0 && !isStricter) return { id: alert.id, outcome: 'unchanged', added: 0, problems: [] };
    const blobIds = await sealFiles(alert.id, fresh);
    const where = { ...meta, engagementId: alert.engagementId, caseId: alert.liveCaseId };
    const added: string[] = [];
    for (let at = 0; at === 0 || at < fresh.length; at += CHUNK) {
      if (at > 0) await nextTurn();
      store.transaction(meta, () => {
        for (const one of fresh.slice(at, at + CHUNK)) {
          added.push(insertObservable(alert, one, blobIds.get(one.hash) ?? null, where));
        }
      });
    }
    // Nobody follows it: what is new is there for who looks, and its state is left as it is.
    const said = alert.isFollowed ? { isRead: false, isUpdated: true } : {};
    store.update('alert', alert.id, { lastSyncAt: clock.now(), tlp, pap, ...said }, where);
    if (alert.isFollowed && alert.liveCaseId !== null && added.length > 0) {
      await imports.addToCase(where, alert, alert.liveCaseId, new Set(added));
    }
    events.publish('alert', alert.id, alert.liveCaseId);
    return { id: alert.id, outcome: 'updated', added: added.length, problems: [] };
  };

  return {
    async receive(meta, engagementId, incoming) {
      const known = repo.findByRef(engagementId, incoming.type, incoming.source, incoming.sourceRef);
      if (!known) return make(meta, engagementId, incoming);
      if (known.deletedAt !== null) return { id: known.id, outcome: 'trashed', added: 0, problems: [] };
      return update(meta, known, incoming);
    },
  };
}
