import type { environmentsContract } from '../../../shared/contract/environments.ts';
import type { Handlers } from '../../../shared/rpc/contract.ts';
import type { CallContext } from '../../ports.ts';
import type { Environments } from './environments.service.ts';

export const createEnvironmentsApi = (
  environments: Environments,
): Handlers<typeof environmentsContract, CallContext> => ({
  'environments.list': () => environments.list(),
  'environments.pythons': async () =>
    (await environments.pythons()).map(({ path, version, cannot }) => ({ path, version, cannot })),
  'environments.plan': (_ctx, choice) => environments.plan(choice),
  'environments.make': (_ctx, { hasConsent: _agreed, ...choice }) => environments.make(choice),
  'environments.wait': (_ctx, { id }, signal) => environments.wait(id, signal),
  'environments.cancel': async (_ctx, { id }) => {
    await environments.cancel(id);
    return {};
  },
  'environments.remove': async (_ctx, { id }) => {
    await environments.remove(id);
    return {};
  },
});
