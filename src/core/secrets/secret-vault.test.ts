import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { makeDb } from '../../../test/support/make-db.ts';
import { makeVault, NO_KEYCHAIN } from '../../../test/support/make-vault.ts';
import type { SecretPlace } from '../../shared/contract/secrets.ts';
import { AppError } from '../../shared/errors.ts';
import { createMemorySecretStore } from '../adapters/memory-secret-store.ts';
import type { SecretStore } from '../ports.ts';
import { createExportGuard } from './export-guard.ts';

const KEY = 'sk-live-0123456789abcdef';
const NEXT = 'sk-live-fedcba9876543210';

/** A keychain whose entries a test may look at. */
function openKeychain(): SecretStore & { entries: Map<string, string>; state: 'ok' | 'locked' | 'hangs' } {
  const entries = new Map<string, string>();
  const inner = createMemorySecretStore();
  const guarded = async <T>(use: () => Promise<T>): Promise<T> => {
    if (keychain.state === 'hangs') return new Promise<T>(() => undefined);
    if (keychain.state === 'locked') throw new AppError('workspace.no_keychain', 'The Secret Service is locked.');
    return use();
  };
  const keychain: ReturnType<typeof openKeychain> = {
    entries,
    state: 'ok',
    probe: () => inner.probe(),
    get: (account) => guarded(() => Promise.resolve(entries.get(account))),
    set: (account, secret) => guarded(() => Promise.resolve(void entries.set(account, secret))),
    delete: (account) => guarded(() => Promise.resolve(void entries.delete(account))),
  };
  return keychain;
}

describe.each(['keychain', 'vault', 'memory'] as const)('kept in %s', (place: SecretPlace) => {
  test('is entered, replaced, moved about and deleted; only its last four characters are told', async () => {
    const keychain = openKeychain();
    const db = makeDb();
    const { vault, path } = makeVault({ db, keychain, wanted: place });
    const id = await vault.add(KEY);
    expect(vault.value(id)).toBe(KEY);
    expect(vault.facts(id)).toMatchObject({ place, lastFour: 'cdef', isReadable: true, problem: '', testedAt: null });
    expect(keychain.entries.size).toBe(place === 'keychain' ? 1 : 0);
    expect(existsSync(path)).toBe(place === 'vault');
    for (const account of keychain.entries.keys()) expect(account).toMatch(/^osmia-secret:w:[0-9a-f-]{36}$/);

    vault.recordTest(id, 'accepted', '');
    expect(vault.facts(id)).toMatchObject({ testResult: 'accepted' });
    const [before] = keychain.entries.keys();
    expect(await vault.replace(id, NEXT)).toMatchObject({ lastFour: '3210', testResult: null, testedAt: null });
    expect(vault.value(id)).toBe(NEXT);
    if (place === 'keychain') expect([...keychain.entries.keys()]).not.toContain(before);

    for (const to of ['vault', 'keychain', 'memory', place] as const) {
      expect(await vault.move(id, to)).toMatchObject({ place: to, isReadable: true });
      expect(keychain.entries.size).toBe(to === 'keychain' ? 1 : 0);
    }
    await vault.remove(id);
    expect(vault.ids()).toEqual([]);
    expect(keychain.entries.size).toBe(0);
    expect(() => vault.facts(id)).toThrow('no such secret');
  });

  test('is there again after a lock, except from memory', async () => {
    const keychain = openKeychain();
    const db = makeDb();
    const first = makeVault({ db, keychain, wanted: place });
    const id = await first.vault.add(['one-two-three', KEY]);
    first.vault.close();
    expect(first.vault.value(id)).toBeUndefined();

    const { vault } = makeVault({ ...first, db, keychain });
    await vault.load();
    if (place === 'memory') {
      expect(vault.facts(id)).toMatchObject({ isReadable: false, lastFour: null });
      expect(vault.facts(id).problem).toContain('memory');
    } else {
      expect(vault.value(id)).toEqual(['one-two-three', KEY]);
      expect(await vault.check(id)).toMatchObject({ isReadable: true, lastFour: 'cdef' });
    }
  });
});

test('nothing of a secret is in the database, in no encoding that a page could hold', async () => {
  const db = makeDb();
  const { vault, path } = makeVault({ db, wanted: 'vault' });
  await vault.add(KEY);
  const dump = db
    .prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%words%'`)
    .all()
    .map(({ name }) => JSON.stringify(db.prepare(`SELECT * FROM "${name}"`).all()))
    .join('\n');
  expect(dump).toContain('osmia-secret:w:');
  expect(dump).not.toContain(KEY.slice(-4));
  expect(readFileSync(path).includes(KEY.slice(0, 8))).toBe(false);
});

test('a short secret shows nothing of itself', async () => {
  const { vault } = makeVault({ db: makeDb(), wanted: 'memory' });
  expect(vault.facts(await vault.add('hunter2'))).toMatchObject({ lastFour: null, isReadable: true });
});

describe('where it goes', () => {
  test('into the keychain where there is one, else into the vault, and a temporary workspace leaves nothing', async () => {
    expect(await makeVault({ db: makeDb(), keychain: openKeychain() }).vault.preferred()).toBe('keychain');
    expect(await makeVault({ db: makeDb() }).vault.preferred()).toBe('vault');
    const keychain = openKeychain();
    const temporary = makeVault({ db: makeDb(), keychain, wanted: 'keychain', isTemporary: true });
    expect(await temporary.vault.preferred()).toBe('memory');
    await temporary.vault.add(KEY);
    expect(keychain.entries.size).toBe(0);
    await expect(temporary.vault.add(KEY, 'keychain')).rejects.toMatchObject({ code: 'secret.no_place' });
  });

  test('a place that does not keep it is an error, and nothing is left behind', async () => {
    const forgetful: SecretStore = { ...createMemorySecretStore(), get: () => Promise.resolve(undefined) };
    const db = makeDb();
    const { vault } = makeVault({ db, keychain: forgetful });
    await expect(vault.add(KEY, 'keychain')).rejects.toThrow('did not keep it');
    await expect(makeVault({ db, keychain: NO_KEYCHAIN }).vault.add(KEY, 'keychain')).rejects.toThrow(
      'no keychain here',
    );
    expect(vault.ids()).toEqual([]);
  });
});

describe('a keychain that fails', () => {
  test('one that is locked: the start goes on, each secret says why, and trying again brings them back', async () => {
    const keychain = openKeychain();
    const db = makeDb();
    const first = makeVault({ db, keychain });
    const id = await first.vault.add(KEY);
    keychain.state = 'locked';
    const { vault } = makeVault({ ...first, db, keychain });
    await vault.load();
    expect(vault.facts(id)).toMatchObject({ isReadable: false, problem: 'The Secret Service is locked.' });
    await expect(vault.move(id, 'vault')).rejects.toMatchObject({ code: 'secret.unreadable' });
    keychain.state = 'ok';
    await vault.load();
    expect(vault.value(id)).toBe(KEY);
  });

  test('one that never answers holds nobody up for more than five seconds', async () => {
    const keychain = openKeychain();
    const db = makeDb();
    const first = makeVault({ db, keychain });
    const id = await first.vault.add(KEY);
    keychain.state = 'hangs';
    const { vault } = makeVault({ ...first, db, keychain });
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const loading = vault.load();
    await vi.advanceTimersByTimeAsync(5_000);
    await loading;
    vi.useRealTimers();
    expect(vault.facts(id).problem).toContain('did not answer');
  });

  test('a secret deleted while it was locked goes from it as soon as it can be used', async () => {
    const keychain = openKeychain();
    const db = makeDb();
    const first = makeVault({ db, keychain });
    const id = await first.vault.add(KEY);
    keychain.state = 'locked';
    await first.vault.remove(id);
    expect(keychain.entries.size).toBe(1);
    expect((await first.vault.places())[0]!.reason).toContain('1 deleted secret');
    keychain.state = 'ok';
    await makeVault({ ...first, db, keychain }).vault.load();
    expect(keychain.entries.size).toBe(0);
  });

  test('an entry that somebody removed says so', async () => {
    const keychain = openKeychain();
    const { vault } = makeVault({ db: makeDb(), keychain });
    const id = await vault.add(KEY);
    keychain.entries.clear();
    expect(await vault.check(id)).toMatchObject({
      isReadable: false,
      problem: expect.stringContaining('not in the keychain'),
    });
  });
});

test('what a crash left half done is swept', async () => {
  const keychain = openKeychain();
  const db = makeDb();
  const { vault, ...rest } = makeVault({ db, keychain });
  keychain.entries.set('half', '"x"');
  db.prepare(`INSERT INTO secret (id, place, account, is_stored, set_at) VALUES ('i', 'keychain', 'half', 0, 0)`).run();
  await makeVault({ ...rest, db, keychain }).vault.load();
  expect(keychain.entries.size).toBe(0);
  expect(vault.ids()).toEqual([]);
});

test('a damaged vault file is said of each secret in it, put aside by the next one, and costs nothing else', async () => {
  const db = makeDb();
  const first = makeVault({ db, wanted: 'vault' });
  const lost = await first.vault.add(KEY);
  const bytes = readFileSync(first.path);
  truncateSync(first.path, bytes.length - 1);
  const { vault } = makeVault({ ...first, db, wanted: 'vault' });
  await vault.load();
  expect(vault.facts(lost)).toMatchObject({ isReadable: false, problem: expect.stringContaining('damaged') });
  const id = await vault.add(NEXT);
  expect(existsSync(`${first.path}.damaged`)).toBe(true);
  const again = makeVault({ ...first, db });
  await again.vault.load();
  expect(again.vault.value(id)).toBe(NEXT);
  writeFileSync(first.path, bytes);
  await again.vault.load();
  expect(again.vault.value(lost)).toBe(KEY);
});

test('a scan names the secrets that stand in a text, in pieces too, in any common encoding', async () => {
  const { vault } = makeVault({ db: makeDb(), wanted: 'memory' });
  const one = await vault.add(KEY);
  const two = await vault.add(['first-of-list', 'second/of list']);
  await vault.add('never seen there');
  expect(vault.findIn('nothing')).toEqual([]);
  expect(vault.findIn(`a ${encodeURIComponent('second/of list')}`)).toEqual([two]);
  const basic = Buffer.from(`ana:${KEY}`).toString('base64');
  const scan = vault.startScan();
  for (const piece of basic) scan.feed(piece);
  expect(scan.found()).toEqual([one]);
  expect(vault.findIn(`${basic} first-of-list`).sort()).toEqual([one, two].sort());
});

test('an export that holds a secret is refused, and the refusal names it and does not tell it', async () => {
  const { vault } = makeVault({ db: makeDb(), wanted: 'memory' });
  await vault.add(KEY);
  const guard = createExportGuard(vault, () => 'key of Service');
  expect(guard('clean')).toBeUndefined();
  const refused = (): void => guard(`value,${Buffer.from(KEY).toString('base64')}\n`);
  expect(refused).toThrow(/holds a secret \(key of Service\)/);
  expect(refused).not.toThrow(KEY);
});

test('many changes at once end as if they had come one by one', async () => {
  const db = makeDb();
  const first = makeVault({ db, wanted: 'vault' });
  const ids = await Promise.all(Array.from({ length: 20 }, (_, i) => first.vault.add(`secret number ${i}`)));
  await Promise.all(ids.map((id, i) => (i % 2 === 0 ? first.vault.remove(id) : first.vault.replace(id, `new ${i}`))));
  const { vault } = makeVault({ ...first, db });
  await vault.load();
  expect(new Set(vault.ids().map((id) => vault.value(id)))).toEqual(
    new Set(Array.from({ length: 10 }, (_, i) => `new ${i * 2 + 1}`)),
  );
});
