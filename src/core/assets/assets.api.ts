import type { assetsContract } from '../../shared/contract/assets.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { AssetsService } from './assets.service.ts';

export const createAssetsApi = (service: AssetsService): Handlers<typeof assetsContract, CallContext> => ({
  'assets.list': (_ctx, { caseId }) => service.list(caseId),
  'assets.get': (_ctx, { caseId, id }) => service.get(caseId, id),
  'assets.create': ({ actor }, { caseId, ...facts }) => service.create(actor, caseId, facts),
  'assets.update': ({ actor }, { caseId, id, patch }) => service.update(actor, caseId, id, patch),
  'assets.others': (_ctx, { caseId, text }) => service.others(caseId, text),
  'assets.link': ({ actor }, { caseId, id }) => service.link(actor, caseId, id),
  'assets.unlink': ({ actor }, { caseId, id }) => {
    service.unlink(actor, caseId, id);
    return {};
  },
});
