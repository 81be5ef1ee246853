import { randomBytes } from 'node:crypto';
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { readVaultFile, writeVaultFile } from './vault-file.ts';

const key = randomBytes(32);
const newPath = (): string => join(makeTempDir(), 'secrets.vault');

test('what was written comes back, and nobody else reads it', () => {
  const path = newPath();
  expect(readVaultFile(path, key)).toEqual(new Map());
  const entries = new Map([
    ['a', 'correct horse'],
    ['b', '{"é": "\u{1F41D}"}'],
  ]);
  writeVaultFile(path, key, entries);
  expect(readVaultFile(path, key)).toEqual(entries);
  expect(readFileSync(path).includes('correct horse')).toBe(false);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(dirname(path))).toEqual(['secrets.vault']);
  expect(() => readVaultFile(path, randomBytes(32))).toThrow('is damaged');
});

test('the length tells nothing of a few secrets more or less', () => {
  const path = newPath();
  const sizes = [0, 1, 5].map((count) => {
    writeVaultFile(path, key, new Map(Array.from({ length: count }, (_, i) => [`${i}`, 'x'.repeat(64)])));
    return statSync(path).size;
  });
  expect(new Set(sizes).size).toBe(1);
});

test('one changed bit anywhere, a cut or something added is found', () => {
  const path = newPath();
  writeVaultFile(path, key, new Map([['a', 'secret']]));
  const good = readFileSync(path);
  for (let at = 0; at < good.length; at += 1) {
    const bad = Buffer.from(good);
    bad[at]! ^= 1 << (at % 8);
    writeFileSync(path, bad);
    expect(() => readVaultFile(path, key), `byte ${at}`).toThrow('is damaged');
  }
  for (const bad of [good.subarray(0, -1), good.subarray(0, 20), Buffer.alloc(0), Buffer.concat([good, good])]) {
    writeFileSync(path, bad);
    expect(() => readVaultFile(path, key)).toThrow('is damaged');
  }
  writeFileSync(path, good);
  expect(readVaultFile(path, key).get('a')).toBe('secret');
});
