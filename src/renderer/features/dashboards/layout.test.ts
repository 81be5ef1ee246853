import { expect, test } from 'vitest';
import type { DashboardDefinition, Widget } from '../../../shared/contract/dashboards.ts';
import { moveBefore, moveStep, placeWords, putWidget, removeWidget } from './layout.ts';

const widget = (id: string): Widget => ({ kind: 'text', id, title: id, text: '', series: [] });
const rowsOf = (...rows: string[]): DashboardDefinition['rows'] => rows.map((row) => row.split('').map(widget));
const words = (rows: DashboardDefinition['rows']): string[] => rows.map((row) => row.map(({ id }) => id).join(''));

test.each([
  ['b', 'left', ['bac', 'd']],
  ['a', 'left', ['abc', 'd']],
  ['b', 'right', ['acb', 'd']],
  // The row below has room.
  ['b', 'down', ['ac', 'db']],
  // The row above is full: the two rows change places.
  ['d', 'up', ['d', 'abc']],
  // Nothing above: a row of its own.
  ['b', 'up', ['b', 'ac', 'd']],
  ['d', 'down', ['abc', 'd']],
] as const)('%s goes one step %s', (id, direction, expected) => {
  expect(words(moveStep(rowsOf('abc', 'd'), id, direction))).toEqual(expected);
});

test('a widget dropped on a full row sends its last one down', () => {
  expect(words(moveBefore(rowsOf('abc', 'de'), 'e', 'b'))).toEqual(['aeb', 'c', 'd']);
  expect(words(moveBefore(rowsOf('abc', 'd'), 'd', 'a'))).toEqual(['dab', 'c']);
  expect(words(moveBefore(rowsOf('abc'), 'c', 'a'))).toEqual(['cab']);
  const rows = rowsOf('ab');
  expect(moveBefore(rows, 'a', 'a')).toBe(rows);
  expect(moveBefore(rows, 'x', 'a')).toBe(rows);
});

test('new ones go to the end, three in a row; changed ones stay where they are; no empty row is left', () => {
  expect(words(putWidget(rowsOf('ab'), widget('c')))).toEqual(['abc']);
  expect(words(putWidget(rowsOf('abc'), widget('d')))).toEqual(['abc', 'd']);
  expect(putWidget(rowsOf('ab'), { ...widget('a'), title: 'new' })[0]?.[0]?.title).toBe('new');
  expect(words(removeWidget(rowsOf('a', 'b'), 'a'))).toEqual(['b']);
  expect(placeWords(rowsOf('ab', 'c'), 'b')).toBe('row 1 of 2, place 2 of 2');
});
