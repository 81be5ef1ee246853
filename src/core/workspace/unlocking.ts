import { AppError } from '../../shared/errors.ts';
import type { SecretStore } from '../ports.ts';
import { assertMaster, type KeyFile, masterFromPassphrase, masterFromRecoveryKey } from './key-file.ts';

/** What opens a workspace. */
export type Unlocking = { passphrase: string } | { recoveryKey: string } | { keychain: true };

/** The master key; the caller zeroes it. Errors: `workspace.wrong_key`, `workspace.no_keychain`. */
export async function masterFor(file: KeyFile, how: Unlocking, secrets: SecretStore): Promise<Buffer> {
  if ('passphrase' in how) return masterFromPassphrase(file, how.passphrase);
  if ('recoveryKey' in how) return masterFromRecoveryKey(file, how.recoveryKey);
  return masterFromKeychain(secrets, file);
}

/** Puts the master key there and reads it back: a keychain that lost it would lose the workspace. */
export async function storeInKeychain(secrets: SecretStore, account: string, master: Buffer): Promise<void> {
  const text = master.toString('base64');
  await secrets.set(account, text);
  if ((await secrets.get(account)) !== text) {
    throw new AppError('workspace.no_keychain', 'The keychain did not keep the key.');
  }
}

/** Errors: `workspace.no_keychain` (unusable, or it has no key for this workspace), `workspace.wrong_key`. */
export async function masterFromKeychain(secrets: SecretStore, file: KeyFile): Promise<Buffer> {
  const text = file.keychainAccount === null ? undefined : await secrets.get(file.keychainAccount);
  if (text === undefined) {
    throw new AppError('workspace.no_keychain', 'The keychain of this computer holds no key for this workspace.');
  }
  const master = Buffer.from(text, 'base64');
  assertMaster(file, master);
  return master;
}
