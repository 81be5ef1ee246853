import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTempDir } from '../../test/support/make-db.ts';
import { readPassphraseFile } from './passphrase.ts';

function file(text: string, mode = 0o600): string {
  const path = join(makeTempDir(), 'passphrase');
  writeFileSync(path, text, { mode });
  return path;
}

it.each([
  ['correct horse', 'correct horse'],
  ['correct horse\n', 'correct horse'],
  ['correct horse\r\n', 'correct horse'],
  ['two newlines\n\n', 'two newlines\n'],
  [' spaces count ', ' spaces count '],
  ['schlüssel 🐝\n', 'schlüssel 🐝'],
])('reads %j as %j', (text, passphrase) => {
  expect(readPassphraseFile(file(text))).toBe(passphrase);
});

it.each([0o640, 0o604, 0o644, 0o660])('refuses a file with mode %o', (mode) => {
  if (process.platform === 'win32') return;
  expect(() => readPassphraseFile(file('x', mode))).toThrow(
    expect.objectContaining({ code: 'passphrase.file_exposed' }),
  );
});

it('refuses what is no passphrase file', () => {
  expect(() => readPassphraseFile('/nowhere/file')).toThrow(expect.objectContaining({ code: 'file.not_found' }));
  expect(() => readPassphraseFile(makeTempDir())).toThrow(expect.objectContaining({ code: 'file.not_a_file' }));
  expect(() => readPassphraseFile(file('\n'))).toThrow(expect.objectContaining({ code: 'invalid_input' }));
  expect(() => readPassphraseFile(file('x'.repeat(5_000)))).toThrow(expect.objectContaining({ code: 'too_large' }));
});
