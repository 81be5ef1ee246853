import { expect, test } from 'vitest';
import type { RunRow, RunSheet } from '../../../shared/contract/jobs.ts';
import { firstTicks, runWords, tally } from './sheet-state.ts';

const row = (n: number, value: string, verdict: RunRow['verdict'] = 'allowed'): RunRow => ({
  row: n,
  flavorId: `s/F${n}`,
  flavorName: 'F',
  flavorVersion: '1.0',
  observableId: null,
  dataType: 'domain',
  value,
  tlp: 'amber',
  pap: 'amber',
  verdict,
  reason: null,
  instead: null,
  leaves: 'the domain',
  cachedAt: null,
});

const sheet: RunSheet = {
  id: '01890000-0000-7000-8000-000000000000',
  createdAt: 0,
  local: [row(0, 'a'), row(1, 'b')],
  destinations: [
    { name: 'One', hosts: [], seenBy: '', keeps: '', rows: [row(2, 'a'), row(3, 'b', 'cached')] },
    { name: 'Two', hosts: [], seenBy: '', keeps: '', rows: [row(4, 'a'), row(5, 'c', 'waiting')] },
  ],
  refused: [row(6, 'a', 'refused')],
  strictest: { tlp: 'amber', pap: 'amber' },
  counts: { jobs: 6, local: 2, valuesLeaving: 2, cached: 1, refused: 1 },
};

test('all but cached and refused rows start ticked', () => {
  expect([...firstTicks(sheet)]).toEqual([0, 1, 2, 4, 5]);
});

test('what waits for the link is not ticked by itself', () => {
  const [one] = sheet.destinations;
  if (!one) throw new Error('The sheet has no destination.');
  const offline = { ...row(2, 'a', 'waiting'), reason: { code: 'offline', message: 'The engagement is OFFLINE.' } };
  expect([...firstTicks({ ...sheet, destinations: [{ ...one, rows: [offline] }] })]).toEqual([0, 1]);
});

test('a value counts once however many services get it', () => {
  const counts = tally(sheet, firstTicks(sheet), new Set());
  expect(counts).toMatchObject({ jobs: 5, here: 2, values: 2, services: 2 });
  expect(runWords(counts)).toBe('Run 5, send 2 values');
});

test('a cached row sends nothing unless it is asked again', () => {
  const ticked = new Set([3]);
  expect(tally(sheet, ticked, new Set())).toMatchObject({ jobs: 1, values: 0, cached: 1 });
  expect(tally(sheet, ticked, new Set([3]))).toMatchObject({ jobs: 1, values: 1, cached: 0 });
});

test('where nothing leaves the button says so', () => {
  expect(runWords(tally(sheet, new Set([0, 1]), new Set()))).toBe('Run 2 here');
});
