import { spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { makeClock, makeTempDir, silentLogger } from '../../../test/support/make-db.ts';
import { openTinySession } from '../../../test/support/tiny-session.ts';
import { createMemorySecretStore } from '../adapters/memory-secret-store.ts';
import { createCore } from '../app.ts';
import type { BlobStore } from '../evidence/blob-store.ts';

const LOOP = fileURLToPath(new URL('../../../test/support/ingest-loop.ts', import.meta.url));

async function open(dir: string, masterKey: Buffer) {
  let blobs: BlobStore | undefined;
  const core = await createCore({
    dir,
    clock: makeClock(),
    logger: silentLogger,
    secrets: createMemorySecretStore(),
    osmiaVersion: '0.0.0-test',
    createIfMissing: true,
    masterKey,
    engine: { nodePath: process.execPath, bundledRoot: dir },
    openSession(deps) {
      blobs = deps.blobs;
      return openTinySession(deps);
    },
  });
  onTestFinished(() => core.close());
  return { core, blobs: blobs! };
}

/** Runs the loop until it has acknowledged `count` more, then kills it a moment into the next. */
async function runAndKill(dir: string, master: Buffer, count: number): Promise<string[]> {
  const child = spawn(process.execPath, [LOOP, dir, makeTempDir(), master.toString('hex')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const bytes of child.stdout) {
    text += String(bytes);
    if (text.split('\n').length > count) child.kill('SIGKILL');
  }
  // A line that the kill cut is no acknowledgement.
  return text.slice(0, text.lastIndexOf('\n')).split('\n');
}

test('kill -9 while files are taken in loses nothing that was acknowledged', { timeout: 60_000 }, async () => {
  const dir = join(makeTempDir(), 'workspace');
  const master = randomBytes(32);
  const acknowledged: string[] = [];
  for (let round = 0; round < 10; round += 1) acknowledged.push(...(await runAndKill(dir, master, 1 + round)));
  expect(acknowledged.length).toBeGreaterThanOrEqual(55);
  const { blobs } = await open(dir, master);
  for (const line of acknowledged) {
    const [id, sha256] = line.split(' ') as [string, string];
    const reader = await blobs.open(id);
    expect(
      createHash('sha256')
        .update(await reader.read(0, reader.size))
        .digest('hex'),
    ).toBe(sha256);
    await reader.close();
  }
  expect(readdirSync(join(dir, 'blobs', 'incoming'))).toEqual([]);
});

test('what a crash between writing and naming, or naming and committing, leaves is swept', async () => {
  const dir = join(makeTempDir(), 'workspace');
  const master = randomBytes(32);
  const first = await open(dir, master);
  const kept = await first.blobs.put(Buffer.from('kept'), { owner: 'intake', id: 'a' });
  await first.core.close();
  const stray = 'ab'.repeat(32);
  mkdirSync(join(dir, 'blobs', 'ab'), { recursive: true });
  writeFileSync(join(dir, 'blobs', 'ab', stray), 'named, not committed');
  writeFileSync(join(dir, 'blobs', 'incoming', 'half'), 'written, not named');
  writeFileSync(join(dir, 'keys.json.0b0b0b0b-0000-4000-8000-000000000000.tmp'), 'half a key file');
  const { blobs } = await open(dir, master);
  expect(filesBelow(join(dir, 'blobs'))).toHaveLength(1);
  expect(readdirSync(dir).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  const reader = await blobs.open(kept.id);
  expect(reader.size).toBe(4);
  await reader.close();
});

test('a full disk is said as such, stores nothing, and works again when there is room', async ({ skip }) => {
  const dir = makeTempDir();
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', dir]);
  if (mounted.status !== 0) skip('a tmpfs cannot be mounted here (needs root): the full disk was not tried');
  onTestFinished(() => void spawnSync('umount', ['-l', dir]));
  const master = randomBytes(32);
  const workspace = join(dir, 'workspace');
  const { core, blobs } = await open(workspace, master);
  const kept = await blobs.put(randomBytes(1_000), { owner: 'intake', id: 'a' });
  const big = join(makeTempDir(), 'big');
  writeFileSync(big, randomBytes(6 * 1024 * 1024));
  const owner = { owner: 'intake', id: 'b' } as const;
  await expect(blobs.ingest({ path: big }, owner)).rejects.toMatchObject({ code: 'disk.full' });
  await expect(blobs.put(readFileSync(big), owner)).rejects.toMatchObject({ code: 'disk.full' });
  expect(filesBelow(join(workspace, 'blobs'))).toHaveLength(1);
  const again = await blobs.put(randomBytes(100_000), owner);
  for (const id of [kept.id, again.id]) {
    const reader = await blobs.open(id);
    await reader.read(0, reader.size);
    await reader.close();
  }
  await core.close();
});

test('no canary, hash or name of what is stored can be found in the folder', async () => {
  const dir = join(makeTempDir(), 'workspace');
  const { core, blobs } = await open(dir, randomBytes(32));
  // Never whole in any file of ours: scanners would take the test itself for it.
  const eicar = ['X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR', '-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*'].join('');
  const canary = 'canary-in-a-title-5e1f';
  const texts = [eicar, `MZ${'\0'.repeat(60)}${canary}`, canary.repeat(40_000)];
  for (const text of texts) await blobs.put(Buffer.from(text), { owner: 'intake', id: canary });
  const search = (): void => {
    const needles = [eicar.slice(0, 20), eicar.slice(30, 60), canary].flatMap((text) => [
      Buffer.from(text),
      Buffer.from(text, 'utf16le'),
      Buffer.from(Buffer.from(text).toString('base64').slice(0, 24)),
    ]);
    const hashes = texts.flatMap((text) => ['md5', 'sha1', 'sha256'].map((name) => hashOf(name, text)));
    const files = filesBelow(dir);
    expect(files.length).toBeGreaterThan(4);
    for (const file of files) {
      const bytes = readFileSync(file);
      for (const needle of needles) expect(bytes.includes(needle), `${file}: ${String(needle)}`).toBe(false);
      for (const hash of hashes) {
        expect(file).not.toContain(hash);
        expect(bytes.includes(hash) || bytes.includes(Buffer.from(hash, 'hex')), file).toBe(false);
      }
      expect(statSync(file).mode & 0o111, file).toBe(0);
      // What scanners and shells go by. (A database begins with random bytes.)
      if (file.includes('blobs')) expect(bytes.subarray(0, 2).toString('latin1')).not.toMatch(/^(MZ|PK|#!|\x7fE)/);
    }
  };
  // Once with the log of SQLite in use, once after it was folded in.
  search();
  await core.close();
  search();
});

const hashOf = (algorithm: string, text: string): string => createHash(algorithm).update(text).digest('hex');

function filesBelow(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
