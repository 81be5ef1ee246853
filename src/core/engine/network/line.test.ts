import { expect, test } from 'vitest';
import { createLine } from './line.ts';

test('no more than its width are under way, in order, and a failure frees its place', async () => {
  const started: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<number>>();
  const ask = createLine(2, (input: number) => {
    started.push(input);
    const end = Promise.withResolvers<number>();
    ends.set(input, end);
    return end.promise;
  });
  const all = [1, 2, 3, 4].map((input) => ask(input).catch((error: unknown) => String(error)));
  expect(started).toEqual([1, 2]);
  ends.get(2)?.reject(new Error('no'));
  expect(await all[1]).toBe('Error: no');
  expect(started).toEqual([1, 2, 3]);
  ends.get(1)?.resolve(10);
  expect(await all[0]).toBe(10);
  expect(started).toEqual([1, 2, 3, 4]);
  ends.get(3)?.resolve(30);
  ends.get(4)?.resolve(40);
  expect(await Promise.all(all)).toEqual([10, 'Error: no', 30, 40]);
});
