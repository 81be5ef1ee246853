import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTempDir } from '../../test/support/make-db.ts';
import { isProbablyMissingFile, readFileArgument, readFileOrValue } from './read-input.ts';

const plain = { isValue: false, isTyped: false };

it('takes an existing path as a file, and anything else as a value', () => {
  const file = join(makeTempDir(), 'evil.example');
  writeFileSync(file, '');
  expect(readFileOrValue(file, plain)).toEqual({ kind: 'file', path: file });
  expect(readFileOrValue('-', plain)).toEqual({ kind: 'stdin' });
  expect(readFileOrValue(file, { isValue: true, isTyped: false })).toEqual({ kind: 'value', value: file });
  for (const value of ['evil.example', 'https://evil.example/a', '10.0.0.0/8', 'Mozilla/5.0', 'x'.repeat(10_000)]) {
    expect(readFileOrValue(value, plain)).toEqual({ kind: 'value', value });
  }
});

it.each(['./a.eml', '../a', '/tmp/nothing/a.eml', '~/a', 'C:\\a.eml', '.\\a', '\\\\server\\a'])(
  'does not take the mistyped path %s for a value, unless told to',
  (path) => {
    expect(() => readFileOrValue(path, plain)).toThrow(/There is no file .*--value/);
    expect(readFileOrValue(path, { isValue: true, isTyped: false }).kind).toBe('value');
    expect(readFileOrValue(path, { isValue: false, isTyped: true }).kind).toBe('value');
  },
);

it('asks back where a typed value is the name of a file', () => {
  const file = join(makeTempDir(), 'a');
  writeFileSync(file, '');
  expect(() => readFileOrValue(file, { isValue: false, isTyped: true })).toThrow(/is a file here/);
});

it.skipIf(process.platform === 'win32')('says what it was given instead of a file', () => {
  const dir = makeTempDir();
  const pipe = join(dir, 'pipe');
  spawnSync('mkfifo', [pipe]);
  symlinkSync('b', join(dir, 'a'));
  symlinkSync('a', join(dir, 'b'));
  mkdirSync(join(dir, 'folder'));
  writeFileSync(join(dir, 'bidi\u202efdp.exe'), '');
  expect(() => readFileArgument(join(dir, 'folder'))).toThrow(/is a folder/);
  expect(() => readFileArgument(pipe)).toThrow(/is a pipe.*standard input/);
  expect(() => readFileArgument('/dev/zero')).toThrow(/is a device/);
  expect(() => readFileArgument(join(dir, 'a'))).toThrow(/lead in a circle/);
  expect(() => readFileArgument(join(dir, 'nothing'))).toThrow(/There is no file/);
  expect(() => readFileArgument('no\nsuch\u001b[31m')).toThrow(/no\\u\{a\}such\\u\{1b\}/);
  expect(readFileArgument(join(dir, 'bidi\u202efdp.exe')).kind).toBe('file');
});

it.each([
  ['mail.eml', 'filename', true],
  ['a/b.eml', undefined, true],
  ['evil.example', 'fqdn', false],
  ['https://evil.example/x', undefined, false],
  ['words', undefined, false],
])('guesses whether %s was meant as a file', (value, dataType, expected) => {
  expect(isProbablyMissingFile(value, dataType)).toBe(expected);
});
