import { expect, test } from 'vitest';
import { noteExtract } from './note-extract.ts';

test('a note reads as plain words', () => {
  const body =
    '# First look\n\nThe mail claims to be from **Harbour**.\n\n- SPF fails\n- [x] Hashed\n\n[report](https://x.example/a)';
  expect(noteExtract(body, 120)).toBe('First look The mail claims to be from Harbour. SPF fails Hashed report');
});

test('a table has neither bars nor rules, and nothing is longer than asked', () => {
  expect(noteExtract('| Host | Where |\n| --- | --- |\n| a | b |', 120)).toBe('Host Where a b');
  expect(noteExtract('x'.repeat(10_000), 50)).toHaveLength(50);
});

test('a megabyte of marks takes no time worth naming', () => {
  const from = performance.now();
  noteExtract('- '.repeat(500_000), 100);
  noteExtract('['.repeat(1_000_000), 100);
  expect(performance.now() - from).toBeLessThan(200);
});
