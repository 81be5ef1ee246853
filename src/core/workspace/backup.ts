import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { v4 } from 'uuid';
import { AppError } from '../../shared/errors.ts';
import { type BlobRow, createBlobsRepo } from '../evidence/blobs.repo.ts';
import type { Clock, SecretStore } from '../ports.ts';
import { secretsInKeychain } from '../secrets/secrets.repo.ts';
import { readVaultFile } from '../secrets/vault-file.ts';
import { type BackupBody, type BackupFile, manifestPath, manifestText, readManifest } from './backup-manifest.ts';
import { hashFile } from './copy-hashed.ts';
import { createPrivateFile, syncFolder } from './durable.ts';
import { type KeyFile, readKeyFile, writeKeyFile } from './key-file.ts';
import { createWorkspaceKeys, type WorkspaceKeys } from './keys.ts';
import { layout } from './layout.ts';
import { noteBackup } from './last-backup.ts';
import { openDatabaseFile } from './opened-workspace.ts';
import { masterFor, storeInKeychain, type Unlocking } from './unlocking.ts';
import { checkBlobs, verifyCopy } from './verify-copy.ts';
import { copyDatabase } from './workspace.repo.ts';

/*
 * A backup is a folder: workspace.db, keys.json, the vault of secrets and the blobs as they lie in the workspace (all
 * sealed under the same key), and manifest.json with the hash of each, signed with the workspace's key and written last. It is made under
 * another name and gets its own only when it has been opened and checked.
 */

interface Common {
  /** What opens the workspace (or the backup). */
  key: Unlocking;
  secrets: SecretStore;
  clock: Clock;
  signal?: AbortSignal;
  /** Bytes copied so far, and in all. */
  onProgress?(done: number, total: number): void;
}

export interface BackupResult {
  /** The folder. */
  path: string;
  files: number;
  bytes: number;
  /** Files that were damaged in the workspace already; the rest is good. */
  damaged: number;
  /** Secrets in the keychain of this computer are not in the backup; those in the vault are, unless it is damaged. */
  secrets: { inKeychain: number; vault: 'none' | 'copied' | 'damaged' };
  /** What can open the backup. With the keychain alone it is of no use on another computer: say so. */
  opensWith: ('passphrase' | 'recoveryKey' | 'keychain')[];
}

/** Blobs that a destroyed case takes away while copying make the picture stale; then it is taken anew. */
const ATTEMPTS = 3;

/**
 * Makes a sealed copy of the workspace in `dir` as the new folder `target`, also while an Osmia works on it, and opens
 * and checks it before it says done. Errors: `conflict` (target exists, or lies in the workspace), `workspace.wrong_key`,
 * `workspace.no_keychain`, `workspace.not_a_workspace`, `workspace.damaged`, `disk.full`, `cancelled`.
 */
export async function createBackup(
  options: Common & { dir: string; target: string; osmiaVersion: string },
): Promise<BackupResult> {
  const { dir, clock, signal } = options;
  const target = resolve(options.target);
  if (existsSync(target)) throw new AppError('conflict', `${target} exists already. Choose another name.`);
  if (`${target}${sep}`.startsWith(`${resolve(dir)}${sep}`)) {
    throw new AppError('conflict', 'A backup inside the workspace itself would be lost with it.');
  }
  return withKeys(dir, options, async (keys, keyFile) => {
    return inPartialFolder(target, async (folder) => {
      const copied = await copyWorkspace(dir, folder, keys, options);
      writeKeyFile(folder, keyFile);
      const files: BackupFile[] = [...copied.files];
      for (const path of ['workspace.db', 'keys.json']) files.push({ path, ...(await hashFile(join(folder, path))) });
      const body: BackupBody = {
        format: 'osmia-backup',
        version: 1,
        osmiaVersion: options.osmiaVersion,
        createdAt: clock.now(),
        zone: clock.zone(),
        files,
        damaged: copied.damaged,
      };
      await verifyCopy(folder, body, { keys, clock, signal });
      writeFileSync(manifestPath(folder), manifestText(body, keys), { flag: 'wx', mode: 0o600, flush: true });
      noteBackup(dir, { path: target, at: body.createdAt });
      return {
        path: target,
        files: files.length,
        bytes: files.reduce((sum, file) => sum + file.size, 0),
        damaged: copied.damaged.length,
        secrets: { inKeychain: copied.secretsInKeychain, vault: copied.vault },
        opensWith: waysToOpen(keyFile),
      };
    });
  });
}

/**
 * Brings a backup back as the workspace `target`, which must not exist or be an empty folder; checks everything before
 * it says done. The copy gets a keychain entry of its own, so that it and the original do not share one.
 * Errors: `conflict`, `workspace.damaged`, `workspace.not_a_workspace`, `workspace.wrong_key`, `workspace.no_keychain`,
 * `disk.full`, `cancelled`.
 */
export async function restoreBackup(
  options: Common & { source: string; target: string },
): Promise<{ path: string; files: number; damaged: number; createdAt: number }> {
  const { source, clock, signal } = options;
  const target = resolve(options.target);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw new AppError('conflict', `${target} is not empty. Restore into a new folder.`);
  }
  return withKeys(source, options, async (keys, keyFile, master) => {
    const manifest = readManifest(source, keys);
    return inPartialFolder(target, async (folder) => {
      const total = manifest.files.reduce((sum, file) => sum + file.size, 0);
      let done = 0;
      for (const file of manifest.files) {
        await hashFile(join(source, file.path), join(folder, file.path), signal).catch(missingIsDamaged);
        options.onProgress?.((done += file.size), total);
      }
      await verifyCopy(folder, manifest, { keys, clock, signal });
      await adoptKeyFile(folder, keyFile, master, options.secrets);
      const { damaged, createdAt, files } = manifest;
      return { path: target, files: files.length, damaged: damaged.length, createdAt };
    });
  });
}

async function withKeys<T>(
  dir: string,
  options: Common,
  use: (keys: WorkspaceKeys, keyFile: KeyFile, master: Buffer) => Promise<T>,
): Promise<T> {
  const keyFile = readKeyFile(dir);
  if (!keyFile || !existsSync(layout.database(dir))) {
    throw new AppError('workspace.not_a_workspace', `There is no workspace or backup at ${dir}.`);
  }
  const master = await masterFor(keyFile, options.key, options.secrets);
  const keys = createWorkspaceKeys(master);
  try {
    return await use(keys, keyFile, master);
  } finally {
    keys.destroy();
    master.fill(0);
  }
}

/** Works in a folder that can be mistaken for nothing, and gives it its name only when the work is done. */
async function inPartialFolder<T>(target: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = `${target}.unfinished-${v4()}`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  try {
    const result = await work(folder);
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) syncFolder(join(entry.parentPath, entry.name));
    }
    syncFolder(folder);
    if (existsSync(target)) rmdirSync(target);
    await rename(folder, target);
    syncFolder(dirname(target));
    return result;
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The database as of one moment, and the blobs that it names. */
async function copyWorkspace(
  dir: string,
  folder: string,
  keys: WorkspaceKeys,
  options: Common,
): Promise<{
  files: BackupFile[];
  damaged: string[];
  secretsInKeychain: number;
  vault: BackupResult['secrets']['vault'];
}> {
  const live = openDatabaseFile(dir, keys.database);
  try {
    const liveBlobs = createBlobsRepo(live);
    for (let attempt = 1; ; attempt += 1) {
      rmSync(layout.database(folder), { force: true });
      createPrivateFile(layout.database(folder));
      copyDatabase(live, layout.database(folder));
      const { rows, inKeychain } = readCopy(folder, keys);
      const { files, missing } = await copyBlobs(dir, folder, rows, options);
      const isStale = missing.some((row) => !liveBlobs.isKept(row.fileName));
      if (isStale && attempt < ATTEMPTS) {
        await rm(layout.blobs(folder), { recursive: true, force: true });
        continue;
      }
      const { damaged } = await checkBlobs(folder, { keys, clock: options.clock, signal: options.signal });
      const vault = await copyVault(dir, folder, keys);
      if (vault.file) files.push(vault.file);
      return { files, damaged, secretsInKeychain: inKeychain, vault: vault.state };
    }
  } finally {
    live.close();
  }
}

/** A vault that does not open is left behind: the rest of the workspace is worth a backup all the same. */
async function copyVault(
  dir: string,
  folder: string,
  keys: WorkspaceKeys,
): Promise<{ state: BackupResult['secrets']['vault']; file?: BackupFile }> {
  if (!existsSync(layout.vault(dir))) return { state: 'none' };
  const path = basename(layout.vault(folder));
  const file = { path, ...(await hashFile(layout.vault(dir), layout.vault(folder))) };
  try {
    readVaultFile(layout.vault(folder), keys.vault);
    return { state: 'copied', file };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    rmSync(layout.vault(folder), { force: true });
    return { state: 'damaged' };
  }
}

function readCopy(folder: string, keys: WorkspaceKeys): { rows: BlobRow[]; inKeychain: number } {
  const copy = openDatabaseFile(folder, keys.database);
  try {
    return { rows: createBlobsRepo(copy).blobsWithKey(), inKeychain: secretsInKeychain(copy) };
  } finally {
    copy.close();
  }
}

async function copyBlobs(
  dir: string,
  folder: string,
  rows: BlobRow[],
  options: Common,
): Promise<{ files: BackupFile[]; missing: BlobRow[] }> {
  const total = rows.reduce((sum, row) => sum + row.size, 0);
  const files: BackupFile[] = [];
  const missing: BlobRow[] = [];
  let done = 0;
  for (const row of rows) {
    const path = `blobs/${row.fileName.slice(0, 2)}/${row.fileName}`;
    try {
      files.push({ path, ...(await hashFile(join(dir, path), join(folder, path), options.signal)) });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      missing.push(row);
    }
    options.onProgress?.((done += row.size), total);
  }
  return { files, missing };
}

async function adoptKeyFile(folder: string, keyFile: KeyFile, master: Buffer, secrets: SecretStore): Promise<void> {
  if (keyFile.keychainAccount === null) return;
  const account = v4();
  try {
    await storeInKeychain(secrets, account, master);
    writeKeyFile(folder, { ...keyFile, keychainAccount: account });
  } catch (error) {
    // On another computer: the passphrase or recovery key that opened the backup opens the copy.
    if (!keyFile.passphrase && !keyFile.recovery) throw error;
    writeKeyFile(folder, { ...keyFile, keychainAccount: null });
  }
}

function waysToOpen(keyFile: KeyFile): BackupResult['opensWith'] {
  const ways: BackupResult['opensWith'] = [];
  if (keyFile.passphrase) ways.push('passphrase');
  if (keyFile.recovery) ways.push('recoveryKey');
  if (keyFile.keychainAccount !== null) ways.push('keychain');
  return ways;
}

function missingIsDamaged(error: unknown): never {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  throw new AppError('workspace.damaged', 'The backup is not good: a file that its manifest names is missing.');
}
