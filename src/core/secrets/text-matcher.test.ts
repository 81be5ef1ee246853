import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { createTextMatcher } from './text-matcher.ts';

const words = (...texts: string[]) => texts.map((text, owner) => ({ text, owner }));

/** The slow, obvious way. */
function covered(texts: readonly string[], text: string): boolean[] {
  const marks = Array.from({ length: text.length }, () => false);
  for (const word of texts) {
    if (word === '') continue;
    for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) marks.fill(true, at, at + word.length);
  }
  return marks;
}

const few = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1F41D}'), maxLength: 5 }), { maxLength: 6 });
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'é', '\u{1F41D}'), maxLength: 40 });

test('covers exactly what a search for each word alone covers', () => {
  fc.assert(
    fc.property(few, text, (texts, hay) => {
      const marks = Array.from({ length: hay.length }, () => false);
      const found = createTextMatcher(words(...texts)).stretches(hay);
      for (let i = 0; i < found.length; i += 2) marks.fill(true, found[i], found[i + 1]);
      expect(marks).toEqual(covered(texts, hay));
      for (let i = 2; i < found.length; i += 2) expect(found[i]).toBeGreaterThan(found[i - 1]!);
    }),
  );
});

test('names each word that stands in a text, wherever the pieces are cut', () => {
  fc.assert(
    fc.property(few, text, fc.array(fc.nat(40), { maxLength: 5 }), (texts, hay, cuts) => {
      const search = createTextMatcher(words(...texts)).search();
      const places = [0, ...cuts.map((cut) => Math.min(cut, hay.length)).sort((a, b) => a - b), hay.length];
      for (let i = 1; i < places.length; i += 1) search.feed(hay.slice(places[i - 1], places[i]));
      const expected = texts.flatMap((word, owner) => (word !== '' && hay.includes(word) ? [owner] : []));
      expect([...search.owners()].sort((a, b) => a - b)).toEqual(expected);
    }),
  );
});

describe('takes time that grows with the text and not with the square of it', () => {
  // Each word is nearly everywhere, and is the beginning or the end of another.
  const many = Array.from({ length: 200 }, (_, i) => 'a'.repeat(i + 1));
  const matcher = createTextMatcher(words(...many, `${'a'.repeat(500)}b`));
  test.each([
    ['stretches', (size: number) => void matcher.stretches('a'.repeat(size))],
    ['search', (size: number) => matcher.search().feed('a'.repeat(size))],
  ])('%s', async (_, run) => {
    expect(await growth(run, 200_000)).toBeLessThan(LINEAR);
  });
});
