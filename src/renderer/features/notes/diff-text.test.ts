import { expect, test } from 'vitest';
import { aroundChanges, type DiffRow, diffText } from './diff-text.ts';

const rowsOf = (before: string, after: string): readonly DiffRow[] => {
  const diff = diffText(before, after);
  if ('tooMuch' in diff) throw new Error(diff.tooMuch);
  return diff.rows;
};
const sign = { same: ' ', added: '+', removed: '-', changed: '~' } as const;
const shown = (rows: readonly DiffRow[]): string[] =>
  rows.map(({ kind, parts }) => sign[kind] + parts.map(({ text }) => text).join('|'));

test('lines, and in a changed line its words', () => {
  expect(shown(rowsOf('a\nthe quick fox\nc', 'a\nthe slow fox\nc\nd\n'))).toEqual([
    ' a',
    '~the |quick|slow| fox',
    ' c',
    '+d',
  ]);
});

test('a line that says something else altogether is two lines', () => {
  expect(shown(rowsOf('nothing here\n', 'another thing altogether\n'))).toEqual([
    '-nothing here',
    '+another thing altogether',
  ]);
});

test('the same text has no change', () => {
  expect(diffText('a\nb', 'a\nb')).toMatchObject({ added: 0, removed: 0 });
});

test('far from any change lines are counted, not shown', () => {
  const many = Array.from({ length: 20 }, (_, i) => `line ${i}`);
  const rows = rowsOf(many.join('\n'), many.toSpliced(10, 1).join('\n'));
  const shortened = aroundChanges(rows, 2);
  expect(shortened[0]).toBe(8);
  expect(shortened.at(-1)).toBe(7);
  expect(shortened).toHaveLength(7);
});

test('what is too long is said to be, at once', () => {
  const long = 'x'.repeat(300_000);
  expect(diffText(long, `${long}y`)).toHaveProperty('tooMuch');
  const a = Array.from({ length: 9_000 }, (_, i) => `a${i}`).join('\n');
  const b = Array.from({ length: 9_000 }, (_, i) => `b${i}`).join('\n');
  expect(diffText(a, b)).toHaveProperty('tooMuch');
});
