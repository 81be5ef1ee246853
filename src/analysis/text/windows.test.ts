import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sourceFromBytes } from '../byte-source.ts';
import { decodeStated, detectEncoding } from './encoding.ts';
import { printableStrings } from './strings.ts';
import { visible } from './visible.ts';
import { cutWindows, decodeWindows, type DecodeNotes, type TextPiece } from './windows.ts';

const never = new AbortController().signal;

async function joined(pieces: AsyncIterable<TextPiece> | Iterable<TextPiece>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const piece of pieces) chunks.push(Uint8Array.from(piece.utf8));
  return Buffer.concat(chunks).toString('utf8');
}

const decodeAll = (
  bytes: Uint8Array,
  name: string,
  windowBytes: number,
): { notes: DecodeNotes; text: Promise<string> } => {
  const notes: DecodeNotes = { encoding: { name, bom: 0 }, damaged: false };
  return { notes, text: joined(decodeWindows(sourceFromBytes(bytes), notes, never, windowBytes)) };
};

const anyText = fc.string({ unit: 'binary', maxLength: 300 });

describe('windows', () => {
  test.each(['utf-8', 'utf-16le', 'utf-16be'])('%s in windows of any size is the text', async (name) => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 1, max: 50 }), async (text, windowBytes) => {
        const bytes = Buffer.from(text, name === 'utf-8' ? 'utf8' : 'utf16le');
        const { notes, text: decoded } = decodeAll(name === 'utf-16be' ? bytes.swap16() : bytes, name, windowBytes);
        expect(await decoded).toBe(text);
        if (!text.includes('\uFFFD')) expect(notes.damaged).toBe(false);
      }),
    );
  });

  test('any bytes as UTF-8 are what the decoder makes of them in one go', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 20 }),
        async (bytes, windowBytes) => {
          const whole = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
          expect(await decodeAll(bytes, 'utf-8', windowBytes).text).toBe(whole);
        },
      ),
    );
  });

  test('cutting a text in memory loses nothing', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, fc.integer({ min: 4, max: 50 }), async (text, windowBytes) => {
        expect(await joined(cutWindows(text, 1, windowBytes))).toBe(Buffer.from(text, 'utf8').toString('utf8'));
      }),
    );
  });
});

describe('encodings', () => {
  test.each<[string, Buffer, string]>([
    ['pure ASCII', Buffer.from('abc'), 'utf-8'],
    ['cut in a character', Buffer.from('aaä').subarray(0, 3), 'utf-8'],
    ['HTML that states its own', Buffer.from('<meta charset="windows-1251">\xcf\xf0', 'latin1'), 'windows-1251'],
    ['a wrong byte in much UTF-8', Buffer.concat([Buffer.from('äöüßäöü'), Buffer.from([0xff])]), 'utf-8'],
    ['latin', Buffer.from('Gr\xf6\xdfe', 'latin1'), 'windows-1252'],
    ['nothing', Buffer.alloc(0), 'utf-8'],
  ])('%s', (_, bytes, name) => {
    expect(detectEncoding(bytes, false).name).toBe(name);
  });

  test('a stated charset that cannot be decodes as what it looks like', () => {
    expect(decodeStated(Buffer.from('ä'), 'us-ascii').text).toBe('ä');
    expect(decodeStated(Buffer.from('\xe4', 'latin1'), 'utf-8')).toMatchObject({ text: 'ä', damaged: false });
    expect(decodeStated(Buffer.from([0x82, 0xa0]), 'Shift_JIS').text).toBe('あ');
    expect(decodeStated(Buffer.from('\ufeffab', 'utf16le').swap16(), 'utf-16').text).toBe('ab');
    expect(decodeStated(Buffer.from('x\xff', 'latin1'), 'utf-16').damaged).toBe(false);
  });
});

describe('strings of a binary', () => {
  const strings = async (bytes: Uint8Array): Promise<string[]> =>
    (await joined(printableStrings(sourceFromBytes(bytes), { scanned: 0, limited: false }, never)))
      .split('\n')
      .filter((line) => line !== '');

  test('ASCII and UTF-16LE at odd and even places, also across a window', async () => {
    const bytes = Buffer.alloc(2 ** 20 + 100);
    bytes.write('ascii string', 1);
    bytes.write('wide string', 101, 'utf16le');
    bytes.write('wide string two', 200, 'utf16le');
    bytes.write('across the window', 2 ** 20 - 8);
    bytes.write('short', 2 ** 20 + 50);
    expect(await strings(bytes)).toEqual(['ascii string', 'wide string', 'wide string two', 'across the window']);
  });

  test('any bytes: every line is printable, and time is bounded', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (bytes) => {
        for (const line of await strings(bytes)) expect(line).toMatch(/^[\t\x20-\x7e]{6,}$/);
      }),
    );
  });
});

test('hidden characters become visible', () => {
  expect(visible('a\u202Eb\u0000c\u200Bd\uD800')).toBe('a<U+202E>b<U+0000>c<U+200B>d<U+D800>');
  expect(visible('x'.repeat(600))).toHaveLength(512);
});
