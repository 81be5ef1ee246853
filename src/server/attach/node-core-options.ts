import { getCompileCacheDir } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKeychainSecretStore } from '../../core/adapters/keychain-secret-store.ts';
import { createNoSecretStore } from '../../core/adapters/memory-secret-store.ts';
import { createSystemClock } from '../../core/adapters/system-clock.ts';
import type { CoreOptions } from '../../core/app.ts';
import type { Logger } from '../../core/ports.ts';

/** The folder that holds `analyzers/`, `responders/` and `out/`. */
const APP_ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/[\\/]$/, '');

export const RENDERER_DIR = join(APP_ROOT, 'out', 'renderer');

/** What a host that runs on plain Node (web host, command line) lends the core. */
export function nodeCoreOptions(options: {
  dir: string;
  createIfMissing: boolean;
  osmiaVersion: string;
  logger: Logger;
  /** Of a temporary workspace. */
  masterKey?: Buffer;
  /** False where the user gave the key by other means: the keychain is then neither asked nor told. */
  useKeychain: boolean;
}): CoreOptions {
  const { dir, createIfMissing, osmiaVersion, logger, masterKey } = options;
  return {
    dir,
    createIfMissing,
    osmiaVersion,
    logger,
    clock: createSystemClock(),
    secrets: options.useKeychain
      ? createKeychainSecretStore()
      : createNoSecretStore('The passphrase was given in a file, so the keychain is not used.'),
    engine: { nodePath: process.execPath, bundledRoot: APP_ROOT, compileCacheDir: getCompileCacheDir() },
    ...(masterKey === undefined ? {} : { masterKey }),
  };
}
