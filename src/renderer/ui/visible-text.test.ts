import { expect, test } from 'vitest';
import { plainVisible, visibleParts } from './visible-text.ts';

test.each([
  ['invoice\u202Efdp.exe', 'invoice<U+202E>fdp.exe'],
  ['a\u200Bb', 'a<U+200B>b'],
  ['a\u0000b', 'a<U+0000>b'],
  ['a\u{E0041}b', 'a<U+E0041>b'],
  ['\uFEFFx', '<U+FEFF>x'],
  ['x\uD800', 'x<U+D800>'],
  ['\u2066x\u2069', '<U+2066>x<U+2069>'],
])('%j is shown as %s', (text, shown) => {
  expect(plainVisible(text)).toBe(shown);
});

test.each(['plain', 'tab\tand\nline', 'Ünï 漢字 العربية 🙂', ''])('%j stays as it is', (text) => {
  expect(plainVisible(text)).toBe(text);
});

test('a megabyte of controls takes linear time', () => {
  expect(visibleParts('\u202E'.repeat(1_000_000))).toHaveLength(1_000_000);
});
