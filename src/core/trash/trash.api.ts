import type { trashContract } from '../../shared/contract/trash.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { TrashService } from './trash.service.ts';

export const createTrashApi = (service: TrashService): Handlers<typeof trashContract, CallContext> => ({
  'trash.cases': (_ctx, input) => service.cases(input),
  'trash.ofCase': (_ctx, { caseId }) => service.ofCase(caseId),
  'trash.restore': ({ actor }, { items }) => ({ restored: service.restore(actor, items) }),
});
