import type { changesContract } from '../../shared/contract/changes.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { ChangesService } from './changes.service.ts';

export const createChangesApi = (service: ChangesService): Handlers<typeof changesContract, CallContext> => ({
  'changes.undo': (ctx, { group }) => service.undo(ctx.actor, ctx.client, group),
  'changes.redo': (ctx, { group }) => service.redo(ctx.actor, ctx.client, group),
});
