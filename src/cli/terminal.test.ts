import { expect, it } from 'vitest';
import { AppError, ERROR_CODES } from '../shared/errors.ts';
import { EXIT, exitCodeOf } from './exit-codes.ts';
import { printable, table } from './terminal.ts';

it('shows hostile text as one harmless line', () => {
  expect(printable('a\u001b]0;title\u0007b\r\nc')).toBe('a\\u{1b}]0;title\\u{7}b\\u{d}\\u{a}c');
  expect(printable('rcs\u202efdp.exe')).toBe('rcs\\u{202e}fdp.exe');
  expect(printable('naïve 文字 🐝')).toBe('naïve 文字 🐝');
  expect(printable('x'.repeat(1_000))).toHaveLength(200);
});

it('lines up columns whatever colours they have', () => {
  expect(
    table([
      ['a', 'b'],
      ['\u001b[31mccc\u001b[39m', 'd'],
    ]),
  ).toEqual(['a    b', '\u001b[31mccc\u001b[39m  d']);
  expect(table([])).toEqual([]);
});

it('has an exit code of the documented set for every error', () => {
  const known = Object.values(EXIT);
  for (const code of ERROR_CODES) expect(known).toContain(exitCodeOf(new AppError(code, '')));
  expect(exitCodeOf(new Error('a bug'))).toBe(70);
  expect(exitCodeOf(new AppError('workspace.wrong_key', ''))).toBe(4);
  expect(exitCodeOf(new AppError('file.not_found', ''))).toBe(2);
});
