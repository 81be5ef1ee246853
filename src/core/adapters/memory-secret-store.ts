import { AppError } from '../../shared/errors.ts';
import type { SecretStore } from '../ports.ts';

/** Secrets that end with the process: temporary workspaces and tests. */
export function createMemorySecretStore(): SecretStore {
  const secrets = new Map<string, string>();
  return {
    probe: () => Promise.resolve({ isUsable: true, backend: 'memory', reason: '' }),
    get: (account) => Promise.resolve(secrets.get(account)),
    set: (account, secret) => Promise.resolve(void secrets.set(account, secret)),
    delete: (account) => Promise.resolve(void secrets.delete(account)),
  };
}

/** No keychain at all, by choice of the host; every use says why. */
export function createNoSecretStore(reason: string): SecretStore {
  const refuse = (): Promise<never> => Promise.reject(new AppError('workspace.no_keychain', reason));
  return {
    probe: () => Promise.resolve({ isUsable: false, backend: 'none', reason }),
    get: refuse,
    set: refuse,
    delete: refuse,
  };
}
