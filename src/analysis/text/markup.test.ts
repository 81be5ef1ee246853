import { expect, test } from 'vitest';
import { readLinks } from '../mail/links.ts';
import { parseMarkup } from './markup.ts';

test.each(['<b>', '<p>', '<a href=x>', '<table><tr><td>', '<', '<!--', '<a ', '&', '<script>', '</b>'])(
  'linear on %s',
  (unit) => {
    const start = performance.now();
    readLinks(unit.repeat(4e6 / unit.length));
    expect(performance.now() - start).toBeLessThan(4000);
  },
);

test('links are found behind nesting without end', () => {
  expect(readLinks(`${'<b>'.repeat(50_000)}<a href="http://a.example.com">x</a>`).map(({ href }) => href)).toEqual([
    'http://a.example.com',
  ]);
  expect(parseMarkup('<b>'.repeat(50_000), {})).toBe(false);
  expect(parseMarkup('<b></b>'.repeat(50_000), {})).toBe(true);
});
