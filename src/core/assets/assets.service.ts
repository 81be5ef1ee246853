import { v7 } from 'uuid';
import type { z } from 'zod';
import type { Asset, assetsContract, AssetState, CaseAsset } from '../../shared/contract/assets.ts';
import { AppError } from '../../shared/errors.ts';
import type { CasesService } from '../cases/cases.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { AssetsRepo } from './assets.repo.ts';

type Facts = Pick<Asset, 'name' | 'kind' | 'identifiers' | 'criticality' | 'owner' | 'note'>;
type Standing = { state: AssetState; stateAt: number | null };
type Undefinable<T> = { [K in keyof T]?: T[K] | undefined };
type Detail = z.infer<(typeof assetsContract)['assets.get']['output']>;

export interface AssetsService {
  list(caseId: string): CaseAsset[];
  get(caseId: string, id: string): Detail;
  create(actor: string, caseId: string, facts: Facts & Standing): CaseAsset;
  update(actor: string, caseId: string, id: string, patch: Undefinable<Facts & Standing>): CaseAsset;
  others(caseId: string, text: string): ReturnType<AssetsRepo['others']>;
  link(actor: string, caseId: string, id: string): CaseAsset;
  unlink(actor: string, caseId: string, id: string): void;
}

export function createAssetsService(deps: {
  repo: AssetsRepo;
  store: SyncedStore;
  cases: CasesService;
  events: EventBus;
  clock: Clock;
}): AssetsService {
  const { repo, store, cases, events, clock } = deps;

  const one = (caseId: string, id: string): CaseAsset => {
    const found = repo.oneInCase(caseId, id);
    if (!found) throw new AppError('not_found', 'That asset is not in this case.');
    return found;
  };
  const where = (actor: string, caseId: string): ChangeMeta & { engagementId: string; caseId: string } => ({
    actor,
    caseId,
    engagementId: cases.get(caseId).engagementId,
  });
  /** An asset is seen in several cases: all of them are told. */
  const told = (id: string): void => events.publish('asset', id, null);

  const putInCase = (meta: ChangeMeta, caseId: string, assetId: string, standing: Standing): void => {
    const now = clock.now();
    const known = repo.link(caseId, assetId);
    if (known) {
      store.update('caseAsset', known.id, { deletedAt: null, ...(known.deletedAt === null ? {} : standing) }, meta);
      return;
    }
    store.insert(
      'caseAsset',
      { id: v7(), caseId, assetId, ...standing, createdAt: now, updatedAt: now, deletedAt: null },
      meta,
    );
  };

  return {
    list: (caseId) => repo.inCase(cases.get(caseId).id),
    get(caseId, id) {
      return {
        asset: one(caseId, id),
        observables: repo.observablesOf(caseId, id),
        cases: repo.casesOf(id),
      };
    },
    create(actor, caseId, { state, stateAt, ...facts }) {
      const meta = where(actor, caseId);
      const id = v7();
      const now = clock.now();
      store.transaction({}, () => {
        store.insert(
          'asset',
          { id, engagementId: meta.engagementId, ...facts, createdAt: now, updatedAt: now, deletedAt: null },
          meta,
        );
        putInCase(meta, caseId, id, { state, stateAt: stateAt ?? (state === 'unknown' ? null : now) });
      });
      told(id);
      return one(caseId, id);
    },
    update(actor, caseId, id, { state, stateAt, ...facts }) {
      const before = one(caseId, id);
      const meta = where(actor, caseId);
      const link = repo.link(caseId, id);
      // A state without a time is one of now: an analyst says it when it is seen.
      const since = stateAt === undefined && state !== undefined && state !== before.state ? clock.now() : stateAt;
      store.transaction({}, () => {
        store.update('asset', id, facts, meta);
        if (link) store.update('caseAsset', link.id, { state, stateAt: since }, meta);
      });
      told(id);
      return one(caseId, id);
    },
    others(caseId, text) {
      return repo.others(cases.get(caseId).engagementId, caseId, text.trim().toLowerCase());
    },
    link(actor, caseId, id) {
      const meta = where(actor, caseId);
      const asset = repo.find(id);
      if (!asset || asset.deletedAt !== null) throw new AppError('not_found', 'That asset is not in this workspace.');
      if (asset.engagementId !== meta.engagementId)
        throw new AppError('invalid_input', 'That asset belongs to another engagement.');
      store.transaction({}, () => putInCase(meta, caseId, id, { state: 'unknown', stateAt: null }));
      told(id);
      return one(caseId, id);
    },
    unlink(actor, caseId, id) {
      const meta = where(actor, caseId);
      one(caseId, id);
      const link = repo.link(caseId, id);
      store.transaction({}, () => {
        if (link) store.update('caseAsset', link.id, { deletedAt: clock.now() }, meta);
        if (repo.countLinks(id) === 0) store.update('asset', id, { deletedAt: clock.now() }, meta);
      });
      told(id);
    },
  };
}
