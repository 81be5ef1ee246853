import { expect, test } from 'vitest';
import { valueOfAnswer, type Worth } from './value-of-answer.ts';

const worth = (more: Partial<Worth>): Worth => ({
  dataType: 'ip',
  isIoc: false,
  isSighted: false,
  marks: [],
  reports: 0,
  cases: 0,
  ...more,
});

test('indicators first, then what is in several cases, then the unknown; what a list explains comes last', () => {
  const order = [
    worth({ dataType: 'hash', isIoc: true, isSighted: true, cases: 9 }),
    worth({ dataType: 'hash', isIoc: true }),
    worth({ dataType: 'hash', cases: 2 }),
    worth({ dataType: 'hash' }),
    worth({}),
    worth({ reports: 3 }),
    worth({ dataType: 'hash', marks: ['warninglist:top-1m'] }),
    worth({ marks: ['private'] }),
  ].map(valueOfAnswer);
  expect(order).toEqual([...order].sort((a, b) => b - a));
  expect(Math.max(...order)).toBeLessThanOrEqual(40);
  expect(Math.min(...order)).toBeGreaterThanOrEqual(0);
});
