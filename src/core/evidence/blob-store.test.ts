import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeClock, makeDb, makeTempDir } from '../../../test/support/make-db.ts';
import { createWorkspaceKeys } from '../workspace/keys.ts';
import { createBlobStore, type Owner } from './blob-store.ts';
import { CHUNK_BYTES } from './sealed-format.ts';

const intake: Owner = { owner: 'intake', id: 'intake-1' };
const other: Owner = { owner: 'case', id: 'case-1' };
const digest = (algorithm: string, bytes: Uint8Array): string => createHash(algorithm).update(bytes).digest('hex');

function makeStore() {
  const db = makeDb();
  const dir = makeTempDir();
  const keys = createWorkspaceKeys(randomBytes(32));
  const blobs = createBlobStore({ db, dir, keys, clock: makeClock() });
  onTestFinished(() => blobs.close());
  return { db, dir, keys, blobs };
}

function makeFile(bytes: Uint8Array): string {
  const path = join(makeTempDir(), 'dropped.bin');
  writeFileSync(path, bytes);
  return path;
}

/** Every file below the store's folder. */
function filesIn(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

async function readAll(blobs: ReturnType<typeof makeStore>['blobs'], id: string): Promise<Buffer> {
  const reader = await blobs.open(id);
  try {
    return Buffer.from(await reader.read(0, reader.size));
  } finally {
    await reader.close();
  }
}

test.each([0, 1, 1000, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 5 * 1024 * 1024 + 7])(
  'a file and a stream of %i bytes come back as they were, with the three hashes',
  async (size) => {
    const { blobs } = makeStore();
    const bytes = randomBytes(size);
    const fromPath = await blobs.ingest({ path: makeFile(bytes) }, intake);
    expect(fromPath).toMatchObject({
      size,
      sha256: digest('sha256', bytes),
      sha1: digest('sha1', bytes),
      md5: digest('md5', bytes),
    });
    expect((await readAll(blobs, fromPath.id)).equals(bytes)).toBe(true);

    const { blobs: second } = makeStore();
    const fromStream = await second.put(bytes, intake);
    expect({ ...fromStream, id: '' }).toEqual({ ...fromPath, id: '' });
    expect((await readAll(second, fromStream.id)).equals(bytes)).toBe(true);
  },
);

test('reads at any offset give what is there', async () => {
  const { blobs } = makeStore();
  const bytes = randomBytes(3 * CHUNK_BYTES + 11);
  const { id } = await blobs.put(bytes, intake);
  const reader = await blobs.open(id);
  onTestFinished(() => reader.close());
  for (const [offset, length] of [
    [0, 1],
    [CHUNK_BYTES - 3, 6],
    [CHUNK_BYTES, CHUNK_BYTES],
    [10, 2 * CHUNK_BYTES + 100],
    [bytes.length - 5, 50],
    [bytes.length, 10],
    [bytes.length + 1000, 10],
  ] as const) {
    expect(Buffer.from(await reader.read(offset, length)).equals(bytes.subarray(offset, offset + length))).toBe(true);
  }
});

test('a byte changed anywhere in a sealed file is always noticed', async () => {
  const { blobs, dir } = makeStore();
  for (const clear of [Buffer.from('a small mail with a payload'), Buffer.alloc(0)]) {
    const { id } = await blobs.put(clear, intake);
    const path = filesIn(dir).find((file) => statSync(file).size === clear.length + 24)!;
    const sealed = readFileSync(path);
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at] = changed[at]! ^ (1 << (at % 8));
      writeFileSync(path, changed);
      await expect(readAll(blobs, id), `byte ${at}`).rejects.toMatchObject({ code: 'workspace.damaged' });
    }
    writeFileSync(path, sealed);
    expect((await readAll(blobs, id)).equals(clear)).toBe(true);
  }
});

test('a sealed file cut, extended or with its chunks moved is noticed', async () => {
  const { blobs, dir } = makeStore();
  const { id } = await blobs.put(randomBytes(3 * CHUNK_BYTES), intake);
  const path = filesIn(dir)[0]!;
  const sealed = readFileSync(path);
  const step = CHUNK_BYTES + 16;
  const chunk = (n: number): Buffer => sealed.subarray(8 + n * step, 8 + (n + 1) * step);
  const header = sealed.subarray(0, 8);
  for (const bad of [
    sealed.subarray(0, 8 + 2 * step),
    Buffer.concat([sealed, chunk(2)]),
    Buffer.concat([header, chunk(1), chunk(0), chunk(2)]),
    Buffer.concat([header, chunk(0), chunk(1), chunk(1)]),
    Buffer.alloc(0),
  ]) {
    writeFileSync(path, bad);
    await expect(readAll(blobs, id)).rejects.toMatchObject({ code: 'workspace.damaged' });
  }
});

test('the same bytes for another owner are stored once and outlive the first owner', async () => {
  const { blobs, dir, db } = makeStore();
  const bytes = randomBytes(5000);
  const first = await blobs.put(bytes, intake);
  const second = await blobs.ingest({ path: makeFile(bytes) }, other);
  expect(second).toEqual(first);
  expect(filesIn(dir)).toHaveLength(1);
  db.transaction(() => blobs.release(intake))();
  expect((await readAll(blobs, first.id)).equals(bytes)).toBe(true);
  db.transaction(() => blobs.release(other))();
  await expect(blobs.open(first.id)).rejects.toMatchObject({ code: 'not_found' });
  await new Promise(setImmediate);
  expect(filesIn(dir)).toEqual([]);
});

test('a release that is rolled back keeps the file', async () => {
  const { blobs, dir, db } = makeStore();
  const { id } = await blobs.put(randomBytes(10), intake);
  expect(() =>
    db.transaction(() => {
      blobs.release(intake);
      throw new Error('rolled back');
    })(),
  ).toThrow('rolled back');
  await new Promise(setImmediate);
  expect(filesIn(dir)).toHaveLength(1);
  await readAll(blobs, id);
});

test('a wrapped key moved to another blob does not open it', async () => {
  const { blobs, db } = makeStore();
  const a = await blobs.put(randomBytes(10), intake);
  const b = await blobs.put(randomBytes(10), intake);
  db.prepare('UPDATE blob_key SET wrapped = (SELECT wrapped FROM blob_key WHERE blob_id = ?) WHERE blob_id = ?').run(
    a.id,
    b.id,
  );
  await expect(blobs.open(b.id)).rejects.toMatchObject({ code: 'workspace.damaged' });
});

test('bytes whose file went missing are stored again for every owner', async () => {
  const { blobs, dir } = makeStore();
  const bytes = randomBytes(100);
  const { id } = await blobs.put(bytes, intake);
  truncateSync(filesIn(dir)[0]!, 3);
  expect((await blobs.put(bytes, other)).id).toBe(id);
  blobs.release(other);
  expect((await readAll(blobs, id)).equals(bytes)).toBe(true);
});

test('names and rights on disk tell nothing', async () => {
  const { blobs, dir } = makeStore();
  const bytes = Buffer.from('a canary that nobody may find on the disk');
  const blob = await blobs.put(bytes, intake);
  const [path] = filesIn(dir);
  expect(readFileSync(path!).includes('canary')).toBe(false);
  for (const name of [blob.sha256, blob.sha1, blob.md5]) expect(path).not.toContain(name);
  expect(statSync(path!).mode & 0o777).toBe(0o600);
  expect(statSync(join(path!, '..')).mode & 0o777).toBe(0o700);
});

test('what is no plain file is refused at once, with the reason', async () => {
  const { blobs, dir } = makeStore();
  const place = makeTempDir();
  execFileSync('mkfifo', [join(place, 'fifo')]);
  symlinkSync(join(place, 'loop'), join(place, 'loop'));
  symlinkSync(join(place, 'gone'), join(place, 'dangling'));
  symlinkSync(join(place, 'fifo'), join(place, 'link-to-fifo'));
  const server = createServer().listen(join(place, 'socket'));
  onTestFinished(() => void server.close());
  const expected = {
    fifo: 'file.not_a_file',
    'link-to-fifo': 'file.not_a_file',
    socket: 'file.not_a_file',
    loop: 'file.unreadable',
    dangling: 'file.not_found',
    '': 'file.not_a_file',
    'a/b': 'file.not_found',
    'nul\0byte': 'file.not_found',
  };
  for (const [name, code] of Object.entries(expected)) {
    await expect(blobs.ingest({ path: join(place, name) }, intake), name).rejects.toMatchObject({ code });
  }
  await expect(blobs.ingest({ path: '/dev/zero' }, intake)).rejects.toMatchObject({ code: 'file.not_a_file' });
  expect(filesIn(dir)).toEqual([]);
});

test('a symbolic link to a file is read', async () => {
  const { blobs } = makeStore();
  const path = makeFile(Buffer.from('linked'));
  symlinkSync(path, `${path}.link`);
  expect((await blobs.ingest({ path: `${path}.link` }, intake)).size).toBe(6);
});

test('a file that grows while it is read is not stored', async () => {
  const { blobs, dir } = makeStore();
  const path = makeFile(Buffer.alloc(24 * 1024 * 1024, 1));
  const onProgress = (): void => appendFileSync(path, 'x');
  await expect(blobs.ingest({ path }, intake, { onProgress })).rejects.toMatchObject({ code: 'file.changed' });
  expect(filesIn(dir)).toEqual([]);
  expect(blobs.findBySha256(digest('sha256', readFileSync(path)))).toBeUndefined();
});

test('cancelling and limits leave nothing behind', async () => {
  const { blobs, dir } = makeStore();
  const path = makeFile(Buffer.alloc(24 * 1024 * 1024));
  const abort = new AbortController();
  const cancelled = blobs.ingest({ path }, intake, { signal: abort.signal, onProgress: () => abort.abort() });
  await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' });
  await expect(blobs.ingest({ path }, intake, { maxBytes: 1000 })).rejects.toMatchObject({ code: 'too_large' });
  const endless = async function* (): AsyncIterable<Uint8Array> {
    for (;;) yield new Uint8Array(65_536);
  };
  await expect(blobs.ingest({ stream: endless() }, intake, { maxBytes: 1_000_000 })).rejects.toMatchObject({
    code: 'too_large',
  });
  const broken = async function* (): AsyncIterable<Uint8Array> {
    yield new Uint8Array(10);
    throw new Error('connection lost');
  };
  await expect(blobs.ingest({ stream: broken() }, intake)).rejects.toMatchObject({ code: 'file.unreadable' });
  expect(filesIn(dir)).toEqual([]);
  // The threads are still good.
  expect((await blobs.ingest({ path }, intake)).size).toBe(24 * 1024 * 1024);
});

test('files at once do not disturb each other', async () => {
  const { blobs } = makeStore();
  const contents = Array.from({ length: 12 }, (_, i) => randomBytes(i % 3 === 0 ? 5 * 1024 * 1024 : 1000 + i));
  const stored = await Promise.all(contents.map((bytes) => blobs.ingest({ path: makeFile(bytes) }, intake)));
  for (const [i, bytes] of contents.entries()) expect(stored[i]!.md5).toBe(digest('md5', bytes));
});

test('the sweep at start removes what no row knows and counts what is missing', async () => {
  const { blobs, dir } = makeStore();
  const kept = await blobs.put(Buffer.from('kept'), intake);
  const lost = await blobs.put(Buffer.from('lost'), intake);
  const [aPath] = filesIn(dir).filter((path) => statSync(path).size === 28);
  mkdirSync(join(dir, 'ff'), { recursive: true });
  writeFileSync(join(dir, 'ff', 'ff'.repeat(32)), 'stray');
  writeFileSync(join(dir, 'incoming', 'half'), 'half');
  expect(await blobs.sweep()).toEqual({ removed: 2, missing: 0 });
  expect(existsSync(aPath!)).toBe(true);
  for (const id of [kept.id, lost.id]) await readAll(blobs, id);
  rmSync(aPath!);
  expect(await blobs.sweep()).toEqual({ removed: 0, missing: 1 });
});

test('the good file dropped again takes the place of a copy that the disk damaged, for every owner', async () => {
  const { blobs, dir } = makeStore();
  const bytes = randomBytes(3 * CHUNK_BYTES);
  const stored = await blobs.put(bytes, intake);
  const [file] = filesIn(dir);
  const sealed = readFileSync(file!);
  sealed[sealed.length - 5]! ^= 1;
  writeFileSync(file!, sealed);
  await expect(readAll(blobs, stored.id)).rejects.toMatchObject({ code: 'workspace.damaged' });

  const again = await blobs.ingest({ path: makeFile(bytes) }, other);
  expect(again.id).toBe(stored.id);
  expect(await readAll(blobs, stored.id)).toEqual(bytes);
  blobs.release(other);
  expect(await readAll(blobs, stored.id)).toEqual(bytes);
  expect(filesIn(dir)).toHaveLength(1);
});
