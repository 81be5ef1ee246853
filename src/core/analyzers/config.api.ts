import type { configContract } from '../../shared/contract/config.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { ConfigService } from './config.service.ts';

export const createConfigApi = (config: ConfigService): Handlers<typeof configContract, CallContext> => ({
  'config.get': (_ctx, { flavorId, engagementId }) => config.get(flavorId, engagementId),
  'config.set': (_ctx, input) => config.set(input),
  'config.network': () => config.network(),
  'config.setNetwork': (_ctx, patch) => config.setNetwork(patch),
});
