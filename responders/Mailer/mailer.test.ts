import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { run } from './mailer.ts';
import { fill } from './template.ts';

/** A certificate for `localhost`, one for another name, made once for this file. */
let certificates: Record<'good' | 'wrong', { key: string; cert: string }>;

beforeAll(() => {
  const dir = mkdtempSync(join(tmpdir(), 'osmia-mailer-'));
  const make = (name: string, host: string) => {
    const [key, cert] = [join(dir, `${name}.key`), join(dir, `${name}.crt`)];
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const names = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
    execFileSync(
      'openssl',
      ['req', '-x509', '-nodes', ...curve, '-days', '2', ...names, '-keyout', key, '-out', cert],
      {
        stdio: 'ignore',
      },
    );
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  };
  certificates = { good: make('good', 'localhost'), wrong: make('wrong', 'mail.elsewhere.example') };
  rmSync(dir, { recursive: true });
});

interface Received {
  from: string;
  to: string[];
  text: string;
  wasEncrypted: boolean;
  user: string | undefined;
}

/** A real SMTP server on the loopback interface, and what it has received. */
async function serve(options: SMTPServerOptions): Promise<{ port: number; received: Received[] }> {
  const received: Received[] = [];
  const server = new SMTPServer({
    logger: false,
    authOptional: true,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _session, done) =>
      password === 'right' ? done(null, { user: username }) : done(new Error('Invalid user or password')),
    onData(stream, session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        received.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map((each) => each.address),
          text: Buffer.concat(chunks).toString('utf8'),
          wasEncrypted: session.secure,
          user: session.user as string | undefined,
        });
        done(null, 'queued as 42');
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, received };
}

const CASE = {
  _type: 'case',
  caseId: 42,
  title: 'Invoice that is none',
  description: 'Opened by accounting',
  tags: ['phishing', 'mail:soc@example.org'],
};

interface Report {
  success: boolean;
  errorMessage?: string;
  mayHaveActed?: boolean;
  full?: Record<string, unknown> & { mail: { to: string[]; subject: string; text: string } };
  operations?: unknown[];
}

async function mail(
  config: Record<string, unknown>,
  more: { data?: object; parameters?: object; attachments?: Record<string, string>; env?: Record<string, string> } = {},
): Promise<Report> {
  const folder = mkdtempSync(join(tmpdir(), 'osmia-mailer-job-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'input'));
  mkdirSync(join(folder, 'output'));
  const attachments = Object.entries(more.attachments ?? {}).map(([filename, text], index) => {
    writeFileSync(join(folder, 'input', `attachment${index}`), text);
    return { file: `attachment${index}`, filename, contentType: 'application/octet-stream', size: text.length };
  });
  const input = {
    data: more.data ?? CASE,
    dataType: 'thehive:case',
    tlp: 2,
    pap: 2,
    parameters: more.parameters ?? {},
    config: { from: 'osmia@example.org', smtp_host: 'localhost', timeout_seconds: 5, ...config },
    attachments,
  };
  writeFileSync(join(folder, 'input', 'input.json'), JSON.stringify(input));
  const isOk = await run(folder, more.env ?? {});
  const report = JSON.parse(readFileSync(join(folder, 'output', 'output.json'), 'utf8')) as Report;
  expect(report.success).toBe(isOk);
  return report;
}

describe('over a real server', () => {
  test('in clear where the user chose that, with the recipient of a tag', async () => {
    const { port, received } = await serve({ disabledCommands: ['STARTTLS', 'AUTH'] });
    const report = await mail({ smtp_port: port, security: 'none' });
    expect(report).toMatchObject({
      success: true,
      full: { message: `Mail sent to soc@example.org over localhost:${port}.`, accepted: ['soc@example.org'] },
      operations: [{ type: 'AddTagToCase', tag: 'mail sent' }],
    });
    expect(received).toMatchObject([{ from: 'osmia@example.org', to: ['soc@example.org'], wasEncrypted: false }]);
    expect(received.at(0)?.text).toMatch(/^Subject: \[TLP:AMBER\] Case #42: Invoice that is none\r$/m);
    expect(received.at(0)?.text).toContain('Opened by accounting');
  });

  test('with STARTTLS and a password', async () => {
    const { port, received } = await serve({ ...certificates.good, authOptional: false });
    const config = { smtp_port: port, security: 'starttls', smtp_user: 'ana', smtp_pwd: 'right' };
    const report = await mail({ ...config, cacerts: certificates.good.cert });
    expect(report.errorMessage).toBeUndefined();
    expect(received).toMatchObject([{ wasEncrypted: true, user: 'ana' }]);
  });

  test('with TLS from the start', async () => {
    const { port, received } = await serve({ ...certificates.good, secure: true });
    const report = await mail({ smtp_port: port, security: 'tls', cacerts: certificates.good.cert });
    expect(report.errorMessage).toBeUndefined();
    expect(received).toMatchObject([{ wasEncrypted: true }]);
  });

  test.each(['starttls', 'tls'] as const)(
    '%s: a certificate that nobody vouches for, or for another name, is refused',
    async (security) => {
      const options = { secure: security === 'tls' };
      const unknown = await serve({ ...certificates.good, ...options });
      const report = await mail({ smtp_port: unknown.port, security, smtp_user: 'ana', smtp_pwd: 'right' });
      expect(report.errorMessage).toMatch(/certificate of localhost:\d+ was not accepted, so nothing was sent/);
      const wrong = await serve({ ...certificates.wrong, ...options });
      const other = await mail({ smtp_port: wrong.port, security, cacerts: certificates.wrong.cert });
      expect(other.errorMessage).toMatch(/certificate of localhost:\d+ was not accepted.*altnames/s);
      expect([...unknown.received, ...wrong.received]).toEqual([]);
    },
  );

  test('a server that does not offer STARTTLS gets neither password nor mail', async () => {
    const commands: string[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.write('220 plain ESMTP\r\n');
      socket.on('data', (bytes) => {
        commands.push(bytes.toString());
        socket.write(bytes.toString().startsWith('EHLO') ? '250-plain\r\n250 AUTH PLAIN\r\n' : '502 no\r\n');
      });
    });
    const port = await listen(server);
    const report = await mail({ smtp_port: port, smtp_user: 'ana', smtp_pwd: 'right' });
    expect(report.errorMessage).toMatch(/no encryption|did not take|offers/);
    expect(commands.join('')).not.toMatch(/AUTH|MAIL FROM/);
  });

  test('a wrong password, a refused recipient, nobody there', async () => {
    const { port, received } = await serve({
      ...certificates.good,
      onRcptTo: ({ address }, _session, done) => (address.startsWith('no') ? done(new Error('No such user')) : done()),
    });
    const base = { smtp_port: port, cacerts: certificates.good.cert };
    const wrong = await mail({ ...base, smtp_user: 'ana', smtp_pwd: 'wrong' });
    expect(wrong.errorMessage).toMatch(/did not accept the user or the password/);
    expect(wrong.errorMessage).not.toContain('wrong ');
    expect((await mail(base, { parameters: { to: 'nobody@example.org' } })).errorMessage).toMatch(/a recipient/);
    const partly = await mail(base, { parameters: { to: 'ana@example.org, nobody@example.org' } });
    expect(partly.full).toMatchObject({ accepted: ['ana@example.org'], rejected: ['nobody@example.org'] });
    expect(partly.full?.['message']).toMatch(/refused nobody@example\.org/);
    expect(received.map((each) => each.to)).toEqual([['ana@example.org']]);
    const closed = createServer();
    const free = await listen(closed);
    await new Promise((resolve) => closed.close(resolve));
    expect((await mail({ smtp_port: free })).errorMessage).toMatch(/could not be reached/);
  });

  test('a server that hangs: before its greeting, and after the text', async () => {
    const silent = await listen(createServer((socket) => void socket.on('error', () => undefined)));
    const start = performance.now();
    expect((await mail({ smtp_port: silent, timeout_seconds: 1 })).errorMessage).toMatch(
      /did not answer in 1 s, so nothing was sent/,
    );
    expect(performance.now() - start).toBeLessThan(4_000);
    const { port } = await serve({ disabledCommands: ['STARTTLS'], onData: (stream) => void stream.resume() });
    const late = await mail({ smtp_port: port, security: 'none', timeout_seconds: 1 });
    expect(late).toMatchObject({ mayHaveActed: true });
    expect(late.errorMessage).toMatch(/may have the mail/);
  });

  test('files go along under the names they were given', async () => {
    const { port, received } = await serve({ disabledCommands: ['STARTTLS'] });
    const report = await mail(
      { smtp_port: port, security: 'none' },
      { attachments: { 'invoice.exe.bin': 'MZ is all there is', 'näme "x".bin': 'second' } },
    );
    expect(report.success).toBe(true);
    expect(received.at(0)?.text).toContain('filename=invoice.exe.bin');
    expect(received.at(0)?.text).toContain(Buffer.from('MZ is all there is').toString('base64'));
  });
});

describe('what is sent', () => {
  const dry = (config: object, more: { data?: object; parameters?: object } = {}) =>
    mail({ smtp_port: 25, ...config }, { ...more, parameters: { ...more.parameters, dryRun: true } });

  test('a dry run makes the whole mail and opens no connection', async () => {
    let connections = 0;
    const port = await listen(createServer(() => (connections += 1)));
    const report = await dry(
      { smtp_port: port },
      { parameters: { to: 'a@example.org;b@example.org', text: 'Look at this' } },
    );
    expect(report.full).toMatchObject({
      message: `Would send a mail to a@example.org, b@example.org over localhost:${port}.`,
      mail: { to: ['a@example.org', 'b@example.org'], subject: '[TLP:AMBER] Case #42: Invoice that is none' },
    });
    expect(report.full?.mail.text).toMatch(/^Look at this\n\nDescription: Opened by accounting/);
    expect(report.operations).toEqual([]);
    expect(connections).toBe(0);
  });

  test('recipients: with the trigger, by tag, by a task’s first line, by the settings; and only where mails may go', async () => {
    const to = async (config: object, more: Parameters<typeof dry>[1]) => (await dry(config, more)).full?.mail.to;
    const untagged = { ...CASE, tags: [] };
    expect(await to({ to: ['d@example.org'] }, {})).toEqual(['soc@example.org']);
    expect(await to({ to: ['d@example.org'] }, { data: untagged })).toEqual(['d@example.org']);
    const task = { _type: 'case_task', title: 't', description: 'mailto:it@example.org please', case: untagged };
    expect(await to({}, { data: task })).toEqual(['it@example.org']);
    expect((await dry({}, { data: untagged })).errorMessage).toMatch(/Nobody to send it to/);
    expect((await dry({ allowed_domains: ['corp.example'] })).errorMessage).toMatch(/may go to corp\.example only/);
    for (const bad of ['a@b@c', 'Ana <a@example.org>', 'a@example.org\r\nBcc:x@y.z\0', '"a b"@example.org']) {
      const report = await dry({}, { parameters: { to: bad } });
      expect(report.full?.mail.to ?? [], bad).not.toContain(bad);
      expect(report.success && report.full?.mail.to.some((each) => /[\s<>"\0]/.test(each)), bad).toBe(false);
    }
  });

  test('a password without encryption, an unknown way, a broken port: said before anything is tried', async () => {
    const cases: [object, RegExp][] = [
      [{ security: 'none', smtp_user: 'ana', smtp_pwd: 'right' }, /never sent in clear/],
      [{ security: 'ssl' }, /starttls, tls or none/],
      [{ smtp_port: 70_000 }, /not a port/],
      [{ smtp_host: 'a b' }, /not the name of a server/],
      [{ smtp_user: 'ana' }, /no password/],
      [{ from: 'nobody' }, /"from" is not a mail address/],
    ];
    for (const [config, message] of cases) expect((await dry(config)).errorMessage).toMatch(message);
  });

  test('a title with a line break is no header, and the value of an observable cannot be clicked', async () => {
    const hostile = { ...CASE, title: 'x\r\nBcc: evil@example.net' };
    expect((await dry({}, { data: hostile })).full?.mail.subject).toBe('[TLP:AMBER] Case #42: x Bcc: evil@example.net');
    const artifact = { _type: 'case_artifact', dataType: 'url', data: 'http://evil.example.com', tags: [], case: CASE };
    const report = await dry({}, { data: artifact });
    expect(report.full?.mail.text).toContain('url: hxxp://evil.example[.]com');
    expect(report.full?.mail.to).toEqual(['soc@example.org']);
  });
});

test('placeholders are looked up, never run', () => {
  const values = { a: { b: [1, 'two'], c: '{{a.b}}', ['__proto__']: 1 }, n: null };
  expect(fill('{{a.b}} {{ a.c }} {{n}}{{gone}}|{{a.constructor}}{{__proto__.polluted}}|{{1+1}}', values)).toBe(
    '1, two {{a.b}} ||{{1+1}}',
  );
  const start = performance.now();
  fill('{{'.repeat(200_000), values);
  expect(performance.now() - start).toBeLessThan(1_000);
});

async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => open.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of open) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
