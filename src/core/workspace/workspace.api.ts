import type { workspaceContract } from '../../shared/contract/workspace.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { WorkspaceService } from './workspace.service.ts';

export function createWorkspaceApi(service: WorkspaceService): Handlers<typeof workspaceContract, CallContext> {
  const statusAfter = async (change: Promise<void>) => {
    await change;
    return service.status();
  };
  return {
    'workspace.status': () => service.status(),
    'workspace.create': (_ctx, { passphrase }) => statusAfter(service.create(passphrase)),
    'workspace.unlock': (_ctx, how) => statusAfter(service.unlock(how)),
    'workspace.lock': () => statusAfter(service.lock()),
    'workspace.setPassphrase': (_ctx, { current, next }) => statusAfter(service.setPassphrase(current, next)),
    'workspace.issueRecoveryKey': async () => ({ recoveryKey: await service.issueRecoveryKey() }),
    'workspace.useKeychain': (_ctx, { isOn }) => statusAfter(service.useKeychain(isOn)),
  };
}
