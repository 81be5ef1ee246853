import { expect, test } from 'vitest';
import type { Candidate } from '../../../shared/contract/intake.ts';
import { cutLines, highlightsIn, indexPlaces, windowFor, WINDOW } from './source-window.ts';

const candidate = (seq: number, offset: number, length: number, decision: Candidate['decision']): Candidate => ({
  seq,
  dataType: 'url',
  value: 'x',
  marks: [],
  decision,
  reason: '',
  seenIn: [],
  places: [{ part: '/a', offset, length, text: 'x' }],
});

test('byte offsets find their characters behind accents and emoji', () => {
  const text = 'ünï 🙂 evil.com\nend';
  const start = new TextEncoder().encode('ünï 🙂 ').length;
  const marks = highlightsIn(indexPlaces([candidate(1, start, 8, 'accept')]), '/a', { start: 0, end: 100 }, undefined);
  const [first, second] = cutLines(text, 0, 7, marks);
  expect(first?.number).toBe(7);
  expect(first?.pieces.find((piece) => piece.highlight)?.text).toBe('evil.com');
  expect(second?.pieces.map((piece) => piece.text).join('')).toBe('end');
});

test('a place over two lines is marked on both', () => {
  const marks = highlightsIn(indexPlaces([candidate(1, 2, 5, 'accept')]), '/a', { start: 0, end: 100 }, undefined);
  const lines = cutLines('abcd\nefgh', 0, 1, marks);
  expect(lines.map((line) => line.pieces.filter((piece) => piece.highlight).map((piece) => piece.text))).toEqual([
    ['cd'],
    ['ef'],
  ]);
});

test('of overlapping places the current one stays, then the accepted one', () => {
  const candidates = [candidate(1, 0, 10, 'undecided'), candidate(2, 4, 3, 'accept'), candidate(3, 20, 4, 'skip')];
  const marks = highlightsIn(indexPlaces(candidates), '/a', { start: 0, end: 100 }, { seq: 2, place: 0 });
  expect(marks.map((mark) => [mark.start, mark.isCurrent])).toEqual([
    [4, true],
    [20, false],
  ]);
});

test.each([0, 1, 2_047, 16_384, 32_768, 1_000_000])('the window for byte %i holds it with room', (offset) => {
  const from = windowFor(offset);
  expect(from).toBeLessThanOrEqual(offset);
  expect(from + WINDOW - offset).toBeGreaterThan(WINDOW / 4);
});
