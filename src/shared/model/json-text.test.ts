import { expect, test } from 'vitest';
import { parseJsonText } from './json-text.ts';

test('reads JSON, with a byte order mark too', () => {
  expect(parseJsonText('\uFEFF{"a": [1, -2.5e3, "x\\u00e9", null, true]}')).toEqual({
    a: [1, -2500, 'xé', null, true],
  });
});

test.each([
  ['{"a": 1,\n "b": x}', 'line 2, column 7'],
  ['{"a": 1,\n "b" 2}', 'line 2, column 6'],
  ['[1, 2,]', 'line 1, column 7'],
  ['{"a": 1,}', 'line 1, column 9'],
  ['{"a": 01}', 'line 1, column 8'],
  ['{"a": "b\nc"}', 'line 1, column 7'],
  ['[1] 2', 'line 1, column 5'],
  ["{'a': 1}", 'line 1, column 2'],
  ['{"a": [1, 2', 'it ends too early'],
  ['', 'empty'],
])('%j: %s', (text, place) => {
  expect(() => parseJsonText(text)).toThrow(place);
});

test('a deep or a long broken file is answered in time', () => {
  expect(() => parseJsonText('['.repeat(200_000))).toThrow('ends too early');
  expect(() => parseJsonText(`[${'"a\\'.repeat(300_000)}`)).toThrow('not JSON');
});
