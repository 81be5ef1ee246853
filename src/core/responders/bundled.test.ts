import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { probeSandbox } from '../../../test/support/make-engine.ts';
import { makeSession, type TestSession } from '../../../test/support/make-session.ts';
import type { SettingValue } from '../../shared/contract/config.ts';
import type { ObjectRef } from '../../shared/contract/responders.ts';

const MAILER = 'osmia/Mailer_1_0';
const SCRIPT = 'osmia/Script_1_0';
const canIsolate = (await probeSandbox()) === 'isolated';

let session: TestSession;
let api: TestSession['api'];
let dir: string;
let caseId: string;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'osmia-bundled-'));
  session = await makeSession();
  ({ api } = session);
  const { id } = (await api['engagements.list']({}))[0]!;
  await api['engagements.update']({ id, patch: { isOffline: false } });
  ({ id: caseId } = await api['cases.create']({ title: 'Invoice', tags: ['mail:soc@example.org'] }));
});
afterAll(async () => {
  await session.close();
  rmSync(dir, { recursive: true });
});

const set = (flavorId: string, values: Record<string, SettingValue>) =>
  api['config.set']({ flavorId, scope: 'flavor', values });

async function respond(
  responderId: string,
  object: ObjectRef,
  more: { evidenceIds?: string[]; parameters?: Record<string, string> } = {},
) {
  const preview = await api['responders.preview']({ responderId, objects: [object], ...more });
  const [job] = await api['responders.run']({ previewId: preview.id, indexes: [0] });
  const [ended] = await api['jobs.wait']({ ids: [job!.id] });
  return { preview, job: ended!, full: (await api['responders.get']({ jobId: job!.id })).full };
}

/** A program of a user's. */
function program(name: string, text: string, mode = 0o755): string {
  const path = join(dir, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

describe('Mailer, in the sandbox', () => {
  test('the server is on its card; a dry run shows the mail and reaches nobody; the mail arrives with its file', async () => {
    const texts: string[] = [];
    const server = new SMTPServer({
      logger: false,
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      disableReverseLookup: true,
      onData(stream, _session, done) {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          texts.push(Buffer.concat(chunks).toString('utf8'));
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
    const { port } = server.server.address() as AddressInfo;
    await set(MAILER, {
      from: 'osmia@example.org',
      smtp_host: '127.0.0.1',
      smtp_port: port,
      security: 'none',
      timeout_seconds: 10,
    });
    const path = join(dir, 'invoice.js');
    writeFileSync(path, 'alert(1)');
    const { id: intakeId } = await api['intake.fromPath']({ path });
    await api['intake.wait']({ id: intakeId });
    await api['intake.accept']({ id: intakeId, caseId });
    const [evidence] = await api['evidence.list']({ caseId });

    const objects = [{ type: 'case', id: caseId } as const];
    const preview = await api['responders.preview']({
      responderId: MAILER,
      objects,
      evidenceIds: [evidence!.id],
      parameters: { text: 'Please look', unknown: 'dropped' },
    });
    expect(preview).toMatchObject({
      destination: `127.0.0.1:${port}`,
      responder: { card: { hosts: [`127.0.0.1:${port}`] }, isLocal: false, hasDryRun: true },
      items: [{ verdict: 'allowed', attachments: [{ name: 'invoice.js', sentAs: 'invoice.js.bin' }] }],
    });
    expect(JSON.parse(preview.settingsJson)).toMatchObject({ parameters: { user: 'ana', text: 'Please look' } });
    expect(preview.settingsJson).not.toContain('dropped');
    const dry = await api['responders.dryRun']({ previewId: preview.id, index: 0 });
    expect(dry).toMatchObject({
      hasRun: true,
      isOk: true,
      full: { mail: { to: ['soc@example.org'], attachments: [{ name: 'invoice.js.bin', bytes: 8 }] } },
    });
    expect(texts).toEqual([]);

    const { job, full } = await respond(MAILER, objects[0]!, {
      evidenceIds: [evidence!.id],
      parameters: { text: 'Please look' },
    });
    expect(job).toMatchObject({ status: 'done', reason: null, sandbox: canIsolate ? 'isolated' : 'limited' });
    expect(full).toMatchObject({ accepted: ['soc@example.org'] });
    expect(texts).toHaveLength(1);
    expect(texts[0]).toContain('filename=invoice.js.bin');
    expect(texts[0]).toMatch(/Please look/);
  });

  test.skipIf(!canIsolate)('it reaches its own server and no other', async () => {
    let reached = 0;
    const other = createServer((socket) => {
      reached += 1;
      socket.destroy();
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const code = `import { connect } from 'node:net';
      connect(${port}, '127.0.0.1').on('connect', () => console.log('through')).on('error', (e) => console.log(e.code));`;
    await set(SCRIPT, { program: program('reach.mjs', code), network_hosts: ['mail.example.org'] });
    const { job, full } = await respond(SCRIPT, { type: 'case', id: caseId });
    expect(job.status).toBe('done');
    expect(full!['printed']).not.toMatch(/through/);
    expect(reached).toBe(0);
  });
});

describe('Script', () => {
  test('a program that prints: its last line is the message, and which version ran is kept', async () => {
    await set(SCRIPT, {
      program: program('say.sh', '#!/bin/sh\necho "$1"\nls "$2/input"\necho done with it\n'),
      arguments: ['hello'],
      network_hosts: [],
    });
    const { preview, job, full } = await respond(SCRIPT, { type: 'case', id: caseId }, { parameters: { note: 'n' } });
    expect(preview.responder).toMatchObject({ isLocal: true });
    expect(preview.destination).toBe('');
    expect(job).toMatchObject({ status: 'done' });
    expect(full).toMatchObject({
      message: 'done with it',
      exit: 0,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(full!['printed']).toBe('hello\ninput.json\ndone with it\n');
  });

  test('a program that speaks the protocol: its report and its operations are taken', async () => {
    const code = `import json, sys
job = json.load(open(sys.argv[1] + "/input/input.json"))
tag = "asked by " + job["parameters"]["user"] + " " + job["data"]["title"]
json.dump({"success": True, "full": {"message": "ok"}, "operations": [{"type": "AddTagToCase", "tag": tag}]}, open(sys.argv[1] + "/output/output.json", "w"))
`;
    // Not executable, no first line: the ending says what runs it.
    await set(SCRIPT, { program: program('tag.py', code, 0o644), arguments: [], network_hosts: [] });
    const { job } = await respond(SCRIPT, { type: 'case', id: caseId });
    expect(job.status).toBe('done');
    const { operations } = await api['responders.get']({ jobId: job.id });
    expect(operations).toMatchObject([{ type: 'AddTagToCase', fields: { tag: 'asked by ana Invoice' } }]);
  });

  test('a dry run starts nothing of the user’s', async () => {
    const mark = join(dir, 'ran');
    await set(SCRIPT, { program: program('mark.sh', `#!/bin/sh\ntouch ${mark}\n`), network_hosts: [] });
    const objects = [{ type: 'case', id: caseId } as const];
    const preview = await api['responders.preview']({ responderId: SCRIPT, objects });
    const dry = await api['responders.dryRun']({ previewId: preview.id, index: 0 });
    expect(dry).toMatchObject({ hasRun: true, isOk: true, full: { program: join(dir, 'mark.sh') } });
  });

  test('what goes wrong says what: not there, exits 3, takes too long', async () => {
    const ask = async (values: Record<string, SettingValue>) => {
      await set(SCRIPT, { network_hosts: [], arguments: [], ...values });
      return (await respond(SCRIPT, { type: 'case', id: caseId })).job;
    };
    expect((await ask({ program: join(dir, 'gone.sh') })).reason?.message).toMatch(/gone\.sh is not there/);
    const bad = await ask({ program: program('bad.sh', '#!/bin/sh\necho no such ticket >&2\nexit 3\n') });
    expect(bad).toMatchObject({
      status: 'failed',
      reason: { message: expect.stringMatching(/status 3.*no such ticket/) as string },
    });
    const slow = await ask({ program: program('slow.sh', '#!/bin/sh\nsleep 60\n'), timeout_seconds: 1 });
    expect(slow).toMatchObject({
      status: 'unknown',
      reason: { message: expect.stringMatching(/ended after 1 s/) as string },
    });
  });

  test.skipIf(!canIsolate)('it sees its own file and the job, and nothing else of the user', async () => {
    const secret = program('secret.txt', 'private', 0o600);
    const code = `#!/bin/sh\ncat ${secret} 2>&1\nls ${dir}\n(cat < /dev/tcp/127.0.0.1/1) 2>/dev/null\necho end\n`;
    await set(SCRIPT, { program: program('peek.sh', code), arguments: [], network_hosts: [], timeout_seconds: 60 });
    const { full } = await respond(SCRIPT, { type: 'case', id: caseId });
    expect(full!['printed']).not.toContain('private');
    expect(String(full!['printed'])).toMatch(/peek\.sh\nend/);
    await set(SCRIPT, { also_readable: [secret] });
    expect((await respond(SCRIPT, { type: 'case', id: caseId })).full!['printed']).toContain('private');
  });
});
