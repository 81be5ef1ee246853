import { createHash, randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, test } from 'vitest';
import { buildDocx, buildPdf, buildVbaProject } from '../../test/support/build-documents.ts';
import { buildMsg } from '../../test/support/build-msg.ts';
import { buildZip } from '../../test/support/build-zip.ts';
import { buildPhishingMail } from '../../test/support/phishing-mail.ts';
import { type ByteSource, sourceFromBytes } from './byte-source.ts';
import { inspect } from './inspect.ts';
import type { Inspection, Part } from './inspection.ts';
import { readPartBytes, readPartText } from './read-part.ts';

const never = new AbortController().signal;
const look = (bytes: Uint8Array | string, name = 'file.bin'): Promise<Inspection> =>
  inspect(sourceFromBytes(Buffer.from(bytes as string)), { name }, never);

function partsOf(tree: Part): Map<string, Part> {
  const parts = new Map<string, Part>();
  const work = [tree];
  for (let part = work.pop(); part !== undefined; part = work.pop()) {
    expect(parts.has(part.path), `two parts at ${part.path}`).toBe(false);
    parts.set(part.path, part);
    work.push(...part.children);
  }
  return parts;
}

const values = (inspection: Inspection, dataType: string): string[] =>
  inspection.observables.filter((found) => found.dataType === dataType).map((found) => found.value);
const reasons = (inspection: Inspection): string =>
  inspection.coverage.skipped.map(({ part, reason }) => `${part}: ${reason}`).join('\n');

async function tar(files: Record<string, string>): Promise<Buffer> {
  const archive = pack();
  for (const [name, text] of Object.entries(files)) archive.entry({ name }, text);
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

describe('a phishing mail', () => {
  test('everything in it is found, with its place, and what was not read is said', async () => {
    const inspection = await look(buildPhishingMail(), 'Overdue invoice.eml');
    const parts = partsOf(inspection.tree);
    const docm = '/1/Invoice.zip/Invoice_inner.zip/docs/Invoice_88213.docm';
    expect([...parts.keys()]).toEqual(
      expect.arrayContaining([
        '/',
        '/headers',
        '/body.txt',
        '/body.html',
        '/1/Invoice.zip',
        docm,
        `${docm}/word/vbaProject.bin/Module1.bas`,
      ]),
    );
    expect(values(inspection, 'url')).toEqual(
      expect.arrayContaining([
        'https://pay.bad-site.com/x',
        'https://login.bad-site.com/auth',
        'http://stage.bad-site.com/a',
        'https://template.bad-site.com/t.dotm',
        'http://macro.bad-site.com/p',
        'http://inner.bad-site.com',
      ]),
    );
    expect(values(inspection, 'url').join()).not.toMatch(/locked|openxmlformats/);
    expect(values(inspection, 'mail_subject')).toEqual(['Overdue invoice € 88213', 'inner']);
    expect(values(inspection, 'filename')).toEqual(
      expect.arrayContaining(['Invoice.zip', 'Invoice_88213.docm', 'evil.txt']),
    );
    expect(values(inspection, 'mail')).toEqual(['billing@bad-site.com', 'ap@harbour.org', 'x@bad-site.com']);
    expect(inspection.rejected).toContainEqual(
      expect.objectContaining({ text: '1234@mail.bad-site.com', reason: expect.stringMatching(/message id/) }),
    );
    const macro = inspection.observables.find((found) => found.value === 'http://macro.bad-site.com/p');
    expect(macro?.places[0]).toMatchObject({ part: `${docm}/word/vbaProject.bin/Module1.bas`, line: 3 });
    expect(parts.get(docm)?.warnings.join()).toMatch(/outside.*macros/s);
    expect(parts.get('/body.html')?.warnings.join()).toMatch(/1 link shows one address and opens another/);
    expect(parts.get('/1/Invoice.zip/Invoice_inner.zip/%2E%2E/%2E%2E/evil.txt')?.warnings.join()).toMatch(
      /outside the folder/,
    );
    expect(reasons(inspection)).toMatch(/locked\.txt: encrypted/);
    expect(inspection.coverage.parts).toBe(parts.size);
  });

  test('places lead to the text, and attachments to their bytes', async () => {
    const bytes = buildPhishingMail();
    const source = sourceFromBytes(bytes);
    const options = { name: 'm.eml' };
    const inspection = await inspect(source, options, never);
    let checked = 0;
    for (const found of inspection.observables) {
      for (const place of found.places) {
        if (place.length === 0) continue;
        const text = await readPartText(source, options, place.part, place, never);
        expect(text?.text).toBe(place.text);
        if (place.line !== undefined) expect(text?.lineAtOffset).toBe(place.line);
        checked += 1;
      }
    }
    expect(checked).toBeGreaterThan(10);
    for (const part of partsOf(inspection.tree).values()) {
      const file = await readPartBytes(source, options, part.path, never);
      if (part.sha256 === undefined) expect(file).toBeUndefined();
      else
        expect(
          createHash('sha256')
            .update(file?.bytes ?? '')
            .digest('hex'),
        ).toBe(part.sha256);
    }
    expect(await readPartText(source, options, '/nowhere', { offset: 0, length: 9 }, never)).toBeUndefined();
  });

  test('an Outlook message gives the same kinds of parts', async () => {
    const inspection = await look(
      buildMsg({
        texts: { '0037': 'Subj', '1000': 'http://body.bad-site.com', '0C1A': 'Eve', '5D01': 'eve@bad-site.com' },
        attachments: [
          { texts: { '3707': 'a.txt' }, binaries: { '3701': Buffer.from('http://att.bad-site.com') } },
          { texts: { '3001': 'Inner' }, message: { texts: { '0037': 'Deep', '1000': 'http://deep.bad-site.com' } } },
        ],
      }),
      'x.msg',
    );
    expect([...partsOf(inspection.tree).keys()].sort()).toEqual([
      '/',
      '/1/a.txt',
      '/2/Inner.msg',
      '/2/Inner.msg/body.txt',
      '/2/Inner.msg/headers',
      '/body.txt',
      '/headers',
    ]);
    expect(values(inspection, 'url')).toEqual([
      'http://body.bad-site.com',
      'http://att.bad-site.com',
      'http://deep.bad-site.com',
    ]);
    expect(values(inspection, 'mail_subject')).toEqual(['Subj', 'Deep']);
  });
});

describe('texts', () => {
  const TEXT = 'Größe http://a.bad-site.com/ä ok\nline 8.8.4.4';
  test.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16 LE with mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16 LE without mark', Buffer.from(TEXT, 'utf16le')],
    ['UTF-16 BE with mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
    ['UTF-16 BE without mark', Buffer.from(TEXT, 'utf16le').swap16()],
    ['windows-1252', Buffer.from(TEXT, 'latin1')],
  ])('%s: same places in the decoded text', async (_, bytes) => {
    const inspection = await look(bytes, 'a.txt');
    const ip = inspection.observables.find((found) => found.value === '8.8.4.4');
    expect(ip?.places).toEqual([
      expect.objectContaining({ part: '/', line: 2, offset: Buffer.from(TEXT).indexOf('8.8.4.4') }),
    ]);
    expect(inspection.coverage.skipped).toEqual([]);
    const text = await readPartText(sourceFromBytes(bytes), { name: 'a.txt' }, '/', { offset: 0, length: 1000 }, never);
    expect(text).toMatchObject({ text: TEXT, offset: 0, lineAtOffset: 1, totalBytes: Buffer.from(TEXT).length });
  });

  test('bytes that are not valid are told', async () => {
    const inspection = await look(
      Buffer.concat([Buffer.from('äöüßé http://a.bad-site.com '), Buffer.from([0xff]), Buffer.from(' end')]),
      'a.txt',
    );
    expect(values(inspection, 'url')).toEqual(['http://a.bad-site.com']);
    expect(reasons(inspection)).toMatch(/not valid UTF-8/);
  });

  test('an empty file is nothing, and fully read', async () => {
    const inspection = await look('', 'a.txt');
    expect(inspection).toMatchObject({ observables: [], rejected: [], coverage: { parts: 1, skipped: [] } });
  });

  /** A source that makes its bytes when they are read, so that only the reader can use memory. */
  function generated(size: number, fill: (offset: number, into: Uint8Array) => void): ByteSource {
    return {
      size,
      read: async (offset, length) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(length, size - offset)));
        fill(offset, bytes);
        return bytes;
      },
    };
  }

  test('8 MB on one line: bounded memory, values across every window, progress', async () => {
    const record = Buffer.from(`"http://a.bad-site.com/0123456789",${'"plain words",'.repeat(300)}`);
    const source = generated(8e6, (offset, into) => {
      for (let at = 0; at < into.length; at += 1) into[at] = record[(offset + at) % record.length] ?? 0;
    });
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    let read = 0;
    const inspection = await inspect(source, { name: 'a.log' }, never, (note) => {
      read = note.read;
      peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
    });
    expect(values(inspection, 'url')).toEqual(['http://a.bad-site.com/0123456789']);
    expect(inspection.coverage.skipped).toEqual([]);
    expect(read).toBe(8e6);
    expect(peak).toBeLessThan(24e6);
  });

  test('a line without any break is searched whole, across every window', async () => {
    const line = `${'x'.repeat(99_979)},evil.com,${'y'.repeat(99_980)},8.8.4.4;`.repeat(11);
    const inspection = await look(line, 'a.txt');
    expect(inspection.observables.map(({ value, places }) => [value, places.length])).toEqual([
      ['evil.com', 11],
      ['8.8.4.4', 11],
    ]);
    expect(inspection.coverage.skipped).toEqual([]);
  });

  test('an abort stops it', async () => {
    const control = new AbortController();
    const source = generated(1e9, (_, into) => {
      into.fill(0x61);
      control.abort(new Error('stopped'));
    });
    await expect(inspect(source, { name: 'a.txt' }, control.signal)).rejects.toThrow('stopped');
  });

  test('a source that vanishes is an error, not an empty result', async () => {
    const source: ByteSource = { size: 10, read: async () => Promise.reject(new Error('gone')) };
    await expect(inspect(source, { name: 'a.txt' }, never)).rejects.toThrow('gone');
  });
});

test.each([
  ['a.zip', buildZip([{ name: 'a', data: 'x'.repeat(9e6), stored: true }])],
  ['a.gz', gzipSync(randomBytes(9e6))],
])('a source that fails inside %s is an error, not a damaged archive', async (name, bytes) => {
  const real = sourceFromBytes(bytes);
  let reads = 0;
  const source: ByteSource = {
    size: real.size,
    read: async (offset, length) => {
      reads += 1;
      if (reads > 3) throw new Error('pipe closed');
      return real.read(offset, length);
    },
  };
  await expect(inspect(source, { name }, never)).rejects.toThrow('pipe closed');
});

describe('archives', () => {
  test('tar.gz is opened through both layers', async () => {
    const inspection = await look(gzipSync(await tar({ 'd/a.log': '8.8.4.4', 'b.txt': 'x' })), 'logs.tar.gz');
    expect([...partsOf(inspection.tree).keys()].sort()).toEqual([
      '/',
      '/logs.tar',
      '/logs.tar/b.txt',
      '/logs.tar/d/a.log',
    ]);
    expect(values(inspection, 'ip')).toEqual(['8.8.4.4']);
  });

  test('names that clash, climb or hide stay apart', async () => {
    const inspection = await look(
      buildZip([
        { name: 'a', data: '1' },
        { name: 'a', data: '2' },
        { name: 'a~2', data: '3' },
        { name: '../a', data: '4' },
        { name: '//a', data: '5' },
        { name: 'x\u202Egpj.exe', data: '6' },
        { name: 'C:\\win\\a', data: '7' },
        { name: '', data: '8' },
      ]),
      'a.zip',
    );
    expect([...partsOf(inspection.tree).keys()]).toHaveLength(9);
    expect(partsOf(inspection.tree).get('/x<U+202E>gpj.exe')?.warnings.join()).toMatch(/reading direction/);
  });

  test.each<[string, Uint8Array, RegExp]>([
    [
      'wrong checksum',
      buildZip([{ name: 'a.txt', data: 'http://a.bad-site.com', crc: 1 }]),
      /a\.txt: damaged: its checksum/,
    ],
    ['bomb', buildZip([{ name: 'b', data: new Uint8Array(30 * 2 ** 20) }]), /b: not unpacked: .*bomb/],
    [
      'bomb that lies about its size',
      buildZip([{ name: 'b', data: new Uint8Array(30 * 2 ** 20), statedSize: 10 }]),
      /b: not unpacked: .*bomb/,
    ],
    ['gzip bomb', gzipSync(new Uint8Array(30 * 2 ** 20)), /bomb/],
    [
      'more than 500 entries',
      buildZip(Array.from({ length: 700 }, (_, index) => ({ name: `${index}`, data: 'x' }))),
      /\/: more than 500 entries/,
    ],
    [
      'cut zip',
      buildZip([{ name: 'a.txt', data: 'http://a.bad-site.com', stored: true }]).subarray(0, 60),
      /\/: .*(?:damaged|strings)/,
    ],
    ['cut gzip', gzipSync('http://a.bad-site.com '.repeat(100)).subarray(0, 60), /damaged/],
    ['picture', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), /\/: not searched for observables/],
    [
      'program',
      Buffer.concat([Buffer.from('MZ'), Buffer.alloc(200), Buffer.from('http://a.bad-site.com\0')]),
      /\/: only its printable strings/,
    ],
    [
      'damaged PDF',
      Buffer.from('%PDF-1.4\n1 0 obj <</S/URI/URI (http://a.bad-site.com/p)>> endobj'),
      /\/: the PDF is damaged/,
    ],
  ])('%s is said', async (_, bytes, reason) => {
    expect(reasons(await look(bytes, 'x'))).toMatch(reason);
  });

  test('what is only in the strings of a binary says so', async () => {
    const program = Buffer.concat([
      Buffer.from('MZ'),
      Buffer.alloc(200),
      Buffer.from('a.bad-site.com b.bad-site.com\0'),
    ]);
    const found = await look(
      buildZip([
        { name: 'a.exe', data: program },
        { name: 'a.txt', data: 'it asks b.bad-site.com' },
      ]),
      'a.zip',
    );
    const hosts = found.observables.filter(({ dataType }) => dataType === 'fqdn');
    expect(hosts.map(({ value, marks }) => [value, marks])).toEqual([
      ['a.bad-site.com', ['strings']],
      ['b.bad-site.com', []],
    ]);
  });

  test('what could be read of damaged things is searched', async () => {
    const crc = await look(buildZip([{ name: 'a.txt', data: 'http://a.bad-site.com', crc: 1 }]), 'a.zip');
    expect(values(crc, 'url')).toEqual(['http://a.bad-site.com']);
    expect(crc.tree.children[0]?.sha256).toBeUndefined();
    const wide = Buffer.concat([
      Buffer.from('MZ'),
      Buffer.alloc(100),
      Buffer.from('http://wide.bad-site.com\0', 'utf16le'),
    ]);
    expect(values(await look(wide, 'a.exe'), 'url')).toEqual(['http://wide.bad-site.com']);
    const pdf = await look('%PDF-1.4\n1 0 obj <</S/URI/URI (http://a.bad-site.com/p)>> endobj', 'a.pdf');
    expect(values(pdf, 'url')).toEqual(['http://a.bad-site.com/p']);
  });

  test('a ZIP that was cut off still gives its first entries', async () => {
    const whole = buildZip([
      { name: 'a.txt', data: `http://first.bad-site.com ${'x'.repeat(100)}` },
      { name: 'd/b.txt', data: 'http://second.bad-site.com', stored: true },
      { name: 'c.txt', data: 'http://third.bad-site.com' },
    ]);
    const inspection = await look(whole.subarray(0, Buffer.from(whole).indexOf('c.txt')), 'a.zip');
    expect(values(inspection, 'url')).toEqual(['http://first.bad-site.com', 'http://second.bad-site.com']);
    expect(reasons(inspection)).toMatch(/^\/: the ZIP archive is damaged.*\n\/a\.txt: damaged: salvaged/);
  });

  test('a mailbox is taken apart into its mails', async () => {
    const mails = ['one', 'two'].map(
      (name) =>
        `From ${name}@a.example Mon Nov 23 07:00:00 2026\nFrom: ${name}@bad-site.com\nTo: b@harbour.org\nSubject: ${name}\n\nbody\n\n`,
    );
    const inspection = await look(mails.join(''), 'inbox.mbox');
    expect(values(inspection, 'mail_subject')).toEqual(['one', 'two']);
  });

  test('nesting ends at six', async () => {
    let bytes: Uint8Array = Buffer.from('http://deep.bad-site.com');
    for (let depth = 0; depth < 9; depth += 1)
      bytes = buildZip([{ name: depth === 0 ? 'a.txt' : 'z.zip', data: bytes, stored: true }]);
    const inspection = await look(bytes, 'a.zip');
    expect(reasons(inspection)).toMatch(/^(?:\/z\.zip){7}: nested more than 6/);
    expect(values(inspection, 'url')).toEqual([]);
  });
});

describe('documents', () => {
  test('PDF: text with its page, links, and a place that can be read again', async () => {
    const pdf = await buildPdf(
      ['first page', 'second page hxxp://two.bad-site[.]com/x end'],
      'https://link.bad-site.com/a',
    );
    const inspection = await look(pdf, 'a.pdf');
    expect(
      inspection.observables.find((found) => found.value === 'http://two.bad-site.com/x')?.places[0],
    ).toMatchObject({ part: '/text', page: 2 });
    expect(
      inspection.observables.find((found) => found.value === 'https://link.bad-site.com/a')?.places[0],
    ).toMatchObject({ part: '/links', page: 1 });
    const links = await readPartText(
      sourceFromBytes(pdf),
      { name: 'a.pdf' },
      '/links',
      { offset: 0, length: 100 },
      never,
    );
    expect(links?.text).toBe('https://link.bad-site.com/a\n');
  });

  test('RTF: field codes, templates, escapes, embedded objects', async () => {
    const object = Buffer.from('http://object.bad-site.com').toString('hex');
    const inspection = await look(
      `{\\rtf1\\ansi{\\fonttbl{\\f0 http://font.bad-site.com;}}{\\*\\template http://tpl.bad-site.com/t}{\\field{\\*\\fldinst HYPERLINK "http://field.bad-site.com"}}\\par h\\'74\\u116?p://esc.bad-site.com {\\object{\\*\\objdata ${object}}}}`,
      'a.rtf',
    );
    expect(values(inspection, 'url').sort()).toEqual([
      'http://esc.bad-site.com',
      'http://field.bad-site.com',
      'http://object.bad-site.com',
      'http://tpl.bad-site.com/t',
    ]);
  });

  test('Office: entities are not expanded and namespaces are no finding', async () => {
    const bomb = '<!DOCTYPE a [<!ENTITY x "http://entity.bad-site.com"><!ENTITY y "&x;&x;">]>';
    const docx = buildDocx({
      paragraphs: [['ok']],
      extra: [{ name: 'word/footnotes.xml', data: `${bomb}<w:p xmlns:w="http://ns.bad-site.com">&y;</w:p>` }],
    });
    const inspection = await look(docx, 'a.docx');
    expect(values(inspection, 'url')).toEqual([]);
    expect(inspection.tree.warnings.join()).toMatch(/declares XML entities/);
  });
});

describe('nothing makes it throw', () => {
  test('random bytes and damaged fixtures', async () => {
    const good = [
      buildPhishingMail(),
      buildMsg({
        texts: { '0037': 'a', '1000': 'b' },
        attachments: [{ texts: { '3707': 'a' }, binaries: { '3701': Buffer.alloc(5000, 97) } }],
      }),
      await buildPdf(['x'], 'http://a.example.com'),
      buildDocx({ paragraphs: [['x']] }),
      buildVbaProject('M', 'Sub A()'),
      gzipSync(await tar({ a: 'b' })),
      await tar({ a: 'b' }),
      Buffer.from('{\\rtf1 \\u1234567 {{{\\objdata 00}}}'),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 500 }),
        fc.constantFrom('a', 'a.eml', 'a.txt'),
        async (bytes, name) => {
          await look(bytes, name);
        },
      ),
      { numRuns: 150 },
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...good),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 30 }),
        fc.option(fc.nat()),
        async (bytes, changes, cut) => {
          const copy = Uint8Array.from(bytes);
          for (const [at, value] of changes) copy[at % copy.length] = value;
          partsOf((await look(cut === null ? copy : copy.subarray(0, cut % copy.length), 'a')).tree);
        },
      ),
      { numRuns: 250 },
    );
  }, 60_000);
});
