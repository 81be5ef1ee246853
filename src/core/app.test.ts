import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { makeClock, makeTempDir, silentLogger } from '../../test/support/make-db.ts';
import { openTinySession } from '../../test/support/tiny-session.ts';
import { createMemorySecretStore, createNoSecretStore } from './adapters/memory-secret-store.ts';
import { type Core, type CoreOptions, createCore } from './app.ts';
import type { CallContext } from './ports.ts';
import { acquireLock } from './workspace/lock.ts';

const ctx: CallContext = { client: 'window', actor: 'tester', resolveGrant: () => undefined };
const signal = new AbortController().signal;
const noKeychain = createNoSecretStore('There is no keychain here.');

async function start(dir: string, options: Partial<CoreOptions> = {}): Promise<Core> {
  const core = await createCore({
    dir,
    clock: makeClock(),
    logger: silentLogger,
    secrets: noKeychain,
    osmiaVersion: '0.0.0-test',
    createIfMissing: true,
    engine: { nodePath: process.execPath, bundledRoot: dir },
    openSession: openTinySession,
    ...options,
  });
  onTestFinished(() => core.close());
  return core;
}

const newDir = (): string => join(makeTempDir(), 'workspace');
const keyFile = (dir: string): string => readFileSync(join(dir, 'keys.json'), 'utf8');

test('with a keychain the first start makes the key and later ones open by themselves', async () => {
  const dir = newDir();
  const secrets = createMemorySecretStore();
  const first = await start(dir, { secrets });
  expect(first.status()).toMatchObject({
    state: 'open',
    name: 'workspace',
    isKeyInKeychain: true,
    hasPassphrase: false,
  });
  expect(first.status().warning).toMatch(/Only this computer/);
  await first.close();
  const { keychainAccount } = JSON.parse(keyFile(dir)) as { keychainAccount: string };
  const master = (await secrets.get(keychainAccount))!;
  expect(Buffer.from(master, 'base64')).toHaveLength(32);
  expect(keyFile(dir)).not.toContain(master);
  expect(keyFile(dir)).not.toContain(Buffer.from(master, 'base64').toString('hex'));

  expect((await start(dir, { secrets })).status().state).toBe('open');
});

test('without a keychain one passphrase makes the workspace and opens it again', async () => {
  const dir = newDir();
  const core = await start(dir);
  expect(core.status()).toMatchObject({
    state: 'new',
    keychain: { isUsable: false, reason: 'There is no keychain here.' },
  });
  await expect(core.handlers['engagements.list'](ctx, {}, signal)).rejects.toMatchObject({ code: 'workspace.locked' });
  expect(existsSync(join(dir, 'workspace.db'))).toBe(false);
  await core.handlers['workspace.create'](ctx, { passphrase: 'correct horse' }, signal);
  expect(await core.handlers['engagements.list'](ctx, {}, signal)).toEqual([]);
  await expect(core.handlers['workspace.create'](ctx, { passphrase: 'x' }, signal)).rejects.toMatchObject({
    code: 'workspace.exists',
  });
  await core.close();

  const again = await start(dir);
  expect(again.status()).toMatchObject({ state: 'locked', hasPassphrase: true });
  await expect(again.handlers['workspace.unlock'](ctx, { passphrase: 'wrong' }, signal)).rejects.toMatchObject({
    code: 'workspace.wrong_key',
  });
  await expect(again.handlers['workspace.unlock'](ctx, { keychain: true }, signal)).rejects.toMatchObject({
    code: 'workspace.no_keychain',
  });
  expect(await again.handlers['workspace.unlock'](ctx, { passphrase: 'correct horse' }, signal)).toMatchObject({
    state: 'open',
  });
});

test('everything in the folder is for its owner only', async () => {
  const dir = newDir();
  const core = await start(dir, { secrets: createMemorySecretStore() });
  await core.ingestStream({ name: 'a', origin: 'text', stream: pieces('some bytes') });
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    expect(statSync(join(entry.parentPath, entry.name)).mode & 0o777, entry.name).toBe(entry.isFile() ? 0o600 : 0o700);
  }
  expect(statSync(dir).mode & 0o777).toBe(0o700);
});

test('a recovery key opens, however it is typed, until another is issued', async () => {
  const dir = newDir();
  const core = await start(dir, { secrets: createMemorySecretStore() });
  const issue = () => core.handlers['workspace.issueRecoveryKey'](ctx, {}, signal);
  const { recoveryKey: first } = await issue();
  const { recoveryKey } = await issue();
  expect(recoveryKey).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){7}[0-9A-HJKMNP-TV-Z]{5}$/);
  expect(keyFile(dir)).not.toContain(recoveryKey);
  await core.handlers['workspace.lock'](ctx, {}, signal);
  const unlock = (key: string) => core.handlers['workspace.unlock'](ctx, { recoveryKey: key }, signal);
  await expect(unlock(first)).rejects.toMatchObject({ code: 'workspace.wrong_key' });
  const mistyped = recoveryKey.replace(/^./, (digit) => (digit === 'A' ? 'B' : 'A'));
  await expect(unlock(mistyped)).rejects.toMatchObject({ message: expect.stringContaining('typing mistake') });
  await expect(unlock('12345')).rejects.toMatchObject({ message: expect.stringContaining('40 letters') });
  const sloppy = ` ${recoveryKey.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l')} `;
  expect(await unlock(sloppy)).toMatchObject({ state: 'open', hasRecoveryKey: true });
});

test('a new passphrase needs the old one, re-wraps, and does not rekey', async () => {
  const dir = newDir();
  const core = await start(dir);
  await core.handlers['workspace.create'](ctx, { passphrase: 'old' }, signal);
  const id = await core.ingestStream({ name: 'a', origin: 'text', stream: pieces('kept') });
  const blob = blobFiles(dir)[0]!;
  const sealed = readFileSync(blob);
  const set = (current: string | undefined, next: string) =>
    core.handlers['workspace.setPassphrase'](ctx, current === undefined ? { next } : { current, next }, signal);
  await expect(set(undefined, 'new')).rejects.toMatchObject({ code: 'passphrase.missing' });
  await expect(set('wrong', 'new')).rejects.toMatchObject({ code: 'workspace.wrong_key' });
  await set('old', 'new');
  await core.handlers['workspace.lock'](ctx, {}, signal);
  await expect(core.handlers['workspace.unlock'](ctx, { passphrase: 'old' }, signal)).rejects.toThrow(/passphrase/);
  await core.handlers['workspace.unlock'](ctx, { passphrase: 'new' }, signal);
  expect(readFileSync(blob).equals(sealed)).toBe(true);
  expect(id).toBeTruthy();
});

test('the keychain copy goes only when a passphrase is there, and is gone then', async () => {
  const dir = newDir();
  const secrets = createMemorySecretStore();
  const core = await start(dir, { secrets });
  const use = (isOn: boolean) => core.handlers['workspace.useKeychain'](ctx, { isOn }, signal);
  await core.handlers['workspace.issueRecoveryKey'](ctx, {}, signal);
  await expect(use(false)).rejects.toMatchObject({ code: 'conflict' });
  const { keychainAccount } = JSON.parse(keyFile(dir)) as { keychainAccount: string };
  await core.handlers['workspace.setPassphrase'](ctx, { next: 'a passphrase' }, signal);
  expect(await use(false)).toMatchObject({ isKeyInKeychain: false });
  expect(await secrets.get(keychainAccount)).toBeUndefined();
  await core.handlers['workspace.lock'](ctx, {}, signal);
  await core.handlers['workspace.unlock'](ctx, { passphrase: 'a passphrase' }, signal);
  expect(await use(true)).toMatchObject({ isKeyInKeychain: true });
});

test('locked by hand it stays locked until a click, and windows hear of both', async () => {
  const dir = newDir();
  const core = await start(dir, { secrets: createMemorySecretStore() });
  const stop = new AbortController();
  const events = core.handlers['events.subscribe'](ctx, {}, stop.signal)[Symbol.asyncIterator]();
  const next = events.next();
  await core.handlers['workspace.lock'](ctx, {}, signal);
  const first = (await next).value!;
  expect(first).toMatchObject({ topic: 'workspace' });
  expect(core.status().state).toBe('locked');
  const second = events.next();
  await core.handlers['workspace.unlock'](ctx, { keychain: true }, signal);
  const unlocked = (await second).value!;
  expect(unlocked.topic).toBe('workspace');
  expect(unlocked.seq).toBeGreaterThan(first.seq + 1);
  // The same subscription now carries the new session's events.
  const third = events.next();
  await core.handlers['settings.update'](ctx, { autoLockMinutes: 5 }, signal);
  expect((await third).value).toMatchObject({ topic: 'settings', seq: unlocked.seq + 1, life: unlocked.life });
  stop.abort();
  expect(await events.next()).toMatchObject({ done: true });
});

test('a call that locking cuts short says so', async () => {
  const core = await start(newDir(), { secrets: createMemorySecretStore() });
  const waiting = core.handlers['jobs.wait'](ctx, { ids: ['0'] }, signal);
  const caught = expect(waiting).rejects.toMatchObject({ code: 'workspace.locked' });
  await core.handlers['workspace.lock'](ctx, {}, signal);
  await caught;
});

test('nobody at the window for the given minutes locks it; calls of scripts do not count', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  onTestFinished(() => void vi.useRealTimers());
  const clock = makeClock();
  const core = await start(newDir(), { secrets: createMemorySecretStore(), clock });
  await core.handlers['settings.update'](ctx, { autoLockMinutes: 10 }, signal);
  clock.advance(9 * 60_000);
  await core.handlers['engagements.list'](ctx, {}, signal);
  clock.advance(9 * 60_000);
  vi.advanceTimersByTime(60_000);
  expect(core.status().state).toBe('open');
  await core.handlers['engagements.list']({ ...ctx, client: 'local' }, {}, signal);
  clock.advance(60_000);
  const locked = new Promise<void>((resolve) => core.onChange((status) => status.state === 'locked' && resolve()));
  vi.advanceTimersByTime(60_000);
  await locked;
  await expect(core.handlers['engagements.list'](ctx, {}, signal)).rejects.toMatchObject({ code: 'workspace.locked' });
});

test('one core a workspace', async () => {
  const dir = newDir();
  const core = await start(dir);
  const copy = acquireLock(dir);
  expect(copy).toBeUndefined();
  await core.close();
  const lock = acquireLock(dir)!;
  // A host that holds the lock already keeps it.
  const second = await start(dir);
  await second.close();
  expect(acquireLock(dir)).toBeUndefined();
  lock.release();
});

test('what is left of a damaged workspace is never replaced by a new one', async () => {
  const dir = newDir();
  const secrets = createMemorySecretStore();
  const core = await start(dir, { secrets });
  await core.ingestStream({ name: 'a', origin: 'text', stream: pieces('x'.repeat(300_000)) });
  await core.close();
  const copy = (change: (dir: string) => void): string => {
    const target = join(makeTempDir(), 'copy');
    cpSync(dir, target, { recursive: true });
    change(target);
    return target;
  };
  const db = (folder: string): string => join(folder, 'workspace.db');
  const keys = (folder: string): string => join(folder, 'keys.json');
  const cases: ((folder: string) => void)[] = [
    (folder) => rmSync(keys(folder)),
    (folder) => rmSync(db(folder)),
    (folder) => writeFileSync(keys(folder), '{"format":"osmia-keys"'),
    (folder) => writeFileSync(keys(folder), ''),
    (folder) => truncateSync(db(folder), 100),
    (folder) => truncateSync(db(folder), 4096 * 3),
    (folder) => truncateSync(db(folder), statSync(db(folder)).size - 4096),
    (folder) => writeFileSync(db(folder), randomBytes(statSync(db(folder)).size)),
  ];
  for (const [i, change] of cases.entries()) {
    const damaged = copy(change);
    const before = readdirSync(damaged).sort();
    await expect(start(damaged, { secrets }), `case ${i}`).rejects.toMatchObject({ code: 'workspace.damaged' });
    expect(
      readdirSync(damaged)
        .filter((name) => !/-(wal|shm)$/.test(name))
        .sort(),
      `case ${i}`,
    ).toEqual(before);
    // And the lock is free again.
    acquireLock(damaged)!.release();
  }
  const newer = copy((folder) => writeFileSync(keys(folder), '{"format":"osmia-keys","version":2}'));
  await expect(start(newer, { secrets })).rejects.toMatchObject({ code: 'workspace.newer_version' });
});

test('a first start that was killed before the database was made is finished by the next one', async () => {
  const dir = newDir();
  const secrets = createMemorySecretStore();
  await (await start(dir, { secrets })).close();
  writeFileSync(join(dir, 'keys.json'), JSON.stringify({ ...JSON.parse(keyFile(dir)), isComplete: false }));
  rmSync(join(dir, 'workspace.db'));
  expect((await start(dir, { secrets })).status().state).toBe('open');
  expect(JSON.parse(keyFile(dir))).toMatchObject({ isComplete: true });
});

test('a keychain with another key leaves it locked and says why', async () => {
  const dir = newDir();
  const secrets = createMemorySecretStore();
  const core = await start(dir, { secrets });
  await core.handlers['workspace.setPassphrase'](ctx, { next: 'pass' }, signal);
  await core.close();
  const { keychainAccount } = JSON.parse(keyFile(dir)) as { keychainAccount: string };
  await secrets.set(keychainAccount, randomBytes(32).toString('base64'));
  const again = await start(dir, { secrets });
  expect(again.status()).toMatchObject({ state: 'locked', warning: expect.stringContaining('keychain') });
  await again.handlers['workspace.unlock'](ctx, { passphrase: 'pass' }, signal);
  await again.handlers['workspace.useKeychain'](ctx, { isOn: true }, signal);
  await again.close();
  expect((await start(dir, { secrets })).status()).toMatchObject({ state: 'open', warning: null });
});

test('a session that fails to open leaves nothing open', async () => {
  const dir = newDir();
  const secrets = createMemorySecretStore();
  await (await start(dir, { secrets })).close();
  const failing = start(dir, { secrets, openSession: () => Promise.reject(new Error('no session')) });
  await expect(failing).rejects.toThrow('no session');
  expect((await start(dir, { secrets })).status().state).toBe('open');
});

test('a temporary workspace needs no keychain and leaves no key', async () => {
  const dir = newDir();
  const core = await start(dir, { masterKey: randomBytes(32) });
  expect(core.status()).toMatchObject({ state: 'open', warning: null });
  await expect(core.handlers['workspace.lock'](ctx, {}, signal)).rejects.toMatchObject({ code: 'forbidden' });
  expect(JSON.parse(keyFile(dir))).toMatchObject({ keychainAccount: null, passphrase: null, recovery: null });
});

async function* pieces(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

function blobFiles(dir: string): string[] {
  return readdirSync(join(dir, 'blobs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
