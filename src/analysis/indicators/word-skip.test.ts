import { describe, expect, test } from 'vitest';
import { createCollector } from './collector.ts';
import { extractInto } from './extract.ts';
import { nextSign, tokenStart } from './word-skip.ts';

const PROSE = 'words and more words of prose that say nothing at all to anybody who reads them here ';
const LETTERS_ONLY = 'abcdefabcdeffedcbaabcdeffedcbaab';

function values(text: string): string[] {
  const collector = createCollector();
  extractInto(collector, Buffer.from(text), { part: '/', format: 'text' });
  return collector.result().observables.map(({ value }) => value);
}

describe('words without a sign are passed over', () => {
  test('up to the sign, wherever in a block it stands', () => {
    for (let length = 0; length < 140; length++) {
      const text = Buffer.from(`${'word '.repeat(40).slice(0, length)}.`);
      expect(nextSign(text, 0, text.length)).toBe(length);
      expect(nextSign(text, 0, Math.floor(length / 2))).toBe(Math.floor(length / 2));
    }
  });

  test('and the token of the sign is found from its beginning', () => {
    const text = Buffer.from('see "evil.com" now');
    expect(tokenStart(text, 0, nextSign(text, 0, text.length))).toBe(5);
    expect(tokenStart(text, 7, 9)).toBe(7);
  });

  test('no value is lost at any distance from the start', () => {
    for (let length = 0; length < 100; length++) {
      const before = `${PROSE.repeat(2).slice(0, length)} `;
      expect(values(`${before}evil.example.com ${PROSE}`)).toEqual(['evil.example.com']);
      expect(values(`${before}${LETTERS_ONLY} ${PROSE}`)).toEqual([LETTERS_ONLY]);
      expect(values(`${before}evil [.] com ${PROSE}`)).toEqual(['evil.com']);
      expect(values(`${PROSE.repeat(9)}${before}john at evil dot com ${PROSE}`)).toEqual(['john@evil.com']);
    }
  });
});
