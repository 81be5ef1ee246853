import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AlertDetail, AlertFilter, AlertObservable, AlertRow, SimilarCase } from '../../shared/contract/alerts.ts';
import { AppError } from '../../shared/errors.ts';
import type { DataType } from '../../shared/model/data-type.ts';
import type { CustomFieldsService } from '../custom-fields/custom-fields.service.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { AlertObservablesRepo, StoredAlertObservable } from './alert-observables.repo.ts';
import type { Alert, AlertsRepo, TrashedAlert } from './alerts.repo.ts';
import type { SimilarCasesRepo } from './similar-cases.repo.ts';

type AlertPatch = Pick<
  SharedPatch<'alert'>,
  | 'title'
  | 'description'
  | 'severity'
  | 'tlp'
  | 'pap'
  | 'tags'
  | 'caseTemplate'
  | 'isRead'
  | 'isUpdated'
  | 'isFollowed'
  | 'caseId'
>;

export interface AlertCounts {
  total: number;
  unread: number;
  followed: number;
  statuses: Record<string, number>;
  types: Record<string, number>;
  sources: Record<string, number>;
  severities: Record<string, number>;
  tags: { tag: string; count: number }[];
}

export interface AlertsService {
  /** `not_found` where there is none, or it is in the trash. */
  get(id: string): Alert;
  detail(id: string): AlertDetail;
  /** By the reference at its source; the newest, where several sources use it. */
  detailByRef(ref: string, engagementId: string | undefined): AlertDetail;
  list(filter: AlertFilter & { cursor?: string | undefined; limit: number }): {
    items: AlertRow[];
    next: string | null;
  };
  counts(engagementId: string | undefined): AlertCounts;
  observables(
    id: string,
    options: { dataType?: DataType | undefined; cursor?: string | undefined; limit: number },
  ): { items: AlertObservable[]; next: string | null; types: Record<string, number> };
  similar(id: string, options: { minPercent: number; isOpenOnly: boolean }): SimilarCase[];
  update(meta: ChangeMeta, id: string, patch: AlertPatch): Alert;
  /** Each of these returns how many it changed; ids that are not there are passed over. */
  mark(actor: string, ids: readonly string[], isRead: boolean): Promise<number>;
  follow(actor: string, ids: readonly string[], isFollowed: boolean): Promise<number>;
  ignore(actor: string, ids: readonly string[]): Promise<number>;
  trash(actor: string, ids: readonly string[]): Promise<number>;
  trashed(engagementId: string | undefined): TrashedAlert[];
  restore(actor: string, ids: readonly string[]): Promise<number>;
  /** What it brings, in the order it came. */
  artifacts(id: string): StoredAlertObservable[];
}

const CHUNK = 100;
const TAGS_SHOWN = 30;
const MOST_FACETS = 100;
const TRASH_SHOWN = 500;

export function createAlertsService(deps: {
  repo: AlertsRepo;
  observablesRepo: AlertObservablesRepo;
  similarRepo: SimilarCasesRepo;
  customFields: Pick<CustomFieldsService, 'values'>;
  engagements: EngagementsService;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): AlertsService {
  const { repo, observablesRepo, similarRepo, customFields, engagements, store, events, clock } = deps;

  const get = (id: string): Alert => {
    const alert = repo.find(id);
    if (!alert || alert.deletedAt !== null) {
      throw new AppError('not_found', 'That alert is not in this workspace, or is in the trash.');
    }
    return alert;
  };

  const detail = (id: string): AlertDetail => {
    const alert = get(id);
    const row = repo.row(id);
    if (!row) throw new AppError('not_found', 'That alert is not in this workspace, or is in the trash.');
    return {
      ...row,
      description: alert.description,
      externalLink: alert.externalLink,
      caseTemplate: alert.caseTemplate,
      importedAs: alert.liveCaseId === null ? null : (alert.import?.kind ?? null),
      importedAt: alert.liveCaseId === null ? null : alert.importedAt,
      customFields: customFields.values('alert', id).map(({ name, type, value }) => ({ name, type, value })),
    };
  };

  /** Changes each alert for which `patchOf` has something to say, a hundred in a transaction. */
  const changeEach = async (
    actor: string,
    ids: readonly string[],
    patchOf: (alert: Alert) => SharedPatch<'alert'> | undefined,
  ): Promise<number> => {
    let changed = 0;
    const list = [...new Set(ids)];
    for (let at = 0; at < list.length; at += CHUNK) {
      if (at > 0) await nextTurn();
      store.transaction({}, () => {
        for (const id of list.slice(at, at + CHUNK)) {
          const alert = repo.find(id);
          const patch = alert && patchOf(alert);
          if (!alert || !patch) continue;
          const meta = { actor, engagementId: alert.engagementId, caseId: alert.liveCaseId };
          if (!store.update('alert', id, patch, meta)) continue;
          changed += 1;
          if (list.length <= CHUNK) events.publish('alert', id, alert.liveCaseId);
        }
      });
    }
    if (list.length > CHUNK && changed > 0) events.publish('alert', '');
    return changed;
  };

  /** Of a case in the trash the link goes for good once somebody decides about the alert. */
  const unlinked = (alert: Alert): SharedPatch<'alert'> =>
    alert.caseId !== null && alert.liveCaseId === null ? { caseId: null, import: null, importedAt: null } : {};
  const readPatch = (alert: Alert): SharedPatch<'alert'> => ({ ...unlinked(alert), isRead: true, isUpdated: false });
  const live = (alert: Alert): boolean => alert.deletedAt === null;

  return {
    get,
    detail,
    detailByRef(ref, engagementId) {
      const id = repo.idByRef(engagements.resolve(engagementId).id, ref);
      if (id === undefined)
        throw new AppError('not_found', `No alert of this engagement has the reference ${ref.slice(0, 200)}.`);
      return detail(id);
    },
    list({ cursor, limit, engagementId, ...filter }) {
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      const scope = { ...filter, engagementId: engagements.resolve(engagementId).id };
      const { rows, next } = pageOf(repo.list(scope, after, limit + 1), limit, ({ date, id }) => ({ at: date, id }));
      return { items: rows, next };
    },
    counts(engagementId) {
      const { id } = engagements.resolve(engagementId);
      const all = repo.counters(id);
      const named = (prefix: string): Record<string, number> =>
        Object.fromEntries(
          Object.entries(all)
            .filter(([name]) => name.startsWith(prefix))
            .map(([name, value]): [string, number] => [name.slice(prefix.length), value])
            .sort(([, a], [, b]) => b - a)
            .slice(0, MOST_FACETS),
        );
      return {
        total: all['total'] ?? 0,
        unread: all['unread'] ?? 0,
        followed: all['followed'] ?? 0,
        statuses: named('status:'),
        types: named('type:'),
        sources: named('source:'),
        severities: named('severity:'),
        tags: repo.topTags(id, TAGS_SHOWN),
      };
    },
    observables(id, options) {
      const { liveCaseId } = get(id);
      return {
        ...observablesRepo.page(id, { ...options, ownCaseId: liveCaseId }),
        types: observablesRepo.typesOf(id),
      };
    },
    similar(id, options) {
      const { engagementId, liveCaseId } = get(id);
      return similarRepo.find(id, engagementId, { ...options, except: liveCaseId });
    },
    update(meta, id, patch) {
      const { engagementId, liveCaseId } = get(id);
      const changes = patch.tags === undefined ? patch : { ...patch, tags: [...new Set(patch.tags)] };
      if (store.update('alert', id, changes, { ...meta, engagementId, caseId: liveCaseId })) {
        events.publish('alert', id, liveCaseId);
      }
      return get(id);
    },
    mark: (actor, ids, isRead) =>
      changeEach(actor, ids, (alert) => {
        if (!live(alert)) return undefined;
        // Unread again is "updated" for one that is in a case, else "new".
        return isRead ? readPatch(alert) : { ...unlinked(alert), isRead: false, isUpdated: alert.liveCaseId !== null };
      }),
    follow: (actor, ids, isFollowed) => changeEach(actor, ids, (alert) => (live(alert) ? { isFollowed } : undefined)),
    ignore: (actor, ids) =>
      changeEach(actor, ids, (alert) => (live(alert) ? { ...readPatch(alert), isFollowed: false } : undefined)),
    trash: (actor, ids) => changeEach(actor, ids, (alert) => (live(alert) ? { deletedAt: clock.now() } : undefined)),
    trashed: (engagementId) => repo.trashed(engagements.resolve(engagementId).id, TRASH_SHOWN),
    restore: (actor, ids) => changeEach(actor, ids, (alert) => (live(alert) ? undefined : { deletedAt: null })),
    artifacts: (id) => observablesRepo.all(get(id).id),
  };
}
