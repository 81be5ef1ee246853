import { expect, test } from 'vitest';
import { type CellMove, cellsOf, type Lines, moveInTable, NEW_TABLE, tableAround } from './table.ts';

const linesOf = (text: string): Lines => {
  const lines = text.split('\n');
  return { count: lines.length, text: (number) => lines[number - 1] ?? '' };
};
const TABLE = linesOf('before\n| Name | Size |\n| --- | ---: |\n| a \\| b | 12 |\n| c |  |\n\nafter');

const wordsAt = (lines: Lines, move: CellMove | undefined): string | undefined =>
  move && 'cell' in move ? lines.text(move.line).slice(move.cell.from, move.cell.to) : undefined;

test('cells are found with their words, escaped bars and empty cells included', () => {
  const text = '| a \\| b | 12 |  |';
  expect(cellsOf(text).map(({ from, to }) => text.slice(from, to))).toEqual(['a \\| b', '12', '']);
  const bare = 'a | b';
  expect(cellsOf(bare).map(({ from, to }) => bare.slice(from, to))).toEqual(['a', 'b']);
  expect(cellsOf('')).toEqual([]);
});

test('a table is what has a row of dashes as its second line', () => {
  expect(tableAround(TABLE, 4)).toEqual({ first: 2, last: 5 });
  expect(tableAround(TABLE, 1)).toBeUndefined();
  expect(tableAround(linesOf('a | b\nc | d'), 1)).toBeUndefined();
});

test('Tab goes from cell to cell, over the row of dashes, and makes a row after the last cell', () => {
  const column = (number: number, words: string): number => TABLE.text(number).indexOf(words);
  expect(wordsAt(TABLE, moveInTable(TABLE, 2, column(2, 'Name'), 1))).toBe('Size');
  expect(moveInTable(TABLE, 2, column(2, 'Size'), 1)).toMatchObject({ line: 4 });
  expect(wordsAt(TABLE, moveInTable(TABLE, 2, column(2, 'Size'), 1))).toBe('a \\| b');
  expect(wordsAt(TABLE, moveInTable(TABLE, 4, column(4, 'a'), -1))).toBe('Size');
  expect(moveInTable(TABLE, 2, column(2, 'Name'), -1)).toBeUndefined();
  expect(moveInTable(TABLE, 5, TABLE.text(5).length, 1)).toEqual({ after: 5, row: '|  |  |' });
  expect(moveInTable(TABLE, 1, 0, 1)).toBeUndefined();
});

test('a new table is one', () => {
  expect(tableAround(linesOf(NEW_TABLE), 1)).toEqual({ first: 1, last: 3 });
});
