import * as fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, test } from 'vitest';
import { growth, LINEAR } from '../../../test/support/growth.ts';
import { buildMail } from '../../../test/support/build-mail.ts';
import type { MailMessage } from '../mail-message.ts';
import { parseEml } from './parse-eml.ts';

const parse = (text: string | Uint8Array): Promise<MailMessage> =>
  parseEml(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);

const HEAD = 'From: Ann <ann@example.com>\r\nTo: bob@example.org\r\nSubject: hi\r\n';

describe('headers', () => {
  test.each<[string, string, string]>([
    ['folded', `Subject: one\r\n two\r\n\tthree\r\n\r\n`, 'one two three'],
    ['encoded words', 'Subject: =?utf-8?B?w5xiZXI=?= =?utf-8?Q?f=C3=A4llig?=\r\n\r\n', 'Überfällig'],
    ['unknown charset', 'Subject: =?x-nonsense?Q?abc?=\r\n\r\n', 'abc'],
    ['raw UTF-8', Buffer.from('Subject: Größe\r\n\r\n', 'utf8').toString('latin1'), 'Größe'],
    ['raw windows-1252', 'Subject: Gr\xf6\xdfe \x80\r\n\r\n', 'Größe €'],
    ['bare line feeds', 'Subject: lf\nX: y\n\nbody', 'lf'],
    ['bare carriage returns', 'Subject: cr\rX: y\r\rbody', 'cr'],
    ['mbox separator first', 'From ann Mon Nov 23 07:00:00 2026\nSubject: mbox\n\nbody', 'mbox'],
    ['rubbish line between', 'Received: x\r\nrubbish without colon\r\nSubject: after\r\n\r\n', 'after'],
    ['blank before colon', 'Subject : spaced\r\n\r\n', 'spaced'],
    ['no body at all', 'Subject: end', 'end'],
    ['cut encoded word', 'Subject: =?utf-8?B?w5xiZX\r\n\r\n', '=?utf-8?B?w5xiZX'],
  ])('%s', async (_, text, subject) => {
    expect((await parse(text)).subject).toBe(subject);
  });

  test('a missing blank line is noted and the body kept', async () => {
    const mail = await parse('Subject: a\r\nhttp://x.example is the body\nand more of it\n');
    expect(mail.bodies[0]?.text).toContain('more of it');
    expect(mail.notes.join()).toMatch(/blank line/);
  });

  test('addresses: groups, quoted commas, encoded names that hold an @', async () => {
    const mail = await parse(
      'From: =?utf-8?Q?"boss=40bank.example"?= <evil@example.net>\r\nTo: Team: a@example.com, "B, C" <b@example.com>;\r\n\r\n',
    );
    expect(mail.from[0]?.address).toBe('evil@example.net');
    expect(mail.from[0]?.name).toContain('boss@bank.example');
    expect(mail.to.map((to) => to.address)).toEqual(['a@example.com', 'b@example.com']);
  });

  test('a date without seconds and with a comment is read', async () => {
    expect((await parse('Date: Mon, 23 Nov 2026 07:11 +0100 (CET)\r\n\r\n')).date).toBe(Date.UTC(2026, 10, 23, 6, 11));
    expect((await parse('Date: yesterday\r\n\r\n')).date).toBeUndefined();
  });
});

describe('bodies and attachments', () => {
  test('agrees with postal-mime on a well-formed mail', async () => {
    const bytes = buildMail(
      ['From: Ann <ann@example.com>', 'To: b@example.org', 'Subject: =?utf-8?Q?J=C3=B6rg?='],
      [
        { type: 'text/plain; charset=utf-8', body: 'Grüße' },
        { type: 'application/pdf', name: 'a.pdf', body: Buffer.from('%PDF-1.4 not really') },
      ],
    );
    const [ours, theirs] = [await parse(bytes), await PostalMime.parse(bytes)];
    expect(ours.subject).toBe(theirs.subject);
    expect(ours.from[0]?.address).toBe(theirs.from?.address);
    expect(ours.bodies[0]?.text.trim()).toBe(theirs.text?.trim());
    expect(ours.attachments.map(({ name }) => name)).toEqual(theirs.attachments.map(({ filename }) => filename));
    expect(Buffer.from(ours.attachments[0]?.bytes ?? [])).toEqual(
      Buffer.from(theirs.attachments[0]?.content as ArrayBuffer),
    );
  });

  test.each<[string, string, Partial<{ text: string; attachment: string; note: RegExp; problem: RegExp }>]>([
    [
      'boundary not stated',
      'Content-Type: multipart/mixed\r\n\r\n--xyz\r\nContent-Type: text/plain\r\n\r\ninside\r\n--xyz--\r\n',
      { text: 'inside', note: /no boundary/ },
    ],
    [
      'boundary stated wrongly',
      'Content-Type: multipart/mixed; boundary=abc\r\n\r\n--xyz\r\nContent-Type: text/plain\r\n\r\ninside\r\n--xyz--\r\n',
      { text: 'inside', note: /never occurs/ },
    ],
    [
      'no closing boundary',
      'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\ninside',
      { text: 'inside', problem: /cut off/ },
    ],
    [
      'multipart without parts',
      'Content-Type: multipart/mixed; boundary=x\r\n\r\njust text',
      { text: 'just text', note: /never occurs/ },
    ],
    [
      'text after the last boundary',
      'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\na\r\n--x--\r\nhttp://hidden.example',
      { note: /do not show/ },
    ],
    [
      'rubbish in base64',
      'Content-Transfer-Encoding: base64\r\n\r\naW5z!!aWRl',
      { text: 'inside', note: /2 characters/ },
    ],
    ['two base64 blocks glued', 'Content-Transfer-Encoding: base64\r\n\r\naW4=c2lkZQ==', { text: 'inside' }],
    [
      'broken quoted-printable',
      'Content-Transfer-Encoding: quoted-printable\r\n\r\nin=73ide=ZZ=',
      { text: 'inside=ZZ' },
    ],
    [
      'unknown transfer encoding',
      'Content-Transfer-Encoding: rot13\r\n\r\ninside',
      { text: 'inside', problem: /unknown transfer/ },
    ],
    [
      'unknown charset',
      'Content-Type: text/plain; charset=klingon\r\n\r\nins\xefde',
      { text: 'insïde', note: /unknown/ },
    ],
    [
      'charset that is not true',
      'Content-Type: text/plain; charset=us-ascii\r\n\r\nin\xc3\xafside',
      { text: 'inïside' },
    ],
    [
      'damaged UTF-8',
      'Content-Type: text/plain; charset=utf-8\r\n\r\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa4 \xff',
      { problem: /U\+FFFD/ },
    ],
    [
      'name in RFC 2231 pieces',
      "Content-Type: application/x; name*0*=utf-8''R%C3%A9; name*1*=sum%C3%A9.exe\r\n\r\nx",
      { attachment: 'Résumé.exe' },
    ],
    [
      'name as encoded word',
      'Content-Type: application/x; name="=?utf-8?B?w6QuZXhl?="\r\n\r\nx',
      { attachment: 'ä.exe' },
    ],
    [
      'name with bidi override',
      "Content-Type: application/x; name*=utf-8''a%E2%80%AEgnp.exe\r\n\r\nx",
      { attachment: 'a<U+202E>gnp.exe', note: /direction/ },
    ],
    ['no name', 'Content-Type: image/png\r\n\r\nx', { attachment: 'attachment-1' }],
    ['html hidden as attachment', 'Content-Type: text/html; name=x.html\r\n\r\n<b>', { attachment: 'x.html' }],
    ['uuencode', 'Content-Type: text/plain\r\n\r\nbegin 644 a.txt\n#0V%T\n`\nend\n', { attachment: 'a.txt' }],
  ])('%s', async (_, rest, expected) => {
    const mail = await parse(`${HEAD}${rest}`);
    if (expected.text !== undefined) expect(mail.bodies[0]?.text.trim()).toBe(expected.text);
    if (expected.attachment !== undefined) expect(mail.attachments[0]?.name).toBe(expected.attachment);
    if (expected.note !== undefined) expect(mail.notes.join('\n')).toMatch(expected.note);
    if (expected.problem !== undefined) expect(mail.problems.join('\n')).toMatch(expected.problem);
  });

  test('uuencoded content is decoded', async () => {
    const mail = await parse(`${HEAD}\r\nbegin 644 a.txt\n#0V%T\n\`\nend\n`);
    expect(Buffer.from(mail.attachments[0]?.bytes ?? []).toString()).toBe('Cat');
  });

  test('a mail in a mail is an attachment that is a mail', async () => {
    const mail = await parse(
      `${HEAD}Content-Type: multipart/digest; boundary=d\r\n\r\n--d\r\n\r\nSubject: inner\r\n\r\nx\r\n--d--\r\n`,
    );
    expect(mail.attachments).toMatchObject([{ isMail: true, name: 'attachment-1.eml' }]);
    expect((await parse(mail.attachments[0]?.bytes ?? '')).subject).toBe('inner');
  });
});

describe('limits', () => {
  test('10,000 parts are bounded, and said', async () => {
    const mail = await parse(
      `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(10_000)}--b--`,
    );
    expect(mail.attachments).toHaveLength(500);
    expect(mail.problems.join()).toMatch(/more than 500 parts/);
  });

  const nested = (depth: number): string =>
    HEAD +
    Array.from({ length: depth }, (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\r\n\r\n--b${at}\r\n`).join(
      '',
    );

  test('nesting without end is bounded', async () => {
    expect((await parse(nested(3000))).notes.join()).toMatch(/more than 32 deep/);
    expect(await growth((depth) => parse(nested(depth)), 800)).toBeLessThan(LINEAR);
  });

  test.each<[string, string, string, string]>([
    ['boundary prefixes', 'Content-Type: multipart/mixed; boundary=b\r\n\r\n', '--b', ''],
    ['encoded words', 'X: ', '=?utf-8?Q?', '\r\n\r\n'],
    ['a header of blanks', 'To: ', ' ', 'x\r\n\r\n'],
    ['headers', '', 'X-A: b\r\n', ''],
    ['folds of blanks', 'X: a\r\n', ' \r\n', ''],
    ['parameters', 'Content-Type: text/plain; ', 'a=b;', '\r\n\r\n'],
    ['a parameter of blanks', 'Content-Type: text/plain; a=b', ' ', 'c\r\n\r\n'],
    ['addresses', 'To: ', 'a@b.example,', '\r\n\r\n'],
    ['open groups', 'To: ', 'a:', '\r\n\r\n'],
    ['equals signs', 'Content-Transfer-Encoding: quoted-printable\r\n\r\n', '=     ', ''],
    ['uuencode starts', '\r\n', 'begin 644 x\n', ''],
  ])('linear on %s', async (_, before, unit, after) => {
    const work = (size: number): Promise<MailMessage> => parse(HEAD + before + unit.repeat(size / unit.length) + after);
    expect(await growth(work, 100_000)).toBeLessThan(LINEAR);
  });

  test('never throws, on any bytes and on any damage to a good mail', async () => {
    const good = buildMail(
      ['From: a@b.example', 'Subject: x'],
      [
        { type: 'text/html', body: '<a href="http://a.example">b</a>', encoding: 'base64' },
        { type: 'application/zip', name: 'a.zip', body: Buffer.from('PK') },
      ],
    );
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async (bytes) => {
        await parse(bytes);
      }),
      { numRuns: 200 },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 20 }), async (changes) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        await parse(bytes);
      }),
      { numRuns: 300 },
    );
  });
});
