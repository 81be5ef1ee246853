import { describe, expect, it } from 'vitest';
import { createCollector } from './collector.ts';
import { extractInto } from './extract.ts';

const MEGABYTE = 1_000_000;
/** How much longer twice the input may take. Two is linear, four is quadratic. */
const MOST = 3;

const UNITS: readonly string[] = [
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
  it.each(UNITS)('%j', (unit) => {
    const half = unit.repeat(Math.ceil(MEGABYTE / 2 / Buffer.byteLength(unit)));
    timeOf(half.slice(0, 50_000));
    // A busy machine can spoil one measurement, never three in a row.
    let ratio = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 3 && ratio > MOST; i++)
      ratio = Math.min(ratio, timeOf(`${half}${half}!`) / Math.max(timeOf(`${half}!`), 2));
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
