import { expect, test } from 'vitest';
import { fitValue } from './field-value.ts';

const fit = (type: Parameters<typeof fitValue>[1], raw: unknown, options: string[] = []) =>
  fitValue('Loss', type, options, raw);

test('values fit their type, or are refused with a sentence', () => {
  expect(fit('integer', '12')).toEqual({ value: 12 });
  expect(fit('integer', 1.5)).toEqual({ problem: 'Loss is a whole number, and this value is none.' });
  expect(fit('integer', 2 ** 60)).toHaveProperty('problem');
  expect(fit('float', '1.5')).toEqual({ value: 1.5 });
  for (const none of ['', ' ', 'x', Number.NaN, Number.POSITIVE_INFINITY, null, {}])
    expect(fit('float', none)).toEqual({ problem: 'Loss is a number, and this value is none.' });
  expect(fit('date', 8_640_000_000_000_001)).toEqual({ problem: 'Loss is a date, and this value is none.' });
  expect(fit('date', -1)).toEqual({ value: -1 });
  expect(fit('boolean', 'true')).toEqual({ value: true });
  expect(fit('boolean', 'yes')).toEqual({ problem: 'Loss is yes or no, and this value is none.' });
  expect(fit('url', ' https://a.example/b ')).toEqual({ value: 'https://a.example/b' });
  expect(fit('url', 'a word')).toHaveProperty('problem');
  expect(fit('string', 4)).toEqual({ value: '4' });
  expect(fit('string', 'x'.repeat(70_000))).toHaveProperty('problem');
});

test('a closed list is closed for every type', () => {
  expect(fit('string', 'b', ['a', 'b'])).toEqual({ value: 'b' });
  expect(fit('string', 'c', ['a', 'b'])).toEqual({ problem: 'Loss may only be one of: a, b.' });
  expect(fit('integer', 2, ['1', '2'])).toEqual({ value: 2 });
});
