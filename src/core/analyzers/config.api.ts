import type { configContract } from '../../shared/contract/config.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { Catalogue } from './analyzers.service.ts';
import type { ConfigService } from './config.service.ts';
import { importCortex } from './import-cortex.ts';

export const createConfigApi = (deps: {
  config: ConfigService;
  catalogue: Catalogue;
}): Handlers<typeof configContract, CallContext> => ({
  'config.get': (_ctx, { flavorId, engagementId }) => deps.config.get(flavorId, engagementId),
  'config.set': (ctx, input) => deps.config.set({ ...input, isWindow: ctx.client === 'window' }),
  'config.network': () => deps.config.network(),
  'config.setNetwork': (_ctx, patch) => deps.config.setNetwork(patch),
  'config.importCortex': (ctx, { json, apply }) => importCortex(deps, json, apply, ctx.client === 'window'),
});
