import { expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { readLinks } from '../mail/links.ts';
import { parseMarkup } from './markup.ts';

test.each(['<b>', '<p>', '<a href=x>', '<table><tr><td>', '<', '<!--', '<a ', '&', '<script>', '</b>'])(
  'linear on %s',
  async (unit) => {
    expect(await growth((size) => readLinks(unit.repeat(size / unit.length)), 100_000)).toBeLessThan(LINEAR);
  },
);

test('links are found behind nesting without end', () => {
  expect(readLinks(`${'<b>'.repeat(50_000)}<a href="http://a.example.com">x</a>`).map(({ href }) => href)).toEqual([
    'http://a.example.com',
  ]);
  expect(parseMarkup('<b>'.repeat(50_000), {})).toBe(false);
  expect(parseMarkup('<b></b>'.repeat(50_000), {})).toBe(true);
});
