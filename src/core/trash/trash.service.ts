import type { Trashed, TrashKind } from '../../shared/contract/trash.ts';
import { AppError } from '../../shared/errors.ts';
import type { CasesRepo } from '../cases/cases.repo.ts';
import { pageOf, parseCursor } from '../db/keyset.ts';
import type { EngagementsService } from '../engagements/engagements.service.ts';
import type { EventBus } from '../events/bus.ts';
import type { SyncedStore } from '../sync/synced-store.ts';
import type { TrashRepo } from './trash.repo.ts';

export interface TrashService {
  cases(input: { engagementId: string; cursor?: string | undefined; limit: number }): {
    items: Trashed[];
    next: string | null;
  };
  /** Also of a case that is in the trash itself. */
  ofCase(caseId: string): Trashed[];
  /** In one group of the log; what is not in the trash stays as it is. Returns how many came back. */
  restore(actor: string, items: readonly { kind: TrashKind; id: string }[]): number;
}

export function createTrashService(deps: {
  repo: TrashRepo;
  cases: Pick<CasesRepo, 'findAny'>;
  engagements: EngagementsService;
  store: SyncedStore;
  events: EventBus;
}): TrashService {
  const { repo, cases, engagements, store, events } = deps;
  return {
    cases({ engagementId, cursor, limit }) {
      const after = cursor === undefined ? undefined : parseCursor(cursor);
      const { rows, next } = pageOf(
        repo.cases(engagements.resolve(engagementId).id, after, limit + 1),
        limit,
        (row) => ({
          at: row.deletedAt,
          id: row.id,
        }),
      );
      return { items: rows, next };
    },
    ofCase(caseId) {
      if (!cases.findAny({ id: caseId })) throw new AppError('not_found', 'There is no such case in this workspace.');
      return repo.ofCase(caseId);
    },
    restore(actor, items) {
      const back = store.transaction({}, () =>
        items.filter(({ kind, id }) => {
          const found = repo.find(kind, id);
          if (!found || found.deletedAt === null) return false;
          const { caseId, engagementId } = found;
          return store.update(kind, id, { deletedAt: null }, { actor, caseId, engagementId });
        }),
      );
      for (const { kind, id } of back) {
        const caseId = repo.find(kind, id)?.caseId ?? null;
        events.publish(kind, id, caseId);
        if (caseId !== null) events.publish('case', caseId, caseId);
      }
      return back.length;
    },
  };
}
