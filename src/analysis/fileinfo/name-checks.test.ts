import { expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { extensionMismatch, extensionOf, nameWarnings } from './name-checks.ts';

const PE = 'application/vnd.microsoft.portable-executable';

test.each([
  ['a.PDF', 'pdf'],
  ['dir/a.b.c', 'c'],
  ['C:\\x\\setup.exe ', 'exe'],
  ['.bashrc', ''],
  ['README', ''],
])('the extension of %j is %j', (name, extension) => expect(extensionOf(name)).toBe(extension));

test.each([
  ['invoice.pdf', PE, 'named .pdf, content is a Windows program'],
  ['photo.jpg', 'application/zip', 'named .jpg, content is a ZIP archive'],
  ['notes.txt', PE, 'named .txt, content is a Windows program'],
  ['setup.exe', 'application/pdf', 'named .exe, content is a PDF document'],
  ['report.docx', 'application/rtf', 'named .docx, content is an RTF document'],
  ['scan.pdf', 'text/html', 'named .pdf, content is an HTML page'],
  ['data.zip', 'application/x-rar-compressed', 'named .zip, content is a RAR archive'],
])('%s with %s is a mismatch', (name, mediaType, words) => expect(extensionMismatch(name, mediaType)).toBe(words));

test.each([
  ['setup.exe', PE],
  ['saver.scr', PE],
  ['a.doc', 'application/rtf'],
  ['export.xls', 'text/html'],
  ['libc.so.6', 'application/x-elf'],
  ['tool-1.2', 'application/x-elf'],
  ['program', PE],
  ['sample.bin', PE],
  ['sample.malware', PE],
  ['empty.pdf', 'application/x-empty'],
  ['secret.docx', 'application/encrypted'],
  ['a.log', 'text/plain'],
  ['lib.jar', 'application/java-archive'],
  ['a.unknown', 'text/plain'],
])('%s with %s is none', (name, mediaType) => expect(extensionMismatch(name, mediaType)).toBeUndefined());

test.each([
  ['invoice.pdf.exe', /double extension: looks like \.pdf, opens as \.exe/],
  ['photo.jpg          .scr', /double extension/],
  ['photo          .scr', /many spaces/],
  ['ann\u202Excod.exe', /reading direction/],
  ['in\u200Bvoice.pdf', /invisible/],
  ['a\u0007b.txt', /control characters/],
  ['a.exe.', /dot or a space/],
  ['../../etc/passwd', /path separator/],
  ['aux.txt', /reserved device name/],
  [`${'a'.repeat(300)}.txt`, /304 characters/],
])('%j is warned about', (name, words) => expect(nameWarnings(name).join('; ')).toMatch(words));

test.each([
  'invoice.pdf',
  'archive.tar.gz',
  'a.b.c.txt',
  'Angebot Köln.docx',
  'v1.2.3.exe',
  'الفاتورة.pdf',
  'auxiliary.txt',
])('%j is fine', (name) => expect(nameWarnings(name)).toEqual([]));

test.each([' .', ' ', '.exe '])('time grows no faster than a name of %j', async (unit) => {
  expect(await growth((size) => nameWarnings(unit.repeat(size)), 50_000)).toBeLessThan(LINEAR);
});
