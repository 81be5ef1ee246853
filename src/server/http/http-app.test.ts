import { mkdirSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect as connectTcp, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { makeClock, makeTempDir } from '../../../test/support/make-db.ts';
import { AppError } from '../../shared/errors.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { createHttpApp, type HttpApp, type HttpAppDeps } from './http-app.ts';
import { LAUNCH_CODE_LIFE_MS } from './launch-codes.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

let app: HttpApp;
let port: number;
let windows: Port[];
let uploads: { name: string; size: number | undefined; bytes: string }[];
let onUpload: HttpAppDeps['onUpload'];
const clock = makeClock();

beforeEach(async () => {
  const rendererDir = makeTempDir();
  mkdirSync(join(rendererDir, 'assets'));
  writeFileSync(join(rendererDir, 'index.html'), '<meta name="osmia-nonce" content="__OSMIA_NONCE__"><p>the page</p>');
  writeFileSync(join(rendererDir, 'assets', 'app.js'), 'export {};');
  writeFileSync(join(rendererDir, 'assets', 'app.js.map'), '{}');
  windows = [];
  uploads = [];
  onUpload = async (upload) => {
    const parts: Uint8Array[] = [];
    for await (const part of upload.stream) parts.push(part);
    uploads.push({ name: upload.name, size: upload.size, bytes: Buffer.concat(parts).toString('utf8') });
    return 'the-intake';
  };
  app = await createHttpApp({
    rendererDir,
    port: 0,
    monotonic: clock.monotonic,
    headersTimeoutMs: 500,
    onWindow: (window) => {
      windows.push(window);
      window.onFrame((frame) => window.send({ echo: frame }));
    },
    onUpload: (upload, signal) => onUpload(upload, signal),
    onBug: () => 'bug-1',
  });
  port = await app.listen();
  onTestFinished(() => app.close());
});

const ours = (): string => `http://127.0.0.1:${port}`;

function ask(
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port, path, method: options.method ?? 'GET', headers: { ...options.headers } },
      (response) => {
        const parts: Buffer[] = [];
        response.on('data', (part: Buffer) => parts.push(part));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(parts).toString('utf8'),
          }),
        );
        response.on('error', reject);
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}

const launch = (code: string): Promise<Answer> =>
  ask('/launch', { method: 'POST', headers: { origin: ours(), 'content-type': 'text/plain' }, body: code });

async function openSession(): Promise<string> {
  const cookie = (await launch(app.codes.issue())).headers['set-cookie']?.[0];
  if (!cookie) throw new Error('no cookie');
  return cookie.split(';', 1)[0]!;
}

it('exchanges a code for a cookie that scripts and other sites cannot use, once', async () => {
  const code = app.codes.issue();
  const first = await launch(code);
  expect(first.status).toBe(204);
  expect(first.headers['set-cookie']).toEqual([
    expect.stringMatching(/^osmia=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
  ]);
  const again = await launch(code);
  expect(again.status).toBe(403);
  expect(again.headers['set-cookie']).toBeUndefined();
});

it('refuses a code that is too old, no code and a long one', async () => {
  const code = app.codes.issue();
  clock.advance(LAUNCH_CODE_LIFE_MS);
  expect((await launch(code)).status).toBe(403);
  expect((await launch('')).status).toBe(403);
  expect((await launch('x'.repeat(10_000))).status).toBe(413);
});

it('takes a code from our own page only, so that a foreign page cannot spend or plant one', async () => {
  const code = app.codes.issue();
  const answer = await ask('/launch', {
    method: 'POST',
    headers: { origin: 'https://evil.example', 'content-type': 'text/plain' },
    body: code,
  });
  expect(answer.status).toBe(403);
  expect((await launch(code)).status).toBe(204);
});

it('gives the page, with a fresh nonce each time, to a session only', async () => {
  const without = await ask('/');
  expect(without.body).not.toContain('the page');
  expect(without.body).toContain('/launch.js');

  const cookie = await openSession();
  const nonces = new Set<string>();
  for (let i = 0; i < 3; i++) {
    const page = await ask('/', { headers: { cookie } });
    const nonce = /content="([^"]+)"/.exec(page.body)?.[1] ?? '';
    nonces.add(nonce);
    expect(page.headers['content-security-policy']).toBe(
      [
        "default-src 'none'",
        "script-src 'self'",
        `style-src 'self' 'nonce-${nonce}'`,
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
      ].join('; '),
    );
  }
  expect(nonces.size).toBe(3);
});

it('says on every answer, good or bad, that nothing may be kept or guessed', async () => {
  const cookie = await openSession();
  const answers = await Promise.all([
    ask('/'),
    ask('/health'),
    ask('/launch.js'),
    ask('/', { headers: { cookie } }),
    ask('/assets/app.js', { headers: { cookie } }),
    ask('/nothing', { headers: { cookie } }),
    ask('/assets/app.js'),
    ask('/', { headers: { host: 'evil.example' } }),
    ask('/%ff', { headers: { cookie } }),
    ask('/rpc', { headers: { cookie } }),
    ask('/upload?name=a', { method: 'POST', headers: { cookie, origin: ours() }, body: 'x' }),
    launch('no code'),
  ]);
  for (const answer of answers) {
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    expect(answer.headers['referrer-policy']).toBe('no-referrer');
    expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin');
    expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'");
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    expect(answer.headers['server']).toBeUndefined();
  }
  expect(answers.map((a) => a.status)).toEqual([200, 200, 200, 200, 200, 404, 401, 421, 400, 404, 200, 403]);
});

it('serves the files that were built and no others', async () => {
  const cookie = await openSession();
  const get = async (path: string): Promise<number> => (await ask(path, { headers: { cookie } })).status;
  expect(await get('/assets/app.js')).toBe(200);
  for (const path of [
    '/assets/app.js.map',
    '/index.html',
    '/assets/',
    '/assets/../index.html',
    '/..%2f..%2fetc/passwd',
    '/assets/%2e%2e/index.html',
    '//etc/passwd',
    '/.env',
  ]) {
    expect(await get(path), path).toBeGreaterThanOrEqual(400);
  }
});

it('tells nothing by its health', async () => {
  expect((await ask('/health')).body).toBe('{"ok":true}');
});

const dial = (headers: Record<string, string>): Promise<WebSocket | number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/rpc`, { headers });
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => {
      socket.once('error', () => undefined);
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
  });

it('opens the RPC socket for our page with a session, and for nobody else', async () => {
  const cookie = await openSession();
  expect(await dial({ origin: ours() })).toBe(401);
  expect(await dial({ cookie })).toBe(403);
  expect(await dial({ cookie, origin: 'https://evil.example' })).toBe(403);
  expect(await dial({ cookie, origin: ours(), host: 'evil.example' })).toBe(421);
  expect(await dial({ cookie: `osmia=${'A'.repeat(43)}`, origin: ours() })).toBe(401);
  expect(windows).toHaveLength(0);

  const socket = await dial({ cookie, origin: ours() });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  const answer = new Promise((resolve) => socket.once('message', (data: Buffer) => resolve(JSON.parse(String(data)))));
  socket.send('{"t":"cancel","id":1}');
  expect(await answer).toEqual({ echo: { t: 'cancel', id: 1 } });
  expect(windows).toHaveLength(1);

  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.send(Buffer.from('binary'), { binary: true });
  expect(await closed).toBe(1003);
});

it('ends a socket that sends more than any call may hold', async () => {
  const socket = await dial({ cookie: await openSession(), origin: ours() });
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined);
  socket.send('x'.repeat(17 * 1024 * 1024));
  expect(await closed).toBe(1009);
});

it('hands an upload on as it comes, with its name and size', async () => {
  const cookie = await openSession();
  const answer = await ask(`/upload?name=${encodeURIComponent('rechnung ü.eml')}`, {
    method: 'POST',
    headers: { cookie, origin: ours(), 'content-type': 'application/x-anything', 'content-length': '5' },
    body: 'hello',
  });
  expect(answer.status).toBe(200);
  expect(answer.body).toBe('{"id":"the-intake"}');
  expect(uploads).toEqual([{ name: 'rechnung ü.eml', size: 5, bytes: 'hello' }]);
});

it('refuses an upload without a name, and says why one failed', async () => {
  const cookie = await openSession();
  const headers = { cookie, origin: ours() };
  expect((await ask('/upload', { method: 'POST', headers, body: 'x' })).status).toBe(400);
  onUpload = () => Promise.reject(new AppError('workspace.locked', 'Unlock the workspace first.'));
  const locked = await ask('/upload?name=a', { method: 'POST', headers, body: 'x' });
  expect(locked.status).toBe(423);
  expect(JSON.parse(locked.body)).toEqual({
    error: { code: 'workspace.locked', message: 'Unlock the workspace first.' },
  });
  onUpload = () => Promise.reject(new Error('SELECT secret FROM somewhere'));
  const bug = await ask('/upload?name=a', { method: 'POST', headers, body: 'x' });
  expect(bug.status).toBe(500);
  expect(bug.body).not.toContain('secret');
});

it('cancels an upload whose client goes away', async () => {
  const cookie = await openSession();
  const started = Promise.withResolvers<AbortSignal>();
  onUpload = async (upload, signal) => {
    started.resolve(signal);
    for await (const part of upload.stream) void part;
    return 'never';
  };
  const socket = connectTcp(port, '127.0.0.1');
  socket.write(
    `POST /upload?name=a HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${ours()}\r\ncookie: ${cookie}\r\n` +
      'content-type: application/octet-stream\r\ncontent-length: 1000000\r\n\r\nhalf',
  );
  const signal = await started.promise;
  expect(signal.aborted).toBe(false);
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
  socket.destroy();
  await aborted;
});

it('pulls an upload only as fast as it is taken', async () => {
  const cookie = await openSession();
  const started = Promise.withResolvers<void>();
  const mayRead = Promise.withResolvers<void>();
  onUpload = async (upload) => {
    started.resolve();
    await mayRead.promise;
    let size = 0;
    for await (const part of upload.stream) size += part.length;
    return String(size);
  };
  const total = 64 * 1024 * 1024;
  const socket = connectTcp(port, '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  const answered = new Promise<string>((resolve) => socket.once('data', (data: Buffer) => resolve(String(data))));
  socket.write(
    `POST /upload?name=a HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\norigin: ${ours()}\r\ncookie: ${cookie}\r\n` +
      `content-type: application/octet-stream\r\ncontent-length: ${total}\r\n\r\n`,
  );
  socket.write(Buffer.alloc(total));
  await started.promise;
  // Nobody reads: while other requests come and go, most of it must still wait with the sender.
  for (let i = 0; i < 50; i++) await ask('/health');
  expect(socket.writableLength).toBeGreaterThan(total / 2);
  mayRead.resolve();
  expect(await answered).toContain('HTTP/1.1 200 OK');
});

it('listens on the loopback address only', async () => {
  const others = Object.values(networkInterfaces())
    .flat()
    .filter((i) => i !== undefined && i.family === 'IPv4' && !i.internal);
  for (const other of others) {
    const reached = await new Promise<boolean>((resolve) => {
      const socket = connectTcp(port, other!.address);
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      onTestFinished(() => void socket.destroy());
    });
    expect(reached).toBe(false);
  }
  // A second one on the same port says so in words.
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void taken.close());
  const address = taken.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const second = await createHttpApp({
    rendererDir: makeTempDir(),
    port: address.port,
    monotonic: clock.monotonic,
    onWindow: () => undefined,
    onUpload: () => Promise.resolve(''),
    onBug: () => '',
  });
  await expect(second.listen()).rejects.toMatchObject({ code: 'conflict' });
});

it('gives slow headers up', async () => {
  const socket = connectTcp(port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\nhost: 127.0.0.1');
  socket.resume();
  await new Promise<void>((resolve) => socket.once('close', () => resolve()));
});
