import type { respondersContract } from '../../shared/contract/responders.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { OperationsService } from './operations.service.ts';
import type { RespondersService } from './responders.service.ts';

export const createRespondersApi = (
  responders: RespondersService,
  operations: OperationsService,
): Handlers<typeof respondersContract, CallContext> => ({
  'responders.list': () => responders.list(),
  'responders.for': (_ctx, { objects }) => responders.for(objects),
  'responders.preview': (ctx, input) => responders.preview(ctx.actor, input),
  'responders.dryRun': (_ctx, { previewId, index }, signal) => responders.dryRun(previewId, index, signal),
  'responders.run': (ctx, { previewId, indexes }) => responders.run(ctx.actor, previewId, indexes),
  'responders.runs': (_ctx, input) => responders.runs(input),
  'responders.get': (_ctx, { jobId }) => responders.get(jobId),
  'operations.undo': (ctx, { id }) => operations.undo(ctx.actor, id),
  'operations.apply': (_ctx, { id }) => operations.apply(id),
});
