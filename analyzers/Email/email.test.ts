import { describe, expect, test } from 'vitest';
import { sourceFromBytes } from '../../src/analysis/byte-source.ts';
import type { AnalyzerOutput } from '../../src/analysis/analyzer.ts';
import { buildMail, type MailPart } from '../../test/support/build-mail.ts';
import { buildMsg } from '../../test/support/build-msg.ts';
import { buildZip } from '../../test/support/build-zip.ts';
import analyzer from './email.ts';

const run = (bytes: Uint8Array, name = 'mail.eml'): Promise<AnalyzerOutput> =>
  analyzer.run(
    {
      dataType: 'file',
      file: { name, contentType: 'message/rfc822', source: sourceFromBytes(bytes) },
      tlp: 2,
      pap: 2,
      message: '',
      parameters: {},
      config: {},
    },
    new AbortController().signal,
  );

const chips = (output: AnalyzerOutput): string[] =>
  output.summary.taxonomies.map(({ level, predicate, value }) => `${level} ${predicate}=${String(value)}`);

const BASE = [
  'From: Ann <ann@example.com>',
  'To: bob@example.org',
  'Subject: hello',
  'Date: Mon, 23 Nov 2026 07:11:00 +0000',
];
const TEXT: MailPart = { type: 'text/plain', body: 'hello' };

describe('findings', () => {
  test.each<[string, string[], MailPart[], string]>([
    [
      'SPF fail',
      ['Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=example.com'],
      [TEXT],
      'suspicious SPF=fail',
    ],
    [
      'DKIM pass is only stated',
      ['Authentication-Results: mx.example.org; dkim=pass header.d=example.com'],
      [TEXT],
      'info DKIM=pass',
    ],
    [
      'DMARC fail, Microsoft style',
      ['Authentication-Results: spf=none (sender IP is 1.2.3.4) smtp.mailfrom=x.example; dmarc=fail action=none'],
      [TEXT],
      'suspicious DMARC=fail',
    ],
    [
      'Received-SPF',
      ['Received-SPF: SoftFail (mx: x) client-ip=1.2.3.4; envelope-from=a@b.example'],
      [TEXT],
      'suspicious SPF=softfail',
    ],
    ['answers elsewhere', ['Reply-To: evil@bad-site.com'], [TEXT], 'suspicious ReplyTo=differs'],
    [
      'lying link',
      [],
      [{ type: 'text/html', body: '<a href="https://bad-site.com/x">https://www.example.com/login</a>' }],
      'suspicious Links=1 mismatched',
    ],
    [
      'bare host as text',
      [],
      [{ type: 'text/html', body: '<a href="https://bad-site.com/x"><b>www.example.com</b>/pay</a>' }],
      'suspicious Links=1 mismatched',
    ],
    [
      'program',
      [],
      [TEXT, { type: 'application/x', name: 'setup.scr', body: Buffer.from('MZ') }],
      'suspicious Attachment=can run',
    ],
    [
      'double extension',
      [],
      [TEXT, { type: 'application/x', name: 'invoice.pdf.exe', body: Buffer.from('x') }],
      'suspicious Attachment=double extension',
    ],
    [
      'program in an archive',
      [],
      [TEXT, { type: 'application/zip', name: 'a.zip', body: buildZip([{ name: 'b.js', data: 'x' }]) }],
      'suspicious Attachment=can run',
    ],
    [
      'locked archive',
      [],
      [
        TEXT,
        { type: 'application/zip', name: 'a.zip', body: buildZip([{ name: 'b.txt', data: 'x', encrypted: true }]) },
      ],
      'suspicious Attachment=encrypted',
    ],
    [
      'count',
      [],
      [TEXT, { type: 'text/plain', name: 'a.txt', body: 'x' }, { type: 'text/plain', name: 'b.txt', body: 'x' }],
      'info Attachments=2',
    ],
  ])('%s', async (_, headers, parts, chip) => {
    expect(chips(await run(buildMail([...BASE, ...headers], parts)))).toContain(chip);
  });

  test('a name that shows another address', async () => {
    const output = await run(buildMail(['From: "boss@example.com" <x@bad-site.com>', 'Subject: x'], [TEXT]));
    expect(chips(output)).toContain('suspicious DisplayName=spoof');
  });

  test.each([
    ['same site', '<a href="https://login.example.com/x">www.example.com</a>'],
    ['words', '<a href="https://bad-site.com/x">Click here</a>'],
    ['a file name', '<a href="https://files.example.com/x">report.zip</a>'],
    [
      'safe links',
      '<a href="https://eu.safelinks.protection.outlook.com/?url=https%3A%2F%2Fwww.example.com%2F&data=x">https://example.com</a>',
    ],
    ['mail', '<a href="mailto:a@example.com">a@example.org</a>'],
  ])('no false alarm: %s', async (_, body) => {
    expect(chips(await run(buildMail(BASE, [{ type: 'text/html', body }])))).toEqual(
      ['info Attachments=0', `info Urls=${(body.match(/https?:/g) ?? []).length}`].map(
        (chip) => expect.stringContaining(chip.split('=')[0] ?? '') as string,
      ),
    );
  });
});

test('path, authentication and dates are as stated, oldest hop first', async () => {
  const { full } = await run(
    buildMail(
      [
        'Received: from relay.example.net (relay.example.net [192.0.2.7]) (using TLS) by mx.example.org with ESMTPS id 1; Mon, 23 Nov 2026 08:11:30 +0100 (CET)',
        'Received: from [10.0.0.5] (helo=laptop) by relay.example.net with HTTP; Mon, 23 Nov 2026 07:11:00 +0000',
        'DKIM-Signature: v=1; a=rsa-sha256; d=Example.com; s=sel; b=abc=',
        'Authentication-Results: mx.example.org; dkim=fail reason="bad; signature" header.d=example.com; spf=pass (ok; really) smtp.mailfrom=a@example.com',
        ...BASE,
      ],
      [TEXT],
    ),
  );
  expect(full['received']).toEqual([
    { from: '[10.0.0.5]', by: 'relay.example.net', ip: '10.0.0.5', with: 'HTTP', at: '2026-11-23T07:11:00.000Z' },
    {
      from: 'relay.example.net',
      by: 'mx.example.org',
      ip: '192.0.2.7',
      with: 'ESMTPS',
      at: '2026-11-23T07:11:30.000Z',
      delaySeconds: 30,
    },
  ]);
  expect(full['authentication']).toMatchObject({
    results: [
      { method: 'dkim', result: 'fail', by: 'mx.example.org' },
      { method: 'spf', result: 'pass', about: ['smtp.mailfrom=a@example.com'] },
    ],
    signatures: [{ domain: 'example.com', selector: 'sel', algorithm: 'rsa-sha256' }],
  });
  expect(full['date']).toBe('2026-11-23T07:11:00.000Z');
});

test('attachments and observables are artifacts, nested mails too', async () => {
  const nested = buildMail(
    ['From: c@example.net', 'Subject: inner'],
    [{ type: 'text/plain', body: 'http://inner.bad-site.com/a' }],
  );
  const output = await run(buildMail(BASE, [TEXT, { type: 'message/rfc822', name: 'fwd.eml', body: nested }]));
  expect(output.artifacts).toContainEqual(
    expect.objectContaining({ dataType: 'url', data: 'http://inner.bad-site.com/a' }),
  );
  expect(output.artifacts).toContainEqual(
    expect.objectContaining({ dataType: 'file', filename: 'fwd.eml', tags: ['attachment', 'mail'] }),
  );
  expect(output.full['nestedMails']).toEqual([{ path: '/1/fwd.eml', name: 'fwd.eml' }]);
  expect(JSON.parse(JSON.stringify(output.full))).toEqual(output.full);
});

test('an Outlook message', async () => {
  const output = await run(
    buildMsg({
      texts: { '0037': 'Subj', '0C1A': 'Eve', '5D01': 'eve@bad-site.com', '1000': 'http://body.bad-site.com' },
      recipients: [{ texts: { '3001': 'Bob', '39FE': 'bob@example.org' }, numbers: { '0C15': 1 } }],
      times: { '0039': Date.UTC(2026, 10, 23) },
      attachments: [{ texts: { '3707': 'run.exe' }, binaries: { '3701': Buffer.from('MZ') } }],
    }),
    'a.msg',
  );
  expect(output.full).toMatchObject({
    subject: 'Subj',
    from: [{ address: 'eve@bad-site.com' }],
    to: [{ address: 'bob@example.org' }],
    date: '2026-11-23T00:00:00.000Z',
  });
  expect(chips(output)).toContain('suspicious Attachment=can run');
});

describe('the opening sentence', () => {
  const said = async (headers: string[], parts: MailPart[]): Promise<unknown> =>
    (await run(buildMail(headers, parts))).full['sentence'];

  test('says who it claims to be and what is odd', async () => {
    expect(
      await said(
        [
          'From: Harbour Billing <billing@harbour.example>',
          'Authentication-Results: mx.example.org; spf=fail smtp.mailfrom=x.example; dmarc=fail header.from=x.example',
        ],
        [
          { type: 'text/html', body: '<a href="https://bad-site.com/x">https://www.example.com/login</a>' },
          { type: 'application/x', name: 'setup.scr', body: Buffer.from('MZ') },
        ],
      ),
    ).toBe(
      'A mail that says it comes from Harbour Billing. SPF and DMARC failed, one link opens another address than it shows, and an attachment can run a program.',
    );
  });

  test('never sounds like an all-clear, and leaves no address alive', async () => {
    expect(await said(['From: ann@mail.example.com', 'Subject: x'], [TEXT])).toBe(
      'A mail that says it comes from ann@mail[.]example[.]com. Nothing odd was noticed, which does not make it harmless.',
    );
  });

  test('stays short whatever the name is', async () => {
    const name = `http://evil.com/${'long '.repeat(200)}`;
    const sentence = await said([`From: "${name}" <a@example.com>`, 'Reply-To: b@bad-site.com'], [TEXT]);
    expect(sentence).toMatch(/^A mail that says it comes from hxxp:\/\/evil\[\.\]com.*Answers go to another domain\.$/);
    expect(String(sentence).length).toBeLessThanOrEqual(300);
  });
});

test('what is no mail is refused in words', async () => {
  await expect(run(Buffer.from('just a text'))).rejects.toThrow(/no mail/);
});
