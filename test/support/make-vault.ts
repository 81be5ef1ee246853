import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createNoSecretStore } from '../../src/core/adapters/memory-secret-store.ts';
import type { Db } from '../../src/core/db/open.ts';
import type { Clock, SecretStore } from '../../src/core/ports.ts';
import { createSecretVault, type SecretVault } from '../../src/core/secrets/secret-vault.ts';
import { createSecretsRepo } from '../../src/core/secrets/secrets.repo.ts';
import type { SecretPlace } from '../../src/shared/contract/secrets.ts';
import { makeClock, makeTempDir, silentLogger } from './make-db.ts';

export const NO_KEYCHAIN = createNoSecretStore('There is no keychain here.');

export interface VaultOptions {
  db: Db;
  keychain?: SecretStore;
  dir?: string;
  key?: Buffer;
  wanted?: SecretPlace;
  isTemporary?: boolean;
  clock?: Clock;
}

/** A vault over a real database and file; give `dir`, `key` and `db` again to open it as after a lock. */
export function makeVault(options: VaultOptions): { vault: SecretVault; path: string; dir: string; key: Buffer } {
  const { db, keychain = NO_KEYCHAIN, dir = makeTempDir(), key = randomBytes(32), isTemporary = false } = options;
  const path = join(dir, 'secrets.vault');
  const vault = createSecretVault({
    repo: createSecretsRepo(db),
    keeping: { keychain, workspaceId: 'w', vaultPath: path, vaultKey: () => key, isTemporary },
    wanted: () => options.wanted,
    clock: options.clock ?? makeClock(),
    logger: silentLogger,
  });
  return { vault, path, dir, key };
}
