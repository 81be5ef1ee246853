import { expect, test } from 'vitest';
import type { Task } from '../../../shared/contract/tasks.ts';
import { fromFieldText, toFieldText } from './due-field.tsx';
import { endOfDay } from './end-of-day.ts';
import { dropPlace, filterTasks, groupRows, stepPlace } from './task-order.ts';
import { elapsed } from './task-words.ts';

const task = (id: string, group: string, rest: Partial<Task> = {}): Task => ({
  id,
  group,
  caseId: 'c',
  title: id,
  description: '',
  status: 'waiting',
  assignee: '',
  position: 0,
  isMandatory: false,
  isFlagged: false,
  startAt: null,
  endAt: null,
  dueAt: null,
  createdAt: 0,
  updatedAt: 0,
  logs: 0,
  ...rest,
});
const TASKS = [task('a', 'one'), task('b', 'one'), task('c', 'two', { status: 'completed' }), task('d', 'two')];

test('a step moves within a group, then over its edge', () => {
  expect(stepPlace(TASKS, 'b', -1)).toEqual({ group: 'one', beforeId: 'a' });
  expect(stepPlace(TASKS, 'a', 1)).toEqual({ group: 'one', beforeId: null });
  expect(stepPlace(TASKS, 'b', 1)).toEqual({ group: 'two', beforeId: 'c' });
  expect(stepPlace(TASKS, 'c', -1)).toEqual({ group: 'one', beforeId: null });
  expect(stepPlace(TASKS, 'a', -1)).toBeUndefined();
  expect(stepPlace(TASKS, 'd', 1)).toBeUndefined();
});

test('heads count the group, whatever is shown of it', () => {
  expect(groupRows([TASKS[0]!, TASKS[3]!], TASKS)).toEqual([
    { group: 'one', all: 2, open: 2 },
    { task: TASKS[0] },
    { group: 'two', all: 2, open: 1 },
    { task: TASKS[3] },
  ]);
});

test('a task is let go before, after, or at the head of a group', () => {
  const rows = groupRows(TASKS, TASKS);
  expect(dropPlace(rows, 1, 'upper')).toEqual({ group: 'one', beforeId: 'a' });
  expect(dropPlace(rows, 1, 'lower')).toEqual({ group: 'one', beforeId: 'b' });
  expect(dropPlace(rows, 2, 'lower')).toEqual({ group: 'one', beforeId: null });
  expect(dropPlace(rows, 3, 'upper')).toEqual({ group: 'two', beforeId: 'c' });
  expect(dropPlace(rows, 99, 'upper')).toBeUndefined();
});

test('filters add up', () => {
  const at = { me: 'ana', now: 1_000 };
  const all = [
    task('late', 'x', { dueAt: 999, assignee: 'ana' }),
    task('later', 'x', { dueAt: 2_000, assignee: 'ana' }),
    task('done', 'x', { dueAt: 1, status: 'completed', assignee: 'ana' }),
    task('free', 'x', { isFlagged: true }),
  ];
  const ids = (...filters: Parameters<typeof filterTasks>[1] extends ReadonlySet<infer F> ? F[] : never): string[] =>
    filterTasks(all, new Set(filters), '', at).map(({ id }) => id);
  expect(ids('overdue')).toEqual(['late']);
  expect(ids('mine', 'waiting')).toEqual(['late', 'later']);
  expect(ids('flagged')).toEqual(['free']);
  expect(ids('completed')).toEqual(['done']);
  expect(filterTasks(all, new Set(), 'LATE ana', at).map(({ id }) => id)).toEqual(['late', 'later']);
  // Nobody is not somebody without a name.
  expect(filterTasks(all, new Set(['mine']), '', { me: '', now: 0 })).toEqual([]);
});

test('times in words and in fields', () => {
  expect([5_000, 12 * 60_000, 200 * 60_000, 52 * 3_600_000, 24 * 3_600_000].map(elapsed)).toEqual([
    '5 s',
    '12 min',
    '3 h 20 min',
    '2 d 4 h',
    '1 d',
  ]);
  const at = Date.UTC(2026, 10, 23, 9, 42);
  expect(toFieldText(at, 'utc')).toBe('2026-11-23T09:42');
  expect(fromFieldText('2026-11-23T09:42', 'utc')).toBe(at);
  expect(fromFieldText(toFieldText(at, 'local'), 'local')).toBe(at);
  expect(fromFieldText('', 'utc')).toBeNull();
  expect(fromFieldText('2026-11-', 'utc')).toBeUndefined();
  expect(endOfDay(at, 'utc')).toBe(Date.UTC(2026, 10, 24));
});
