import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeTempDir } from '../../../../test/support/make-db.ts';
import { isOwnFolder, writeFresh } from './write-fresh.ts';

test('a link that a package left in the place of a file is not followed', () => {
  const [folder, outside] = [makeTempDir(), join(makeTempDir(), 'profile')];
  writeFileSync(outside, 'mine');
  symlinkSync(outside, join(folder, 'lock.txt'));
  writeFresh(join(folder, 'lock.txt'), 'pinned');
  expect(readFileSync(outside, 'utf8')).toBe('mine');
  expect(readFileSync(join(folder, 'lock.txt'), 'utf8')).toBe('pinned');
  mkdirSync(join(folder, 'record'));
  writeFresh(join(folder, 'record'), 'r');
  expect(readFileSync(join(folder, 'record'), 'utf8')).toBe('r');
});

test('a folder that is a link, or lies in one, is none of ours', () => {
  const [folder, outside] = [makeTempDir(), makeTempDir()];
  mkdirSync(join(outside, 'bin'));
  mkdirSync(join(folder, 'wheels'));
  symlinkSync(outside, join(folder, 'venv'));
  symlinkSync(outside, join(folder, 'direct'));
  expect(['wheels', 'venv/bin', 'direct', 'gone'].map((name) => isOwnFolder(join(folder, name)))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});
