import { randomUUID } from 'node:crypto';
import { AsyncEntry } from '@napi-rs/keyring';
import { AppError } from '../../shared/errors.ts';
import type { SecretStore } from '../ports.ts';

const TIMEOUT_MS = 5_000;
/** Pinned: without it the library falls back to the kernel keyring, which forgets at reboot and shows names to others. */
const PINNED = { linux: { store: 'secret-service' } } as const;

/**
 * The keychain of the operating system (Secret Service, macOS Keychain, Windows Credential Manager).
 * Every failure is `workspace.no_keychain` with the reason; a keychain that does not answer fails after 5 s.
 */
export function createKeychainSecretStore(service = 'Osmia'): SecretStore {
  const run = async <T>(account: string, use: (entry: AsyncEntry, signal: AbortSignal) => Promise<T>): Promise<T> => {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    try {
      // A prompt that nobody answers blocks inside the library, where no signal reaches it.
      return await Promise.race([
        Promise.resolve().then(() => use(new AsyncEntry(service, account, PINNED), timeout)),
        rejectOnAbort(timeout),
      ]);
    } catch (error) {
      throw new AppError('workspace.no_keychain', reasonOf(error, timeout.aborted), { cause: error });
    }
  };

  return {
    async probe() {
      try {
        // Writing too: a locked or missing keychain answers a read of what it does not have with "nothing".
        const text = randomUUID();
        const found = await run(`probe ${text}`, async (entry, signal) => {
          await entry.setPassword(text, signal);
          const kept = await entry.getPassword(signal);
          await entry.deleteCredential(signal);
          return kept;
        });
        if (found !== text) throw new AppError('workspace.no_keychain', `The ${backendName()} keeps nothing.`);
        return { isUsable: true, backend: backendName(), reason: '' };
      } catch (error) {
        return { isUsable: false, backend: backendName(), reason: (error as AppError).message };
      }
    },
    get: async (account) => (await run(account, (entry, signal) => entry.getPassword(signal))) ?? undefined,
    set: (account, secret) => run(account, (entry, signal) => entry.setPassword(secret, signal)),
    delete: async (account) => void (await run(account, (entry, signal) => entry.deleteCredential(signal))),
  };
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('no answer')), { once: true });
  });
}

function backendName(): string {
  if (process.platform === 'darwin') return 'macOS Keychain';
  if (process.platform === 'win32') return 'Windows Credential Manager';
  return 'Secret Service';
}

function reasonOf(error: unknown, isTimeout: boolean): string {
  const name = backendName();
  if (isTimeout) return `The ${name} did not answer within ${TIMEOUT_MS / 1000} seconds.`;
  const text = error instanceof Error ? error.message : String(error);
  if (/DBUS_SESSION_BUS_ADDRESS|autolaunch|not provided by any|ServiceUnknown|NameHasNoOwner/i.test(text)) {
    return `There is no ${name} in this session (no keychain program answers on D-Bus).`;
  }
  if (/locked|dismissed/i.test(text)) return `The ${name} is locked.`;
  if (/no result|does not exist/i.test(text)) return `The ${name} has no keychain (collection) to store in.`;
  return `The ${name} cannot be used.`;
}
