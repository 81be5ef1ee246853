import type { destroyContract } from '../../../shared/contract/destroy.ts';
import type { Handlers } from '../../../shared/rpc/contract.ts';
import type { CallContext } from '../../ports.ts';
import type { DestroyService } from './destroy.service.ts';

export const createDestroyApi = (service: DestroyService): Handlers<typeof destroyContract, CallContext> => ({
  'trash.planDestroy': (_ctx, { caseId }) => service.plan(caseId),
  'trash.destroy': ({ actor }, { caseId, confirm }) => service.destroy(actor, caseId, confirm),
});
