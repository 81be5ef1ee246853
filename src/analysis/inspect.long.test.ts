import { expect, test } from 'vitest';
import { type ByteSource, MAX_READ } from './byte-source.ts';
import { inspect } from './inspect.ts';

const never = new AbortController().signal;
const MIB = 2 ** 20;

/** `record` over and over, made when it is read, so that only the reader can use memory. */
function repeated(record: string, size: number): ByteSource {
  const pattern = Buffer.from(record.repeat(Math.ceil((2 * MAX_READ) / record.length)));
  return {
    size,
    read: async (offset, length) => {
      const from = offset % record.length;
      return Uint8Array.from(pattern.subarray(from, from + Math.min(length, size - offset)));
    },
  };
}

const URL = 'http://a.bad-site.com/0123456789';

test.each([
  ['50 MB on one line', `"${URL}",${'"plain words",'.repeat(300)}`, 50e6],
  ['50 MB on one line without a blank', `${'x'.repeat(9000)}(${URL})`, 50e6],
  ['a log of 1 GiB', `2026-11-23T01:02:03Z GET ${URL} 200 "plain words and more of them"\n`, 1024 * MIB],
])('%s: everything is found and memory stays bounded', async (_, record, size) => {
  const before = process.memoryUsage();
  let peak = 0;
  let read = 0;
  const { observables, coverage } = await inspect(repeated(record, size), { name: 'a.log' }, never, (note) => {
    read = note.read;
    const { rss } = process.memoryUsage();
    peak = Math.max(peak, rss - before.rss);
  });
  expect(observables.map(({ value }) => value)).toEqual([URL]);
  expect(coverage.skipped).toEqual([]);
  expect(read).toBe(size);
  expect(peak / MIB).toBeLessThan(400);
});
