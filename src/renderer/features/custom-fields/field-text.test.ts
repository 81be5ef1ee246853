import { expect, test } from 'vitest';
import { fieldText, readFieldText } from './field-text.ts';

const field = (type: Parameters<typeof fieldText>[0], options: string[] = []) => ({
  displayName: 'Loss',
  type,
  options,
});

test('what is shown for editing reads back as the same value', () => {
  for (const [type, value] of [
    ['date', Date.UTC(2026, 10, 23, 9, 42)],
    ['date', Date.UTC(2026, 10, 23, 9, 42, 7)],
    ['integer', -4],
    ['float', 1.25],
    ['string', '  two\nlines'],
    ['url', 'https://a.example/b'],
    ['boolean', true],
  ] as const)
    expect(readFieldText(field(type), fieldText(type, value))).toEqual({ value });
});

test('nothing empties the field, nonsense is told in a sentence', () => {
  expect(readFieldText(field('integer'), ' ')).toEqual({ value: null });
  expect(readFieldText(field('integer'), '1.5')).toEqual({
    problem: 'Loss is a whole number, and this value is none.',
  });
  expect(readFieldText(field('date'), 'soon')).toHaveProperty('problem');
  expect(readFieldText(field('string', ['a']), 'b')).toEqual({ problem: 'Loss may only be one of: a.' });
});
