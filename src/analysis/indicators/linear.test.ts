import { describe, expect, it } from 'vitest';
import { createCollector } from './collector.ts';
import { extractInto } from './extract.ts';

/** The strings that peers are known to choke on are tried at a megabyte, the others at a third of it. */
const MEGABYTE = 1_000_000;
const THIRD = 350_000;
/** Below so many milliseconds a measurement says nothing. */
const NOISE = 25;
/** How much longer twice the input may take. Two is linear, four is quadratic. */
const MOST = 3;

const KNOWN_UNITS: readonly string[] = [
  'a.',
  '1.',
  '[.]',
  'http://',
  'a@',
  'hxxp',
  '[',
  '([{',
  'deadbeef',
  'abcdefgh.',
  'A',
];

const OTHER_UNITS: readonly string[] = [
  'a+',
  'a:',
  ':',
  '1:',
  '\\',
  'HKLM\\',
  'HKLM\\a ',
  'Mozilla/5.0 (',
  'Mozilla/5.0 ',
  '/tmp/',
  'a/',
  'http://a.com,',
  'http://a.com/(',
  'a@a.com',
  '1.2.3.4',
  '1.2.3.4-',
  'ä.',
  '数.a',
  '&#46;',
  '\\u002e',
  '\u200b.',
  'T1',
  'CVE-',
  '00:',
  '96:abc:',
  '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed ',
  '44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DBLWs3H7otXft3XjrpDtQGv7SqSsaBYBb98uNbr2VBBEt7f2wfn3RVGQBEP3A ',
  '1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb ',
  '\n',
  'a.com\n',
  'h**',
  'user@',
  'xn--a.',
];

function timeOf(text: string): number {
  const bytes = Buffer.from(text);
  const start = performance.now();
  extractInto(createCollector(), bytes, { part: '/', format: 'html', derive: true });
  return performance.now() - start;
}

describe('time grows with the length and no faster', () => {
  const cases = [
    ...KNOWN_UNITS.map((unit) => [unit, MEGABYTE] as const),
    ...OTHER_UNITS.map((unit) => [unit, THIRD] as const),
  ];

  it.each(cases)('%j, %i bytes', (unit, size) => {
    const half = unit.repeat(Math.ceil(size / 2 / Buffer.byteLength(unit)));
    timeOf(half.slice(0, 50_000));
    // A busy machine can spoil one measurement, hardly three in a row.
    let ratio = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3 && ratio > MOST; i++) {
      ratio = Math.min(ratio, timeOf(`${half}${half}!`) / Math.max(timeOf(`${half}!`), NOISE));
    }
    expect(ratio).toBeLessThanOrEqual(MOST);
  });

  it('reads a line of many megabytes with no blank in it', () => {
    const filler = 'x'.repeat(99_980);
    const text = `${filler},evil.com,${filler},1.2.3.4;`.repeat(50);
    const collector = createCollector();
    extractInto(collector, Buffer.from(text), { part: '/', format: 'text' });
    const { observables } = collector.result();
    expect(observables.map(({ value, places }) => [value, places.length])).toEqual([
      ['evil.com', 50],
      ['1.2.3.4', 50],
    ]);
  });
});
