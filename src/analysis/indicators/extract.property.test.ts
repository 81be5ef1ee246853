import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Collected, createCollector } from './collector.ts';
import { ADDRESSES, HTML, JSONS, NAMES, OTHERS, URLS } from './extract.cases.ts';
import { extractInto } from './extract.ts';
import type { TextFormat } from './text-format.ts';
import { createTextStream, MAX_HELD } from './text-stream.ts';

const SNIPPETS = [ADDRESSES, NAMES, URLS, OTHERS, HTML, JSONS].flat().map(([text]) => text);
const GLUE = [
  ' ',
  '\n',
  '\r\n',
  ',',
  ';',
  '',
  '.',
  '(',
  ')',
  '[',
  ']',
  '"',
  "'",
  '/',
  '\\',
  ':',
  '@',
  '&',
  'ä',
  '数',
  '\u200b',
  '\0',
];

/** Text made of what the extractor looks for, joined by what confuses it. */
const nearMisses = fc
  .array(fc.tuple(fc.constantFrom(...SNIPPETS), fc.constantFrom(...GLUE)), { maxLength: 30 })
  .map((pieces) => pieces.flat().join(''));
const anyText = fc.oneof(nearMisses, fc.string({ unit: 'binary', maxLength: 400 }), fc.string({ maxLength: 400 }));
const anyFormat = fc.constantFrom<TextFormat>('text', 'html', 'json', 'csv');

function whole(bytes: Uint8Array, format: TextFormat): Collected {
  const collector = createCollector();
  extractInto(collector, bytes, { part: '/', format });
  return collector.result();
}

function streamed(pieces: Uint8Array[], format: TextFormat): Collected {
  const collector = createCollector();
  const stream = createTextStream(collector, { part: '/', format });
  for (const piece of pieces) stream.push(piece);
  stream.end();
  return collector.result();
}

describe('any text', () => {
  it('never throws; places lie in the text, in order, and show it', () => {
    fc.assert(
      fc.property(anyText, anyFormat, (text, format) => {
        const bytes = Buffer.from(text);
        const { observables, rejected } = whole(bytes, format);
        let last = -1;
        for (const { places, marks } of observables) {
          // What is wrapped more than once has the place of its wrapping.
          expect(places[0]?.offset).toBeGreaterThan(marks.includes('nested') ? last - 1 : last);
          last = places[0]?.offset ?? 0;
          let before = -1;
          for (const place of places) {
            expect(place.offset).toBeGreaterThan(marks.includes('nested') ? before - 1 : before);
            before = place.offset;
            expect(place.length).toBeGreaterThan(0);
            expect(place.offset + place.length).toBeLessThanOrEqual(bytes.length);
            const shown = bytes.toString('utf8', place.offset, place.offset + place.length);
            expect(shown.startsWith(place.text)).toBe(true);
            expect(place.line).toBe(1 + bytes.subarray(0, place.offset).filter((byte) => byte === 10).length);
          }
        }
        for (const { offset } of rejected) expect(offset).toBeLessThan(bytes.length);
      }),
      { numRuns: 400 },
    );
  });

  it('never throws on bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), anyFormat, (bytes, format) => {
        whole(bytes, format);
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same in two pieces as in one', () => {
    fc.assert(
      fc.property(anyText, anyFormat, fc.nat(), (text, format, at) => {
        const bytes = Buffer.from(text);
        const cut = bytes.length === 0 ? 0 : at % bytes.length;
        expect(streamed([bytes.subarray(0, cut), bytes.subarray(cut)], format)).toEqual(whole(bytes, format));
      }),
      { numRuns: 400 },
    );
  });
});

describe('a line longer than what is held back', () => {
  it.each([',', ' ', 'x'])('gives the same in pieces as in one (joined by %j)', (glue) => {
    const values = [
      'evil.com',
      'http://a.b.com/c',
      'john.doe@evil.net',
      '185.1.2.3',
      'Mozilla/5.0 (X11; Linux) Gecko/1',
      'HKLM\\A B\\C',
    ];
    let text = '';
    // Steps that share no factor with the piece size, so that cuts fall at every place in and around a value.
    for (let i = 0; text.length < MAX_HELD * 1.6; i++)
      text += `${glue.repeat(200 + ((i * 37) % 211))};${values[i % values.length]};`;
    const bytes = Buffer.from(text);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += 65_537) pieces.push(bytes.subarray(at, at + 65_537));
    expect(streamed(pieces, 'text')).toEqual(whole(bytes, 'text'));
  });

  it('finds a value at every position around a cut', () => {
    const collector = createCollector();
    let expected = 0;
    for (let shift = 0; shift < 24; shift += 3) {
      const bytes = Buffer.from(`${'x'.repeat(MAX_HELD - 12 - shift)},evil${shift}.com,${'y'.repeat(5000)}`);
      const stream = createTextStream(collector, { part: '/', format: 'text' });
      stream.push(bytes);
      stream.end();
      expected++;
    }
    expect(collector.result().observables).toHaveLength(expected);
  });
});
