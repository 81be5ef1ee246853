import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeClock, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { openTinySession } from '../../../test/support/tiny-session.ts';
import { createMemorySecretStore, createNoSecretStore } from '../adapters/memory-secret-store.ts';
import { type Core, createCore } from '../app.ts';
import type { BlobStore } from '../evidence/blob-store.ts';
import type { CallContext, SecretStore } from '../ports.ts';
import { readVaultFile, writeVaultFile } from '../secrets/vault-file.ts';
import { createBackup, restoreBackup } from './backup.ts';
import { readKeyFile } from './key-file.ts';
import { createWorkspaceKeys } from './keys.ts';
import { layout } from './layout.ts';
import { openDatabaseFile } from './opened-workspace.ts';

const ctx: CallContext = { client: 'local', actor: 'tester', resolveGrant: () => undefined };
const signal = new AbortController().signal;
const clock = makeClock();
const key = { keychain: true } as const;
const osmiaVersion = '0.0.0-test';

/** An open workspace with three blobs, and its store. */
async function makeWorkspace(secrets: SecretStore): Promise<{ dir: string; core: Core; blobs: () => BlobStore }> {
  const dir = join(makeTempDir(), 'workspace');
  let blobs: BlobStore | undefined;
  const core = await openCore(dir, secrets, (store) => (blobs = store));
  for (const name of ['one', 'two']) await ingest(core, name, Buffer.from(`content of ${name}`));
  await ingest(core, 'large', randomBytes(700_000));
  return { dir, core, blobs: () => blobs! };
}

async function openCore(dir: string, secrets: SecretStore, onBlobs?: (blobs: BlobStore) => void): Promise<Core> {
  const core = await createCore({
    dir,
    clock,
    logger: silentLogger,
    secrets,
    osmiaVersion,
    createIfMissing: true,
    engine: { nodePath: process.execPath, bundledRoot: dir },
    openSession(deps) {
      onBlobs?.(deps.blobs);
      return openTinySession(deps);
    },
  });
  onTestFinished(() => core.close());
  return core;
}

function ingest(core: Core, name: string, bytes: Uint8Array): Promise<string> {
  const stream = (async function* () {
    yield bytes;
  })();
  return core.ingestStream({ name, origin: 'file', stream });
}

const newTarget = (): string => join(makeTempDir(), 'copy.osmia-backup');

test('the vault of secrets goes with it, sealed; what is in the keychain does not, and that is said', async () => {
  const secrets = createMemorySecretStore();
  const { dir, core } = await makeWorkspace(secrets);
  await core.close();
  const master = Buffer.from((await secrets.get(readKeyFile(dir)!.id))!, 'base64');
  const { vault: vaultKey, database } = createWorkspaceKeys(master);
  writeVaultFile(layout.vault(dir), vaultKey, new Map([['a', 'a secret of the vault']]));
  const db = openDatabaseFile(dir, database);
  db.prepare(`INSERT INTO secret (id, place, account, is_stored, set_at) VALUES ('i', 'keychain', 'b', 1, 0)`).run();
  db.close();

  const backup = await createBackup({ dir, target: newTarget(), key, secrets, clock, osmiaVersion });
  expect(backup).toMatchObject({ files: 6, secrets: { inKeychain: 1, vault: 'copied' } });
  const target = join(makeTempDir(), 'restored');
  await restoreBackup({ source: backup.path, target, key, secrets, clock });
  expect(readVaultFile(layout.vault(target), vaultKey)).toEqual(new Map([['a', 'a secret of the vault']]));

  // One that does not open is no reason for no backup at all.
  writeFileSync(layout.vault(dir), 'OSMIAV');
  const without = await createBackup({ dir, target: newTarget(), key, secrets, clock, osmiaVersion });
  expect(without).toMatchObject({ files: 5, secrets: { vault: 'damaged' } });
});

test('a backup made while the workspace is open comes back with everything in it', async () => {
  const secrets = createMemorySecretStore();
  const { dir, core } = await makeWorkspace(secrets);
  const backup = await createBackup({ dir, target: newTarget(), key, secrets, clock, osmiaVersion });
  expect(backup).toMatchObject({ files: 5, damaged: 0, opensWith: ['keychain'] });
  // The workspace goes on; what comes later is not in the copy.
  const later = await ingest(core, 'later', Buffer.from('later'));
  await core.handlers['settings.update'](ctx, { autoLockMinutes: 7 }, signal);
  for (const entry of readdirSync(backup.path, { recursive: true, withFileTypes: true })) {
    const { mode } = statSync(join(entry.parentPath, entry.name));
    expect(mode & 0o077, entry.name).toBe(0);
  }

  const target = join(makeTempDir(), 'restored');
  expect(await restoreBackup({ source: backup.path, target, key, secrets, clock })).toMatchObject({ files: 5 });
  let restored: BlobStore | undefined;
  const again = await openCore(target, secrets, (blobs) => (restored = blobs));
  expect(again.status().state).toBe('open');
  const id = await ingest(again, 'probe', Buffer.from('content of one'));
  const reader = await restored!.open(id);
  expect(Buffer.from(await reader.read(0, 100)).toString()).toBe('content of one');
  await reader.close();
  expect(restored!.find(later)).toBeUndefined();
  expect(await again.handlers['settings.get'](ctx, {}, signal)).toEqual({ autoLockMinutes: 0 });

  // The copy has a keychain entry of its own: removing it there leaves the original's alone.
  await again.handlers['workspace.setPassphrase'](ctx, { next: 'p' }, signal);
  await again.handlers['workspace.useKeychain'](ctx, { isOn: false }, signal);
  await core.close();
  expect((await openCore(dir, secrets)).status().state).toBe('open');
});

test('on another computer the passphrase opens the restored copy', async () => {
  const secrets = createMemorySecretStore();
  const { dir, core } = await makeWorkspace(secrets);
  await core.handlers['workspace.setPassphrase'](ctx, { next: 'a passphrase' }, signal);
  const { path, opensWith } = await createBackup({ dir, target: newTarget(), key, secrets, clock, osmiaVersion });
  expect(opensWith).toEqual(['passphrase', 'keychain']);
  const elsewhere = createNoSecretStore('none here');
  const target = join(makeTempDir(), 'restored');
  const restore = (passphrase: string) =>
    restoreBackup({ source: path, target, key: { passphrase }, secrets: elsewhere, clock });
  await expect(restore('wrong')).rejects.toMatchObject({ code: 'workspace.wrong_key' });
  expect(existsSync(target)).toBe(false);
  await restore('a passphrase');
  const again = await openCore(target, elsewhere);
  expect(again.status()).toMatchObject({ state: 'locked', isKeyInKeychain: false });
});

test('a byte changed, a file missing or an unfinished backup is refused and leaves no target', async () => {
  const secrets = createMemorySecretStore();
  const { dir } = await makeWorkspace(secrets);
  const { path } = await createBackup({ dir, target: newTarget(), key, secrets, clock, osmiaVersion });
  const files = readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const parent = makeTempDir();
  const target = join(parent, 'restored');
  const restore = () => restoreBackup({ source: path, target, key, secrets, clock });
  for (const file of files) {
    const good = readFileSync(file);
    const changed = Buffer.from(good);
    const at = Math.floor(changed.length / 2);
    changed[at] = changed[at]! ^ 1;
    writeFileSync(file, changed);
    await expect(restore(), `changed ${file}`).rejects.toThrow();
    rmSync(file);
    await expect(restore(), `missing ${file}`).rejects.toMatchObject({ code: expect.stringMatching(/^workspace\./) });
    writeFileSync(file, good);
    expect(readdirSync(parent)).toEqual([]);
  }
  await restore();
});

test('a cancelled backup leaves nothing, and neither a backup nor a restore writes over anything', async () => {
  const secrets = createMemorySecretStore();
  const { dir } = await makeWorkspace(secrets);
  const parent = makeTempDir();
  const target = join(parent, 'x');
  const abort = new AbortController();
  const common = { key, secrets, clock, osmiaVersion };
  const cancelled = createBackup({ ...common, dir, target, signal: abort.signal, onProgress: () => abort.abort() });
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  expect(readdirSync(parent)).toEqual([]);
  await expect(createBackup({ ...common, dir, target: parent })).rejects.toMatchObject({ code: 'conflict' });
  await expect(createBackup({ ...common, dir, target: join(dir, 'x') })).rejects.toMatchObject({ code: 'conflict' });
  await expect(createBackup({ ...common, dir: makeTempDir(), target })).rejects.toMatchObject({
    code: 'workspace.not_a_workspace',
  });
  const { path } = await createBackup({ ...common, dir, target });
  await expect(restoreBackup({ ...common, source: path, target: dir })).rejects.toMatchObject({ code: 'conflict' });
});

test('one damaged file does not keep the rest from being backed up, and is counted', async () => {
  const secrets = createMemorySecretStore();
  const { dir } = await makeWorkspace(secrets);
  const files = readdirSync(join(dir, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  writeFileSync(files[0]!, 'damaged');
  rmSync(files[1]!);
  const { path, damaged } = await createBackup({ dir, target: newTarget(), key, secrets, clock, osmiaVersion });
  expect(damaged).toBe(2);
  const target = join(makeTempDir(), 'restored');
  expect(await restoreBackup({ source: path, target, key, secrets, clock })).toMatchObject({ damaged: 2 });
});

/** Damages the database here and there, as a bad disk does. */
function damage(dir: string): Buffer {
  const bytes = readFileSync(layout.database(dir));
  for (let at = 8_192; at < bytes.length; at += 8_192) randomBytes(512).copy(bytes, at);
  writeFileSync(layout.database(dir), bytes);
  return bytes;
}

test('a damaged database says so and where the last backup is, is left as it is, and the backup brings all back', async () => {
  const secrets = createMemorySecretStore();
  const { dir, core } = await makeWorkspace(secrets);
  const target = newTarget();
  await createBackup({ dir, target, key, secrets, clock, osmiaVersion });
  await core.close();
  const damaged = damage(dir);
  await expect(openCore(dir, secrets)).rejects.toMatchObject({
    code: 'workspace.damaged',
    message: expect.stringContaining(`osmia restore "${target}" --workspace`),
  });
  expect(readFileSync(layout.database(dir))).toEqual(damaged);
  const restored = join(makeTempDir(), 'again');
  await restoreBackup({ source: target, target: restored, key, secrets, clock });
  const again = await openCore(restored, secrets);
  expect(again.status().state).toBe('open');

  rmSync(target, { recursive: true });
  await expect(openCore(dir, secrets)).rejects.toMatchObject({
    message: expect.stringContaining('cannot be read now'),
  });
});
