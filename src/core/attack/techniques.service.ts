import { v7 } from 'uuid';
import type { CaseTechnique } from '../../shared/contract/attack.ts';
import { AppError } from '../../shared/errors.ts';
import type { CasesService } from '../cases/cases.service.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { Clock } from '../ports.ts';
import type { SharedPatch } from '../sync/registry.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import { asCaseTechnique, type AttackRepo, type StoredTechnique } from './attack.repo.ts';

type Facts = Pick<CaseTechnique, 'technique' | 'tactic' | 'occurredAt' | 'description' | 'observableIds'>;
type Patch = Pick<SharedPatch<'caseTechnique'>, keyof Facts>;

export interface TechniquesService {
  list(caseId: string): CaseTechnique[];
  add(actor: string, caseId: string, facts: Facts): CaseTechnique;
  update(actor: string, id: string, patch: Patch): CaseTechnique;
  remove(actor: string, id: string): void;
  restore(actor: string, id: string): CaseTechnique;
  /** Puts those on the case that it has not, in the caller's transaction. */
  use(meta: ChangeMeta, caseId: string, techniques: readonly string[]): void;
  cases(query: { technique: string; engagementId?: string | undefined; cursor?: string | undefined; limit: number }): {
    items: ReturnType<AttackRepo['casesWith']>;
    next: string | null;
  };
}

export function createTechniquesService(deps: {
  repo: AttackRepo;
  store: SyncedStore;
  cases: CasesService;
  engagements: EngagementsService;
  events: EventBus;
  clock: Clock;
}): TechniquesService {
  const { repo, store, cases, engagements, events, clock } = deps;

  const stored = (id: string): StoredTechnique => {
    const found = repo.find(id);
    if (!found) throw new AppError('not_found', 'That technique is not on a case of this workspace.');
    return found;
  };
  const metaOf = (actor: string, row: StoredTechnique): ChangeMeta => ({
    actor,
    caseId: row.caseId,
    engagementId: row.engagementId,
  });
  const told = (id: string, caseId: string): void => events.publish('attack', id, caseId);

  const insert = (meta: ChangeMeta, caseId: string, engagementId: string, facts: Facts): string => {
    const id = v7();
    const now = clock.now();
    store.insert(
      'caseTechnique',
      { id, caseId, engagementId, ...facts, createdAt: now, updatedAt: now, deletedAt: null },
      meta,
    );
    told(id, caseId);
    return id;
  };
  const setDeleted = (actor: string, id: string, deletedAt: number | null): StoredTechnique => {
    const row = stored(id);
    if (store.update('caseTechnique', id, { deletedAt }, metaOf(actor, row))) told(id, row.caseId);
    return row;
  };

  return {
    list: (caseId) => repo.ofCase(cases.get(caseId).id),
    add(actor, caseId, facts) {
      const { engagementId } = cases.get(caseId);
      return asCaseTechnique(stored(insert({ actor, caseId, engagementId }, caseId, engagementId, facts)));
    },
    update(actor, id, patch) {
      const row = stored(id);
      if (row.deletedAt !== null) throw new AppError('not_found', 'That technique is in the trash.');
      if (store.update('caseTechnique', id, patch, metaOf(actor, row))) told(id, row.caseId);
      return asCaseTechnique(stored(id));
    },
    remove(actor, id) {
      setDeleted(actor, id, clock.now());
    },
    restore(actor, id) {
      setDeleted(actor, id, null);
      return asCaseTechnique(stored(id));
    },
    use(meta, caseId, techniques) {
      if (techniques.length === 0) return;
      const { engagementId } = cases.get(caseId);
      const known = new Set(repo.known(caseId, techniques));
      for (const technique of new Set(techniques)) {
        if (known.has(technique)) continue;
        const facts = { technique, tactic: '', occurredAt: null, description: '', observableIds: [] };
        insert({ ...meta, caseId, engagementId }, caseId, engagementId, facts);
      }
    },
    cases({ technique, engagementId, cursor, limit }) {
      const within = engagements.resolve(engagementId).id;
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      const { rows, next } = pageOf(repo.casesWith(within, technique, after, limit + 1), limit, (row) => ({
        at: row.number,
        id: row.id,
      }));
      return { items: rows, next };
    },
  };
}
