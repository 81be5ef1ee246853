import { v7 } from 'uuid';
import type { z } from 'zod';
import type { Relation, relationsContract } from '../../shared/contract/relations.ts';
import { AppError } from '../../shared/errors.ts';
import { isSymmetric, type RelationKind } from '../../shared/model/relation-kind.ts';
import type { EventBus } from '../events/bus.ts';
import type { ObservableState } from '../observables/observables.repo.ts';
import type { Clock } from '../ports.ts';
import type { ChangeMeta, SyncedStore } from '../sync/synced-store.ts';
import type { RelationsRepo, StoredRelation } from './relations.repo.ts';

type Output<K extends keyof typeof relationsContract> = z.input<(typeof relationsContract)[K]['output']>;

export interface RelationsService {
  of(observableId: string): Output<'relations.of'>;
  list(caseId: string): Output<'relations.list'>;
  add(actor: string, input: { fromId: string; toIds: string[]; kind: RelationKind; note: string }): Relation[];
  update(actor: string, id: string, patch: { kind?: RelationKind | undefined; note?: string | undefined }): Relation;
  remove(actor: string, ids: readonly string[]): number;
  restore(actor: string, ids: readonly string[]): number;
}

const MAX_LISTED = 10_000;
const MAX_DERIVED = 200;

/** Links between observables of a case. What follows from evidence and reports is computed when it is asked for. */
export function createRelationsService(deps: {
  repo: RelationsRepo;
  /** Also finds one in the trash. */
  observable(id: string): ObservableState | undefined;
  store: SyncedStore;
  events: EventBus;
  clock: Clock;
}): RelationsService {
  const { repo, store, events, clock } = deps;

  const living = (id: string): ObservableState => {
    const row = deps.observable(id);
    if (row?.deletedAt === null) return row;
    throw new AppError('not_found', 'That observable is not in this workspace, or is in the trash.');
  };
  const stored = (id: string): StoredRelation => {
    const relation = repo.find(id);
    if (!relation) throw new AppError('not_found', 'That link is not in this workspace.');
    return relation;
  };
  const announce = ({ id, caseId, fromId, toId }: Relation): void => {
    events.publish('relation', id, caseId);
    for (const end of [fromId, toId]) events.publish('observable', end, caseId);
  };
  const metaOf = (actor: string, relation: Relation): ChangeMeta => ({
    actor,
    caseId: relation.caseId,
    engagementId: deps.observable(relation.fromId)?.engagementId ?? null,
  });
  const setDeleted = (actor: string, ids: readonly string[], deletedAt: number | null): number => {
    let changed = 0;
    store.transaction({}, () => {
      for (const id of new Set(ids)) {
        const relation = stored(id);
        if ((relation.deletedAt === null) === (deletedAt === null)) continue;
        store.update('relation', id, { deletedAt }, metaOf(actor, relation));
        announce(relation);
        changed += 1;
      }
    });
    return changed;
  };

  return {
    of(observableId) {
      const row = living(observableId);
      const { evidenceId, sourceJobId } = row;
      const isFile = row.dataType === 'file';
      const most = MAX_DERIVED + 1;
      const derived: Output<'relations.of'>['derived'] = [
        ...(evidenceId === null || !isFile ? [] : repo.foundIn(evidenceId, row.id, most)).map((each) => ({
          kind: 'contains' as const,
          ...each,
        })),
        ...(evidenceId === null || isFile ? [] : repo.fileOf(evidenceId, row.id)).map((each) => ({
          kind: 'contained-in' as const,
          ...each,
        })),
        ...repo.reportedFrom(row.id, most).map((each) => ({ kind: 'reported' as const, ...each })),
        ...(sourceJobId === null ? [] : repo.sourceOf(sourceJobId)).map((each) => ({
          kind: 'reported-by' as const,
          ...each,
        })),
      ];
      return { stored: repo.of(row.id), derived: derived.slice(0, MAX_DERIVED), isMore: derived.length > MAX_DERIVED };
    },
    list(caseId) {
      const found = repo.ofCase(caseId, MAX_LISTED + 1);
      return { items: found.slice(0, MAX_LISTED), isMore: found.length > MAX_LISTED };
    },
    add(actor, { fromId, toIds, kind, note }) {
      const from = living(fromId);
      const ids = store.transaction({}, () =>
        [...new Set(toIds)].map((toId) => {
          const to = living(toId);
          if (to.id === from.id) throw new AppError('invalid_input', 'An observable cannot be linked with itself.');
          if (to.caseId !== from.caseId) {
            throw new AppError(
              'invalid_input',
              'Both ends of a link are in one case. Add the value to this case first.',
            );
          }
          const meta = { actor, caseId: from.caseId, engagementId: from.engagementId };
          const known = repo.findLink(fromId, toId, kind, isSymmetric(kind));
          if (known) {
            store.update('relation', known.id, { deletedAt: null, ...(note === '' ? {} : { note }) }, meta);
            return known.id;
          }
          const id = v7();
          const now = clock.now();
          store.insert(
            'relation',
            {
              id,
              caseId: from.caseId,
              engagementId: from.engagementId,
              fromId,
              toId,
              kind,
              note,
              createdAt: now,
              updatedAt: now,
              deletedAt: null,
            },
            meta,
          );
          return id;
        }),
      );
      const added = ids.map((id) => asRelation(stored(id)));
      for (const relation of added) announce(relation);
      return added;
    },
    update(actor, id, patch) {
      const before = stored(id);
      if (before.deletedAt !== null) throw new AppError('not_found', 'That link is in the trash.');
      if (patch.kind !== undefined && patch.kind !== before.kind) {
        const same = repo.findLink(before.fromId, before.toId, patch.kind, isSymmetric(patch.kind));
        if (same?.deletedAt === null) throw new AppError('conflict', 'They are linked in that way already.');
      }
      store.update('relation', id, patch, metaOf(actor, before));
      announce(before);
      return asRelation(stored(id));
    },
    remove: (actor, ids) => setDeleted(actor, ids, clock.now()),
    restore: (actor, ids) => setDeleted(actor, ids, null),
  };
}

const asRelation = ({ deletedAt: _deletedAt, ...relation }: StoredRelation): Relation => relation;
