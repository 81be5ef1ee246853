import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { rtfToText } from './rtf-text.ts';
import { decompressVba } from './vba.ts';
import { relationships, xmlText } from './xml-text.ts';

const rtf = (text: string): string => rtfToText(Buffer.from(text, 'latin1')).text;

describe('RTF', () => {
  test.each([
    ['{\\rtf1 plain\\par text}', 'plain\ntext'],
    ["{\\rtf1\\ansi\\ansicpg1251 \\'e0\\'e1}", 'аб'],
    ['{\\rtf1 \\u8364?\\u-10179?\\u-8704? end}', '€😀 end'],
    ['{\\rtf1 \\uc2\\u8364 ab!}', '€!'],
    ['{\\rtf1 a\\{b\\}c\\\\d}', 'a{b}c\\d'],
    ['{\\rtf1{\\fonttbl{\\f0 Arial;}}{\\colortbl;}{\\pict 00ff}x}', 'x'],
    ['{\\rtf1 {\\*\\template http://t}}', ' http://t'],
    ['{\\rtf1 \\bin5 abcdef}', 'f'],
    ['{\\rtf1 not closed', 'not closed'],
    ['}}}\\rtf1 x', 'x'],
  ])('%s', (source, text) => {
    expect(rtf(source)).toBe(text);
  });

  test('HTML that was made into RTF comes back', () => {
    const made =
      '{\\rtf1\\ansi\\fromhtml1 {\\*\\htmltag64 <a href="http://a.example">}\\htmlrtf {\\b \\htmlrtf0 text\\htmlrtf }\\htmlrtf0 {\\*\\htmltag72 </a>}}';
    expect(rtfToText(Buffer.from(made))).toMatchObject({ isHtml: true, text: '<a href="http://a.example">text</a>' });
  });

  test.each(['{', '}', '\\', '{\\*\\objdata 00}', "\\'", '\\u1?', '{\\fonttbl ', '\\bin99999999'])(
    'linear on %s',
    async (unit) => {
      const work = (size: number): string => rtf(`{\\rtf1 ${unit.repeat(size / unit.length)}`);
      expect(await growth(work, 100_000)).toBeLessThan(LINEAR);
    },
  );
});

describe('XML', () => {
  test('runs are joined, paragraphs are lines, links are listed, namespaces are not', () => {
    const xml =
      '<w:d xmlns:w="http://schemas.x/"><w:p><w:t>ht</w:t><w:t>tp://a.example</w:t></w:p>  \n <w:p><w:t>b &amp; c &#x41;</w:t></w:p><v:f src="\\\\10.0.0.1\\x" Type="http://t/"/></w:d>';
    expect(xmlText(xml).text).toBe('http://a.example\n b & c A\n\\\\10.0.0.1\\x');
  });

  test.each(['<a>', '<a b="', '&', ' ', '<!--', ']]>', '<![CDATA[', '<?', '</a>'])('linear on %s', async (unit) => {
    const work = (size: number): unknown => xmlText(`<x>${unit.repeat(size / unit.length)}y`);
    expect(await growth(work, 60_000)).toBeLessThan(LINEAR);
  });

  test('what is nested too deep is said', () => {
    expect(xmlText(`${'<a>'.repeat(5000)}x`).complete).toBe(false);
    expect(rtfToText(Buffer.from('{'.repeat(5000))).complete).toBe(false);
  });

  test('relationships', () => {
    expect(
      relationships(
        '<R><Relationship Type="http://x/oleObject" Target="http://a" TargetMode="External"/><Relationship Target="b.xml"/></R>',
      ),
    ).toEqual([
      { type: 'oleObject', target: 'http://a', external: true },
      { type: '', target: 'b.xml', external: false },
    ]);
  });
});

describe('VBA', () => {
  test('copy tokens', () => {
    // The example of MS-OVBA 3.2.2, as the specification gives it.
    const packed = Buffer.from('012fb000236161616263646582666770616a6b6c846d6e006f70717206', 'hex');
    expect(Buffer.from(decompressVba(packed)).toString('latin1')).toMatch(/^#aaabcde/);
  });

  test('any bytes give bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(decompressVba(bytes).length).toBeLessThanOrEqual(300 * 4096);
      }),
    );
  });
});
