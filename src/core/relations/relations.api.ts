import type { relationsContract } from '../../shared/contract/relations.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { RelationsService } from './relations.service.ts';

export const createRelationsApi = (relations: RelationsService): Handlers<typeof relationsContract, CallContext> => ({
  'relations.of': (_ctx, { observableId }) => relations.of(observableId),
  'relations.list': (_ctx, { caseId }) => relations.list(caseId),
  'relations.add': (ctx, input) => relations.add(ctx.actor, input),
  'relations.update': (ctx, { id, patch }) => relations.update(ctx.actor, id, patch),
  'relations.remove': (ctx, { ids }) => ({ removed: relations.remove(ctx.actor, ids) }),
  'relations.restore': (ctx, { ids }) => ({ restored: relations.restore(ctx.actor, ids) }),
});
