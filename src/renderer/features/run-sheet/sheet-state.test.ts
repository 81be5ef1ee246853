import { expect, test } from 'vitest';
import type { RunSheet, SheetIndex } from '../../../shared/contract/jobs.ts';
import { type Choices, firstTicks, runWords, tally } from './sheet-state.ts';

const index = (rows: number[], subjects: number[], verdicts: string): SheetIndex => ({ rows, subjects, verdicts });
const to = (name: string, rows: SheetIndex): RunSheet['destinations'][number] => ({
  name,
  hosts: [],
  seenBy: '',
  keeps: '',
  accepts: { tlp: null, pap: null },
  rows: [],
  index: rows,
  quota: [],
});

const sheet: RunSheet = {
  id: '01890000-0000-7000-8000-000000000000',
  createdAt: 0,
  local: [],
  localIndex: index([0, 1], [0, 1], 'aa'),
  localFlavors: ['F'],
  destinations: [to('One', index([2, 3], [0, 1], 'ac')), to('Two', index([4, 5], [0, 2], 'aw'))],
  refused: [],
  refusedIndex: index([6], [0], 'r'),
  strictest: { tlp: 'amber', pap: 'amber' },
  counts: { jobs: 6, local: 2, valuesLeaving: 2, cached: 1, refused: 1 },
};
const choose = (ticked: Iterable<number>, patch: Partial<Choices> = {}): Choices => ({
  ticked: new Set(ticked),
  forced: new Set(),
  overruled: new Map(),
  ...patch,
});

test('all but cached and refused rows start ticked', () => {
  expect([...firstTicks(sheet)]).toEqual([0, 1, 2, 4, 5]);
});

test('what waits for the link is not ticked by itself', () => {
  expect([...firstTicks({ ...sheet, destinations: [to('One', index([2], [0], 'o'))] })]).toEqual([0, 1]);
});

test('a value counts once however many services get it', () => {
  const counts = tally(sheet, choose(firstTicks(sheet)));
  expect(counts).toMatchObject({ jobs: 5, here: 2, values: 2, services: 2, requests: 3, asks: [1, 2] });
  expect(runWords(counts)).toBe('Run 5, send 2 values');
});

test('a cached row sends nothing unless it is asked again', () => {
  expect(tally(sheet, choose([3]))).toMatchObject({ jobs: 1, values: 0, cached: 1 });
  expect(tally(sheet, choose([3], { forced: new Set([3]) }))).toMatchObject({ jobs: 1, values: 1, cached: 0 });
});

test('an overruled row is counted where its answer comes from', () => {
  const overruled = new Map([[6, { reason: 'The owner agreed by phone.', destination: 'Three' }]]);
  expect(tally(sheet, choose([2], { overruled }))).toMatchObject({ jobs: 2, values: 1, services: 2, requests: 2 });
});

test('where nothing leaves the button says so', () => {
  expect(runWords(tally(sheet, choose([0, 1])))).toBe('Run 2 here');
});

test('200,000 rows are counted within a frame or two', () => {
  const many = Array.from({ length: 200_000 }, (_, n) => n);
  const large = { ...sheet, destinations: [to('One', index(many, many, 'a'.repeat(200_000)))] };
  const chosen = choose(many);
  tally(large, chosen);
  const from = performance.now();
  expect(tally(large, chosen).values).toBe(200_000);
  // Many times what it takes; a tally that looks things up row by row in a list takes minutes.
  expect(performance.now() - from).toBeLessThan(1_000);
});
