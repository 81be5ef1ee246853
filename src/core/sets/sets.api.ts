import type { setsContract } from '../../shared/contract/sets.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { SetsService } from './sets.service.ts';

export const createSetsApi = (sets: SetsService): Handlers<typeof setsContract, CallContext> => ({
  'sets.list': () => sets.list(),
  'sets.create': (ctx, fields) => sets.create(ctx.actor, fields),
  'sets.update': (ctx, { id, patch }) => sets.update(ctx.actor, id, patch),
  'sets.remove'(ctx, { id }) {
    sets.remove(ctx.actor, id);
    return {};
  },
  'sets.restore': (ctx, { id }) => sets.restore(ctx.actor, id),
});
