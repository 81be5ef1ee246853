import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { buildDocx, buildPdf, buildVbaProject } from '../../test/support/build-documents.ts';
import { buildMail } from '../../test/support/build-mail.ts';
import { buildMsg } from '../../test/support/build-msg.ts';
import { buildZip } from '../../test/support/build-zip.ts';
import { buildPhishingMail } from '../../test/support/phishing-mail.ts';
import { sourceFromBytes } from './byte-source.ts';
import { walkFile } from './containers/walk.ts';
import { inspect } from './inspect.ts';
import type { Inspection } from './inspection.ts';

const never = new AbortController().signal;

/** The decoded text of every part, as a viewer would show it. */
async function textsOf(bytes: Uint8Array, name: string): Promise<Map<string, Buffer>> {
  const texts = new Map<string, Buffer>();
  await walkFile(
    { source: sourceFromBytes(bytes), name },
    {
      wants: () => true,
      opened: () => {},
      value: () => {},
      async text(part, _format, pieces) {
        const chunks: Uint8Array[] = [];
        for await (const { utf8 } of pieces) chunks.push(Uint8Array.from(utf8));
        texts.set(part.path, Buffer.concat(chunks));
      },
    },
    never,
  );
  return texts;
}

const LONG = `http://long.bad-site.com/${'a/'.repeat(900)}x`;
const MAIL = buildMail(
  [
    'Message-ID: <12@bad-site.com>',
    'Subject: =?utf-8?Q?Gr=C3=B6=C3=9Fe_=E2=82=AC?=',
    ' =?utf-8?Q?_http=3A//subject.bad-site.com/x?=',
    'References: <1@bad-site.com> <2@bad-site.com>',
    'From: Eve <eve@bad-site.com>',
  ],
  [
    { type: 'text/plain; charset=utf-8', body: `hello ${LONG} end` },
    {
      type: "application/zip; name*=utf-8''r%C3%A9sum%C3%A9%20a%20b.zip",
      headers: ['Content-Disposition: attachment'],
      body: 'x',
    },
    {
      type: 'application/octet-stream',
      headers: ['Content-Disposition: attachment'],
      body: 'http://a.bad-site.com',
    },
  ],
);

const INPUTS: [name: string, bytes: () => Uint8Array | Promise<Uint8Array>][] = [
  ['invoice.eml', buildPhishingMail],
  ['mail.eml', () => MAIL],
  [
    'm.msg',
    () =>
      buildMsg({
        texts: {
          '0037': 'Über http://s.bad-site.com \uD800',
          '1000': 'http://body.bad-site.com',
          '5D01': 'eve@bad-site.com',
        },
        attachments: [
          { texts: { '3707': 'ä b.txt' }, binaries: { '3701': Buffer.from('hxxp://att[.]bad-site[.]com') } },
        ],
      }),
  ],
  ['a.zip', () => buildZip([{ name: 'd/ä.txt', data: 'ä 8[.]8[.]4[.]4 999.1.1.1 evil[.]nosuchtld' }])],
  ['a.gz', () => gzipSync('x\nhxxps://gz[.]bad-site[.]com/a')],
  ['a.pdf', () => buildPdf(['one http://one.bad-site.com', 'two 8.8.4.4'], 'https://link.bad-site.com/a')],
  [
    'a.docx',
    () =>
      buildDocx({
        paragraphs: [['http://split.', 'bad-site.com/x']],
        external: [['hyperlink', 'http://rel.bad-site.com']],
      }),
  ],
  ['p.bin', () => buildVbaProject('M', "Sub A()\n' http://macro.bad-site.com\nEnd Sub")],
  ['a.html', () => Buffer.from('<a href="http&#58;//evil&#46;com/x">ä</a> T1566 ev&shy;il.net')],
  ['a.json', () => Buffer.from('{"a":"http:\\/\\/evil.com\\/a\\u0026b","k":"HKLM\\\\Software\\\\A B\\\\C"}')],
  ['latin.txt', () => Buffer.from('Größe http://evil.com/ä 8.8.4.4:53', 'latin1')],
  ['wide.txt', () => Buffer.from('\ufeffGröße\r\nhttp://evil.com/ä', 'utf16le')],
  [
    'a.exe',
    () => Buffer.concat([Buffer.from('MZ'), randomBytes(3000), Buffer.from('\0http://strings.bad-site.com\0')]),
  ],
];

describe('every place shows what stands there', () => {
  test.each(INPUTS)('%s', async (name, build) => {
    const bytes = await build();
    const { observables, rejected } = await inspect(sourceFromBytes(bytes), { name, derive: true }, never);
    const texts = await textsOf(bytes, name);
    let checked = 0;
    for (const { value, places } of observables) {
      for (const { part, offset, length, text, line } of places) {
        const whole = texts.get(part);
        expect(whole?.toString('utf8', offset, offset + length) ?? '', `${value} at ${part}:${offset}`).toBe(text);
        if (line !== undefined) {
          expect(line).toBe(1 + (whole?.subarray(0, offset) ?? []).filter((byte: number) => byte === 10).length);
        }
        if (length > 0) checked += 1;
      }
    }
    for (const { part, offset, text } of rejected) {
      expect(texts.get(part)?.toString('utf8', offset, offset + Buffer.byteLength(text))).toBe(text);
    }
    expect(checked).toBeGreaterThan(0);
  });
});

describe('values that need no search', () => {
  const placesOf = (inspection: Inspection, dataType: string): [string, string, number, string][] =>
    inspection.observables
      .filter((found) => found.dataType === dataType)
      .flatMap(({ value, places }) =>
        places.map(({ part, length, text }): [string, string, number, string] => [value, part, length, text]),
      );

  test('the subject and the names of attachments stand in the headers of a mail', async () => {
    const inspection = await inspect(sourceFromBytes(MAIL), { name: 'a.eml' }, never);
    const subject = 'Größe € http://subject.bad-site.com/x';
    expect(placesOf(inspection, 'mail_subject')).toEqual([[subject, '/headers', Buffer.byteLength(subject), subject]]);
    expect(placesOf(inspection, 'filename')).toEqual([['résumé a b.zip', '/headers', 16, 'résumé a b.zip']]);
    expect(placesOf(inspection, 'url')).toContainEqual([LONG, '/body.txt', LONG.length, LONG]);
  });

  test('a name in the table of an archive stands in no text: its place is the part, without length', async () => {
    const zip = buildZip([{ name: 'd/a.exe', data: 'x' }]);
    expect(placesOf(await inspect(sourceFromBytes(zip), { name: 'a.zip' }, never), 'filename')).toEqual([
      ['a.exe', '/d/a.exe', 0, ''],
    ]);
  });
});
