import { expect, test } from 'vitest';
import { createStripScale, tickStep } from './strip-scale.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

test('a silence of months is drawn short, and every place is still a time', () => {
  const first = [0, 1, 2, 3, 4, 5].map((n) => n * 10 * MINUTE);
  const later = first.map((at) => at + 90 * DAY);
  const times = [...first, ...later].map((at) => at + 1_000_000_000);
  const scale = createStripScale(times);
  expect(scale.gaps).toMatchObject([{ from: times[5], to: times[6] }]);
  const [gap] = scale.gaps;
  expect((gap!.end - gap!.start) / scale.length).toBeLessThan(0.1);
  for (const at of times) expect(scale.toTime(scale.toAxis(at))).toBeCloseTo(at, 0);
  for (let i = 1; i < times.length; i += 1)
    expect(scale.toAxis(times[i]!)).toBeGreaterThan(scale.toAxis(times[i - 1]!));
});

test('even events have no silence; one event and equal ones have a place', () => {
  expect(createStripScale([0, DAY, 2 * DAY, 3 * DAY]).gaps).toEqual([]);
  const one = createStripScale([5 * DAY]);
  expect(one.length).toBe(2 * MINUTE);
  expect(one.toAxis(5 * DAY)).toBe(MINUTE);
  expect(createStripScale([DAY, DAY, DAY]).toAxis(DAY)).toBe(MINUTE);
});

test('labels stand at round steps, as many as there is room for', () => {
  expect(tickStep(60 * MINUTE, 12)).toBe(5 * MINUTE);
  expect(tickStep(2 * DAY, 10)).toBe(6 * 60 * MINUTE);
  expect(tickStep(4_000 * DAY, 2)).toBeGreaterThanOrEqual(365 * DAY);
});
