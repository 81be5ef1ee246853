import { expect, test } from 'vitest';
import { sentenceOf } from './job-text.ts';

test.each([
  ['a plain sentence', 'A mail.', 'A mail.'],
  ['lines become one', ' A\n\u0000mail. ', 'A mail.'],
  ['300 characters', 'x'.repeat(300), 'x'.repeat(300)],
  ['longer', 'x'.repeat(301), undefined],
  ['empty', ' \n', undefined],
  ['no string', { text: 'A mail.' }, undefined],
  ['absent', undefined, undefined],
])('%s', (_, stated, said) => {
  expect(sentenceOf({ sentence: stated })).toBe(said);
});
