import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import type { WorkspaceStatus } from '../../shared/contract/workspace.ts';
import { AppError } from '../../shared/errors.ts';
import type { Logger, SecretStore } from '../ports.ts';
import {
  assertMaster,
  type KeyFile,
  masterFromPassphrase,
  newKeyFile,
  readKeyFile,
  sweepKeyFiles,
  withPassphrase,
  withRecoveryKey,
  writeKeyFile,
} from './key-file.ts';
import { KEY_BYTES } from './key-wrap.ts';
import { layout } from './layout.ts';
import { locked } from './opened-workspace.ts';
import { masterFor, masterFromKeychain, storeInKeychain, type Unlocking } from './unlocking.ts';

export interface WorkspaceService {
  /** Opens by itself where the keychain has (or may have) the key. Errors: `workspace.damaged`, `workspace.newer_version`. */
  start(): Promise<void>;
  status(): WorkspaceStatus;
  create(passphrase: string): Promise<void>;
  unlock(how: Unlocking): Promise<void>;
  lock(): Promise<void>;
  setPassphrase(current: string | undefined, next: string): Promise<void>;
  issueRecoveryKey(): Promise<string>;
  useKeychain(isOn: boolean): Promise<void>;
  /** Locks for good; used when the core ends. */
  close(): Promise<void>;
}

export interface WorkspaceServiceDeps {
  dir: string;
  secrets: SecretStore;
  logger: Logger;
  /** A temporary workspace: the key is in this process only, nothing wraps it, and it is never locked. */
  temporaryKey: Buffer | undefined;
  openFiles(master: Buffer, workspaceId: string): Promise<void>;
  closeFiles(): Promise<void>;
  onChange(): void;
}

/**
 * new → open ⇄ locked. Whatever changes keys writes `keys.json` before it returns, and no change is made that would leave
 * the workspace without a passphrase or a keychain to open it.
 */
export function createWorkspaceService(deps: WorkspaceServiceDeps): WorkspaceService {
  const { dir, secrets, logger } = deps;
  const isTemporary = deps.temporaryKey !== undefined;
  let file: KeyFile | undefined;
  /** Present exactly while open. */
  let master: Buffer | undefined;
  let keychain = { isUsable: !isTemporary, reason: isTemporary ? 'This is a temporary workspace.' : '' };
  let keychainTrouble = '';
  let last: Promise<unknown> = Promise.resolve();

  /** One change at a time, in the order of the calls. */
  const serially = <T>(change: () => Promise<T>): Promise<T> => {
    const done = last.then(change, change);
    last = done;
    return done;
  };

  const save = (next: KeyFile): void => {
    writeKeyFile(dir, next);
    file = next;
  };

  const open = async (key: Buffer, known: KeyFile): Promise<void> => {
    try {
      assertMaster(known, key);
      await deps.openFiles(key, known.id);
      if (!known.isComplete) save({ ...known, isComplete: true });
    } catch (error) {
      key.fill(0);
      throw error;
    }
    master = key;
    deps.onChange();
  };

  const closeNow = async (): Promise<void> => {
    if (!master) return;
    // The key is dropped first: a failing close must not leave it behind.
    master.fill(0);
    master = undefined;
    try {
      await deps.closeFiles();
    } finally {
      deps.onChange();
    }
  };

  const probe = async (): Promise<void> => {
    const { isUsable, reason } = await secrets.probe();
    keychain = { isUsable, reason };
  };

  const opened = (): { key: Buffer; known: KeyFile } => {
    if (!master || !file) throw locked();
    if (isTemporary) throw new AppError('forbidden', 'A temporary workspace has no key of its own to change.');
    return { key: master, known: file };
  };

  const startTemporary = async (key: Buffer): Promise<void> => {
    file ??= newKeyFile(key);
    save(file);
    await open(Buffer.from(key), file);
  };

  const startNew = async (): Promise<void> => {
    if (!keychain.isUsable) return;
    const key = randomBytes(KEY_BYTES);
    const fresh = newKeyFile(key);
    try {
      await storeInKeychain(secrets, fresh.id, key);
    } catch (error) {
      // It said that it works and does not: the one passphrase prompt takes its place.
      key.fill(0);
      keychain = { isUsable: false, reason: messageOf(error) };
      logger.warn('the keychain took no key');
      return;
    }
    save({ ...fresh, keychainAccount: fresh.id });
    await open(key, file!);
  };

  const startKnown = async (known: KeyFile): Promise<void> => {
    if (known.keychainAccount === null) return;
    if (!keychain.isUsable) {
      keychainTrouble = keychain.reason;
      return;
    }
    let key: Buffer;
    try {
      key = await masterFromKeychain(secrets, known);
    } catch (error) {
      keychainTrouble = messageOf(error);
      logger.warn('the keychain did not give the key; waiting for it to be typed');
      return;
    }
    await open(key, known);
  };

  return {
    start: () =>
      serially(async () => {
        sweepKeyFiles(dir);
        file = readKeyFile(dir);
        assertComplete(dir, file);
        if (deps.temporaryKey) return startTemporary(deps.temporaryKey);
        // Asking may make the system ask the user for the keychain's password: not where it is not used.
        if (!file || file.keychainAccount !== null) await probe();
        return file ? startKnown(file) : startNew();
      }),

    status: () => ({
      state: master ? 'open' : file ? 'locked' : 'new',
      name: basename(resolve(dir)),
      hasPassphrase: file?.passphrase != null,
      isKeyInKeychain: file?.keychainAccount != null,
      hasRecoveryKey: file?.recovery != null,
      keychain,
      warning: isTemporary ? null : warningOf(file, keychainTrouble),
    }),

    create: (passphrase) =>
      serially(async () => {
        if (file) throw new AppError('workspace.exists', 'This workspace has a key already. Unlock it instead.');
        const key = randomBytes(KEY_BYTES);
        save(await withPassphrase(newKeyFile(key), key, passphrase));
        await open(key, file!);
      }),

    unlock: (how) =>
      serially(async () => {
        if (master) return;
        if (!file) throw new AppError('not_found', 'There is nothing to unlock yet. Set a passphrase first.');
        if ('keychain' in how) {
          await probe();
          if (!keychain.isUsable) throw new AppError('workspace.no_keychain', keychain.reason);
        }
        await open(await masterFor(file, how, secrets), file);
        if ('keychain' in how) keychainTrouble = '';
      }),

    lock: () =>
      serially(async () => {
        if (isTemporary)
          throw new AppError('forbidden', 'A temporary workspace cannot be locked: nothing would open it again.');
        await closeNow();
      }),

    setPassphrase: (current, next) =>
      serially(async () => {
        const { key, known } = opened();
        if (known.passphrase) {
          if (current === undefined) throw new AppError('passphrase.missing', 'The present passphrase is needed too.');
          (await masterFromPassphrase(known, current)).fill(0);
        }
        save(await withPassphrase(known, key, next));
        deps.onChange();
      }),

    issueRecoveryKey: () =>
      serially(async () => {
        const { key, known } = opened();
        const issued = withRecoveryKey(known, key);
        save(issued.file);
        deps.onChange();
        return issued.recoveryKey;
      }),

    useKeychain: (isOn) =>
      serially(async () => {
        const { key, known } = opened();
        await probe();
        if (isOn) {
          const account = known.keychainAccount ?? known.id;
          await storeInKeychain(secrets, account, key);
          save({ ...known, keychainAccount: account });
          keychainTrouble = '';
        } else if (known.keychainAccount !== null) {
          if (!known.passphrase) {
            throw new AppError(
              'conflict',
              'Set a passphrase first: without it nothing could open the workspace again.',
            );
          }
          // Removed before it is forgotten: a key may not stay where the user believes it is not.
          await secrets.delete(known.keychainAccount);
          save({ ...known, keychainAccount: null });
        }
        deps.onChange();
      }),

    close: () => serially(closeNow),
  };
}

/** Never makes a new workspace over what is left of another. */
function assertComplete(dir: string, file: KeyFile | undefined): void {
  const hasDatabase = existsSync(layout.database(dir));
  const missing = !file && hasDatabase ? 'keys.json' : file?.isComplete && !hasDatabase ? 'workspace.db' : undefined;
  if (missing === undefined) return;
  throw new AppError(
    'workspace.damaged',
    `${missing} of this workspace is missing. Nothing was changed. Put it back, or restore a backup: osmia restore.`,
  );
}

function warningOf(file: KeyFile | undefined, keychainTrouble: string): string | null {
  if (!file) return null;
  if (keychainTrouble !== '') return `The key could not be had from the keychain. ${keychainTrouble}`;
  if (file.passphrase || file.recovery) return null;
  return "Only this computer's keychain can open this workspace. Set a passphrase or print a recovery key.";
}

function messageOf(error: unknown): string {
  return error instanceof AppError ? error.message : 'The keychain cannot be used.';
}
