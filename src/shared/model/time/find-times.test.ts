import { expect, test } from 'vitest';
import { growth, LINEAR } from '../../../../test/support/growth.ts';
import { findTimes } from './find-times.ts';

const found = (text: string): string[] =>
  findTimes(text, { zone: 'UTC', now: Date.UTC(2026, 10, 23) }, 100).map((each) => each.text);

test('times are found where they stand, and end before a word that is no zone', () => {
  const text = 'At 2026-11-20 07:12 UTC the mail came. Opened 2026-11-20 07:31 FROM WS-7; see 20 Nov 2026, 08:05 CET.';
  const list = findTimes(text, { zone: 'UTC' }, 10);
  expect(list.map((each) => each.text)).toEqual(['2026-11-20 07:12 UTC', '2026-11-20 07:31', '20 Nov 2026, 08:05 CET']);
  for (const each of list) expect(text.startsWith(each.text, each.offset)).toBe(true);
});

test.each([
  ['Nov 20 14:03:11 host sshd[1]: Failed', ['Nov 20 14:03:11']],
  ['on 03/04/2026', ['03/04/2026']],
  ['[20/Nov/2026:14:03:11 +0100] "GET /"', ['20/Nov/2026:14:03:11 +0100']],
  ['version 1.2.2026.4, 10.0.0.1, CVE-2026-11-20x, 2026-11-201', []],
  ['file 2026-11-20.log of 2026-11-21.', ['2026-11-21']],
])('%s', (text, times) => {
  expect(found(text)).toEqual(times);
});

test('the time that a long text takes grows with its length and no more', async () => {
  const hostile = 'Jan 1 1 Jan 1/1/ 2026-11-2026-11-';
  expect(await growth((size) => findTimes(hostile.repeat(size), { zone: 'UTC' }, 200), 20_000)).toBeLessThan(LINEAR);
});
