import { expect, test } from 'vitest';
import { countdown, waitingSentence } from './waiting-words.ts';

test.each<[ms: number, words: string]>([
  [-5, 'now'],
  [0, 'now'],
  [1, 'in 1 s'],
  [14_000, 'in 14 s'],
  [180_000, 'in 3 min'],
  [5 * 3_600_000, 'in 5 h'],
  [3 * 86_400_000, 'in 3 days'],
])('%d ms are %s', (ms, words) => {
  expect(countdown(1_000 + ms, 1_000)).toBe(words);
});

test('every reason is said, with its time where there is one', () => {
  const waiting = [
    { kind: 'quota' as const, detail: 'The budget vt is spent.', until: 61_000 },
    { kind: 'pause' as const, detail: 'The queue is paused.', until: null },
  ];
  expect(waitingSentence({ waiting }, 1_000)).toBe('The budget vt is spent. Next try in 60 s. The queue is paused.');
  expect(waitingSentence({ waiting: [] }, 0)).toBe('');
});
