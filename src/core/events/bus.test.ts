import { expect, test } from 'vitest';
import { type CoreEvent, createEventBus } from './bus.ts';

const tick = (): Promise<void> => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('repeats within a tick become one event, in order, numbered without gaps', async () => {
  const bus = createEventBus();
  const seen: CoreEvent[] = [];
  bus.on((event) => seen.push(event));
  bus.publish('case', 'a');
  bus.publish('observable', 'o', 'a');
  bus.publish('case', 'a');
  await tick();
  bus.publish('case', 'a');
  await tick();
  expect(seen.map(({ seq, topic, id, caseId }) => [seq, topic, id, caseId])).toEqual([
    [1, 'case', 'a', null],
    [2, 'observable', 'o', 'a'],
    [3, 'case', 'a', null],
  ]);
  expect(new Set(seen.map((event) => event.life)).size).toBe(1);
  expect(createEventBus()).not.toBe(bus);
});

test('a listener that throws hurts nobody', async () => {
  const bus = createEventBus();
  const seen: string[] = [];
  bus.on(() => {
    throw new Error('mine');
  });
  const off = bus.on((event) => seen.push(event.id));
  bus.publish('job', '1');
  await tick();
  off();
  bus.publish('job', '2');
  await tick();
  expect(seen).toEqual(['1']);
});

test('a subscription ends with its signal, and one that falls behind sees a gap', async () => {
  const bus = createEventBus();
  const stop = new AbortController();
  const subscription = bus.subscribe(stop.signal)[Symbol.asyncIterator]();
  const first = subscription.next();
  bus.publish('case', 'first');
  expect((await first).value).toMatchObject({ seq: 1, id: 'first' });
  for (let i = 0; i < 10_050; i += 1) bus.publish('job', String(i));
  await tick();
  const next = await subscription.next();
  expect((next.value as CoreEvent).seq).toBeGreaterThan(2);
  stop.abort();
  let last = await subscription.next();
  while (!last.done) last = await subscription.next();
  expect(last.done).toBe(true);
});
