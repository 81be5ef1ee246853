import { deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { buildElf, buildFat, buildMachO, buildPe } from '../../../test/support/build-executables.ts';
import { sourceFromBytes } from '../byte-source.ts';
import { detectSourceType, detectType } from './detect-type.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const utf16 = (text: string): Uint8Array => Buffer.from(text, 'utf16le');

/** A ZIP as a row of local headers, which is all that detection reads of a short one. */
function zip(entries: Record<string, string>, options: { deflate?: boolean; flags?: number } = {}): Uint8Array {
  const parts = Object.entries(entries).map(([name, text]) => {
    const header = Buffer.alloc(30);
    const data = options.deflate === true ? deflateRawSync(text) : Buffer.from(text);
    header.write('PK\x03\x04', 'latin1');
    header.writeUInt16LE(options.flags ?? 0, 6);
    header.writeUInt16LE(options.deflate === true ? 8 : 0, 8);
    header.writeUInt32LE(data.length, 18);
    header.writeUInt32LE(text.length, 22);
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, Buffer.from(name), data]);
  });
  return Buffer.concat([...parts, bytes('PK\x05\x06'), Buffer.alloc(18)]);
}

const contentTypes = (main: string): string =>
  `<?xml version="1.0"?><Types><Override PartName="/x" ContentType="application/${main}+xml"/></Types>`;
const ooxml = (main: string, deflate = true): Uint8Array =>
  zip({ '[Content_Types].xml': contentTypes(main), '_rels/.rels': '<Relationships/>' }, { deflate });

/** A compound file: a header and one directory sector with these streams. */
function cfb(streams: string[], clsid = '00'.repeat(16), directorySector = 0): Uint8Array {
  const file = Buffer.alloc(512 * (directorySector + 2) + 512 * Math.ceil(streams.length / 4));
  file.write('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1', 'latin1');
  file.writeUInt16LE(9, 30);
  file.writeUInt32LE(directorySector, 48);
  ['Root Entry', ...streams].forEach((name, index) => {
    const at = 512 * (directorySector + 1) + index * 128;
    file.write(name, at, 'utf16le');
    file.writeUInt16LE(name.length * 2 + 2, at + 64);
    file[at + 66] = index === 0 ? 5 : 2;
    if (index === 0) file.set(Buffer.from(clsid, 'hex'), at + 80);
  });
  return file;
}

function at(offset: number, magic: string, length: number): Uint8Array {
  const file = Buffer.alloc(length, 0xee);
  file.write(magic, offset, 'latin1');
  return file;
}

const MAIL =
  'Received: from a (a [192.0.2.1])\r\nFrom: a@example.org\r\nTo: b@example.org\r\nSubject: hi\r\n\r\nHello\r\n';
const OFFICE = 'vnd.openxmlformats-officedocument.';
const PE = 'application/vnd.microsoft.portable-executable';

type Row = [what: string, content: Uint8Array, mediaType: string, label: RegExp, name?: string];

const ROWS: Row[] = [
  ['nothing', new Uint8Array(0), 'application/x-empty', /^Empty file$/],
  ['PE32 program', buildPe(), PE, /^Windows program \(PE32\)$/],
  ['PE32+ program', buildPe({ wide: true }), PE, /^Windows program \(PE32\+\)$/],
  ['PE library', buildPe({ dll: true }), PE, /^Windows library \(PE32\)$/],
  ['MZ without PE', Buffer.concat([bytes('MZ'), new Uint8Array(100)]), 'application/x-dosexec', /^DOS program/],
  ['ELF 64', buildElf(), 'application/x-elf', /^Unix program \(ELF 64-bit\)$/],
  ['ELF 32 big-endian', buildElf({ wide: false, little: false }), 'application/x-elf', /ELF 32-bit, big-endian/],
  ['Mach-O 64', buildMachO(), 'application/x-mach-binary', /^macOS program \(Mach-O 64-bit\)$/],
  ['Mach-O 32 big-endian', buildMachO({ wide: false, little: false }), 'application/x-mach-binary', /Mach-O 32-bit/],
  ['fat Mach-O', buildFat([buildMachO(), buildMachO()]), 'application/x-mach-binary', /fat, 2 architectures/],
  [
    'Java class',
    Buffer.from('cafebabe00000034001d0a000600', 'hex'),
    'application/java-vm',
    /^Java class \(version 52\)$/,
  ],
  [
    'shortcut',
    Buffer.concat([Buffer.from('4c0000000114020000000000c000000000000046', 'hex'), new Uint8Array(60)]),
    'application/x-ms-shortcut',
    /^Windows shortcut$/,
  ],
  ['PDF', bytes('%PDF-1.7\n%\xe2\xe3\n1 0 obj\n<<>>\nendobj\n'), 'application/pdf', /^PDF document 1\.7$/],
  [
    'PDF after junk',
    bytes('junk\0\x01junk\n%PDF-1.4\n1 0 obj\n<<>>\n'),
    'application/pdf',
    /11 bytes of other data before the header/,
  ],
  [
    'text about PDF',
    bytes('A PDF begins with the characters %PDF-1.4 as everybody knows.'),
    'text/plain',
    /^Plain text$/,
  ],
  ['RTF', bytes('{\\rtf1\\ansi Hello}'), 'application/rtf', /^Rich text/],
  ['RTF with a short header', bytes('{\\rt}\\object'), 'application/rtf', /^Rich text/],
  ['ZIP', zip({ 'a.txt': 'a' }), 'application/zip', /^ZIP archive$/],
  ['encrypted ZIP', zip({ 'a.txt': 'a' }, { flags: 1 }), 'application/zip', /^ZIP archive \(encrypted\)$/],
  ['empty ZIP', bytes(`PK\x05\x06${'\0'.repeat(18)}`), 'application/zip', /empty/],
  [
    'docx',
    ooxml(`${OFFICE}wordprocessingml.document.main`),
    `application/${OFFICE}wordprocessingml.document`,
    /^Word document$/,
  ],
  [
    'docx, stored',
    ooxml(`${OFFICE}wordprocessingml.document.main`, false),
    `application/${OFFICE}wordprocessingml.document`,
    /^Word document$/,
  ],
  [
    'docm',
    ooxml('vnd.ms-word.document.macroEnabled.main'),
    'application/vnd.ms-word.document.macroenabled.12',
    /with macros/,
  ],
  ['xlsx', ooxml(`${OFFICE}spreadsheetml.sheet.main`), `application/${OFFICE}spreadsheetml.sheet`, /^Excel workbook$/],
  [
    'xlsm',
    ooxml('vnd.ms-excel.sheet.macroEnabled.main'),
    'application/vnd.ms-excel.sheet.macroenabled.12',
    /with macros/,
  ],
  [
    'xlsb',
    ooxml('vnd.ms-excel.sheet.binary.macroEnabled.main'),
    'application/vnd.ms-excel.sheet.binary.macroenabled.12',
    /binary/,
  ],
  [
    'pptx',
    ooxml(`${OFFICE}presentationml.presentation.main`),
    `application/${OFFICE}presentationml.presentation`,
    /^PowerPoint/,
  ],
  [
    'docx by its parts',
    zip({ '_rels/.rels': '', 'word/document.xml': '' }),
    `application/${OFFICE}wordprocessingml.document`,
    /^Word document$/,
  ],
  [
    'docm by its parts',
    zip({ '_rels/.rels': '', 'word/document.xml': '', 'word/vbaProject.bin': '' }),
    'application/vnd.ms-word.document.macroenabled.12',
    /with macros/,
  ],
  [
    'odt',
    zip({ mimetype: 'application/vnd.oasis.opendocument.text' }),
    'application/vnd.oasis.opendocument.text',
    /^OpenDocument text$/,
  ],
  ['epub', zip({ mimetype: 'application/epub+zip' }), 'application/epub+zip', /^EPUB/],
  ['jar', zip({ 'META-INF/MANIFEST.MF': '' }), 'application/java-archive', /^Java archive$/],
  [
    'apk',
    zip({ 'AndroidManifest.xml': '', 'META-INF/MANIFEST.MF': '' }),
    'application/vnd.android.package-archive',
    /^Android/,
  ],
  [
    'MSG by its streams',
    cfb(['__nameid_version1.0', '__properties_version1.0']),
    'application/vnd.ms-outlook',
    /^Outlook message/,
  ],
  ['MSG by its class', cfb([], '0b0d020000000000c000000000000046'), 'application/vnd.ms-outlook', /^Outlook message/],
  ['doc', cfb(['WordDocument', '1Table']), 'application/msword', /^Word 97/],
  ['xls', cfb(['Workbook']), 'application/vnd.ms-excel', /^Excel 97/],
  ['ppt', cfb(['PowerPoint Document']), 'application/vnd.ms-powerpoint', /^PowerPoint 97/],
  ['MSI', cfb([], '84100c0000000000c000000000000046'), 'application/x-msi', /^Windows installer/],
  [
    'encrypted Office',
    cfb(['EncryptedPackage', 'EncryptionInfo']),
    'application/encrypted',
    /encrypted with a password/,
  ],
  ['other compound file', cfb(['Something']), 'application/x-cfb', /^OLE compound/],
  [
    'OneNote',
    Buffer.concat([Buffer.from('e4525c7b8cd8a74daeb15378d02996d3', 'hex'), new Uint8Array(50)]),
    'application/onenote',
    /^OneNote/,
  ],
  ['TNEF', Buffer.concat([Buffer.from('789f3e22', 'hex'), new Uint8Array(50)]), 'application/vnd.ms-tnef', /TNEF/],
  ['CHM', at(0, 'ITSF\x03\0\0\0', 100), 'application/vnd.ms-htmlhelp', /CHM/],
  ['cabinet', at(0, 'MSCF\0\0\0\0', 100), 'application/vnd.ms-cab-compressed', /cabinet/],
  ['ISO image', at(0x8001, 'CD001', 0x9000), 'application/x-iso9660-image', /ISO 9660/],
  ['tar', at(257, 'ustar\0', 1024), 'application/x-tar', /^tar archive$/],
  ['RAR', at(0, 'Rar!\x1a\x07\x01\0', 100), 'application/x-rar-compressed', /^RAR/],
  ['7z', at(0, '7z\xbc\xaf\x27\x1c\0\x04', 100), 'application/x-7z-compressed', /^7-Zip/],
  ['gzip', at(0, '\x1f\x8b\x08\0', 50), 'application/gzip', /^gzip/],
  ['EVTX', at(0, 'ElfFile\0', 128), 'application/x-ms-evtx', /EVTX/],
  ['registry hive', at(0, 'regf', 128), 'application/x-ms-registry-hive', /hive/],
  [
    'PNG',
    Buffer.from('89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154', 'hex'),
    'image/png',
    /^PNG image$/,
  ],
  ['GIF', at(0, 'GIF89a', 60), 'image/gif', /^GIF image$/],
  ['JPEG', at(0, '\xff\xd8\xff\xe0\0\x10JFIF\0', 100), 'image/jpeg', /^JPEG image$/],
  ['mail', bytes(MAIL), 'message/rfc822', /^Mail message/],
  ['mail with folded headers', bytes(MAIL.replace('192.0.2.1])', '192.0.2.1])\r\n\tby mx')), 'message/rfc822', /^Mail/],
  ['mbox', bytes(`From a@example.org Mon Nov 23 2026\r\n${MAIL}`), 'application/mbox', /^Mailbox/],
  ['text like a mail', bytes('From: here\nTo: there\n\nWe walked.'), 'text/plain', /^Plain text$/],
  ['HTML', bytes('<!DOCTYPE html><html><body>x</body></html>'), 'text/html', /^HTML document$/],
  ['HTML without html', bytes('\r\n <script>alert(1)</script>'), 'text/html', /^HTML/],
  ['HTA', bytes('<html><head><HTA:APPLICATION ID="a"></head></html>'), 'application/hta', /HTA/],
  ['XML', bytes('<?xml version="1.0"?><a><b/></a>'), 'application/xml', /^XML document$/],
  ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg"></svg>'), 'image/svg+xml', /^SVG/],
  ['WSF', bytes('<job id="a"><script language="JScript">1</script></job>'), 'text/x-wsf', /WSF/],
  ['JSON', bytes('{"a": [1, 2, {"b": null}]}'), 'application/json', /^JSON data$/],
  ['JSON lines', bytes('{"a":1}\n{"a":2}\n'), 'application/x-ndjson', /^JSON lines$/],
  ['CSV', bytes('id,name,city\n1,"a, b",c\n2,d,e\n'), 'text/csv', /comma/],
  ['TSV', bytes('id\tname\tcity\n1\ta\tb\n'), 'text/tab-separated-values', /tab/],
  [
    'prose with commas',
    bytes('First, we went out, then in.\nAfter that, nothing happened.\n'),
    'text/plain',
    /^Plain text$/,
  ],
  [
    'PowerShell',
    bytes('$x = New-Object Net.WebClient\n$x.DownloadString("http://example.org")'),
    'text/x-powershell',
    /^PowerShell/,
  ],
  [
    'PowerShell without strong words',
    bytes('param (\n$Name)\n$a = Get-Item $Name\nif ($a -eq 1) { Start-Process x }'),
    'text/x-powershell',
    /^PowerShell/,
  ],
  ['VBScript', bytes('Dim a\nSet a = CreateObject("WScript.Shell")\na.Run "x"\n'), 'text/vbscript', /VBScript/],
  ['VBA module', bytes('Attribute VB_Name = "ThisDocument"\r\nSub AutoOpen()\r\nEnd Sub\r\n'), 'text/vbscript', /VBA/],
  ['JScript', bytes('var s = new ActiveXObject("WScript.Shell");'), 'text/javascript', /^JavaScript$/],
  ['JavaScript', bytes('const a = 1;\nfunction b(c) { return eval(c); }\n'), 'text/javascript', /^JavaScript$/],
  ['batch', bytes('@echo off\r\nset a=1\r\n'), 'text/x-msdos-batch', /batch/],
  ['shell', bytes('#!/bin/bash\nrm x\n'), 'text/x-shellscript', /^Shell script$/],
  ['python by its first line', bytes('#!/usr/bin/env python3\nprint(1)\n'), 'text/x-python', /^Python/],
  ['python', bytes('import os\ndef f(a):\n  return a\n'), 'text/x-python', /^Python/],
  ['Perl module', bytes('package A::B;\nuse strict;\nmy $x = Get-Item;\n1;\n'), 'text/x-perl', /^Perl/],
  ['Python bytecode', at(0, '\xcb\r\r\n\0\0\0\0', 64), 'application/x-python-bytecode', /bytecode/],
  ['lines of code', bytes("import { a, b } from 'c';\nimport { d, e } from 'f';\n"), 'text/plain', /^Plain/],
  ['statements', bytes('do(this);\nthen(that);\nstop(all);\n'), 'text/plain', /^Plain/],
  [
    'registry script',
    bytes('Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\a]\r\n'),
    'text/x-ms-regedit',
    /registry/,
  ],
  [
    'internet shortcut',
    bytes('[InternetShortcut]\r\nURL=http://example.org/\r\n'),
    'application/x-mswinurl',
    /shortcut/,
  ],
  ['certificate', bytes('-----BEGIN CERTIFICATE-----\nMIIB\n'), 'application/x-pem-file', /PEM/],
  ['calendar', bytes('BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'), 'text/calendar', /^Calendar/],
  ['plain text', bytes('Nothing to see here.\n'), 'text/plain', /^Plain text$/],
  ['UTF-8 text', Buffer.from('Grüße aus Köln\n'), 'text/plain', /^Plain text, UTF-8$/],
  ['UTF-8 with a mark', Buffer.from('\uFEFF{"a":1}'), 'application/json', /^JSON data, UTF-8$/],
  ['Latin-1 text', bytes('Gr\xfc\xdfe aus K\xf6ln und Umgebung\n'), 'text/plain', /^Plain text, 8-bit$/],
  [
    'UTF-16 with a mark',
    Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('Hello there')]),
    'text/plain',
    /^Plain text, UTF-16 LE$/,
  ],
  ['UTF-16 without a mark', utf16('@echo off\r\nstart calc\r\n'), 'text/x-msdos-batch', /batch file, UTF-16 LE$/],
  [
    'UTF-16 big-endian script',
    utf16('\uFEFFOn Error Resume Next\r\nDim a').map((_, i, all) => all[i ^ 1] ?? 0),
    'text/vbscript',
    /UTF-16 BE$/,
  ],
  ['a text named .ps1', bytes('calc\n'), 'text/x-powershell', /^PowerShell script$/, 'run.ps1'],
  ['a program named .txt', buildPe(), PE, /^Windows program/, 'readme.txt'],
  [
    'random bytes',
    Uint8Array.from({ length: 300 }, (_, i) => (i * 197 + (i >> 3) * 89 + 131) & 255),
    'application/octet-stream',
    /^Unknown binary data$/,
  ],
];

test.each(ROWS)('%s', async (_what, content, mediaType, label, name = 'sample') => {
  const found = await detectType(content.subarray(0, 65_536), name, content.length);
  expect(found.mediaType).toBe(mediaType);
  expect(found.label).toMatch(label);
  expect(await detectSourceType(sourceFromBytes(content), name)).toEqual(found);
});

test('finds the directory of a compound file beyond the head', async () => {
  const file = cfb(['__properties_version1.0'], '00'.repeat(16), 400);
  expect((await detectType(file.subarray(0, 65_536), 'x', file.length)).mediaType).toBe('application/x-cfb');
  expect((await detectSourceType(sourceFromBytes(file), 'x')).mediaType).toBe('application/vnd.ms-outlook');
});

test('finds what a ZIP is from the directory at its end', async () => {
  const record = Buffer.alloc(46);
  record.write('PK\x01\x02', 'latin1');
  const names = ['_rels/.rels', 'xl/workbook.xml', 'xl/vbaProject.bin'].map((name) => {
    record.writeUInt16LE(name.length, 28);
    return Buffer.concat([record, Buffer.from(name)]);
  });
  const file = Buffer.concat([zip({ 'docProps/big.bin': 'x'.repeat(200_000) }), ...names]);
  expect((await detectSourceType(sourceFromBytes(file), 'x')).mediaType).toBe(
    'application/vnd.ms-excel.sheet.macroenabled.12',
  );
});

test.each([
  '<',
  '"',
  '{',
  '$a',
  'a,',
  '#!',
  ' ',
  '\t',
  'From: ',
  '%PDF-',
  'PK\x03\x04',
  '""',
  '=>',
  'function ',
  '<a ',
  '-',
])('time grows no faster than a head full of %j', async (piece) => {
  const work = (size: number): unknown => detectType(bytes(piece.repeat(size / piece.length)), 'x', 1 << 20);
  expect(await growth(work, 32_768)).toBeLessThan(LINEAR);
});

describe('what must not hide a text', () => {
  const mail =
    'Received: from a by b\r\nFrom: a@b.example\r\nSubject: x\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\n';

  test.each([
    ['a bell in the body', `${mail}hello \x07 world`, 'message/rfc822'],
    ['a bell in the subject', mail.replace('x\r', '\x07x\r'), 'message/rfc822'],
    ['a null in the body', `${mail}hello \0 world`, 'message/rfc822'],
    ['a body full of control characters', `${mail}${'\x01\x02\x03'.repeat(900)}`, 'message/rfc822'],
    ['a bell in prose', `${'some words of prose '.repeat(20)}\x07`, 'text/plain'],
  ])('%s', async (_what, content, mediaType) => {
    const bytes = Buffer.from(content, 'latin1');
    expect((await detectType(bytes, 'x', bytes.length)).mediaType).toBe(mediaType);
  });
});
