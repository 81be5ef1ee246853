import { expect, test } from 'vitest';
import { cutAtMarks, defangMarked } from './marked.tsx';

const shownMarks = (...args: Parameters<typeof defangMarked>): string[] => {
  const { text, marks } = defangMarked(...args);
  return marks.map(([from, to]) => text.slice(from, to));
};
const at = (value: string, part: string): [number, number] => [value.indexOf(part), value.indexOf(part) + part.length];

test('marks stand where they stood after a value is defanged', () => {
  const url = 'https://login.harbour-portal.test/a.b?c=harbour';
  expect(shownMarks('url', url, [at(url, 'harbour-portal.test')])).toEqual(['harbour-portal[.]test']);
  expect(shownMarks('url', url, [at(url, 'a.b')])).toEqual(['a.b']);
  expect(shownMarks('url', url, [at(url, 'https')])).toEqual(['hxxps']);
  expect(shownMarks('ip', '198.51.100.7', [[0, 12]])).toEqual(['198[.]51[.]100[.]7']);
  expect(shownMarks('ip', '198.51.100.7', [[11, 12]])).toEqual(['7']);
  expect(shownMarks('mail', 'a.b@evil.test', [at('a.b@evil.test', 'evil')])).toEqual(['evil']);
  expect(shownMarks('hash', 'abcd', [[1, 3]])).toEqual(['bc']);
  expect(shownMarks('url', 'ftp://x.test/', [[6, 7]])).toEqual(['x']);
});

test('marks out of order or out of the text are left out', () => {
  expect(
    cutAtMarks('abcdef', [
      [1, 3],
      [2, 4],
      [5, 99],
      [4, 4],
    ]),
  ).toEqual([
    { text: 'a', isMarked: false },
    { text: 'bc', isMarked: true },
    { text: 'def', isMarked: false },
  ]);
  expect(cutAtMarks('', [])).toEqual([]);
});
