import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeTempDir } from '../../../../test/support/make-db.ts';
import { type FilteringProxy, openProxy, type ProxyOptions } from './filtering-proxy.ts';

/** What nobody may reach: listens on this machine and counts. */
let secret: Server;
let secretPort: number;
let hits = 0;
/** What the user configured. */
let own: Server;
let ownPort: number;
const open: FilteringProxy[] = [];

const listen = async (server: Server, host: string): Promise<number> => {
  server.listen(0, host);
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
};

beforeAll(async () => {
  secret = createServer((_message, answer) => {
    hits += 1;
    answer.end('the secret');
  });
  secret.on('connect', (_message, socket) => {
    hits += 1;
    socket.end();
  });
  // Both families, as far as this machine has them.
  secretPort = await listen(secret, '::').catch(() => listen(secret, '0.0.0.0'));
  own = createServer((message, answer) => {
    if (message.url === '/away') answer.writeHead(302, { location: `http://127.0.0.1:${secretPort}/` }).end();
    else if (message.method === 'POST') message.pipe(answer);
    else answer.end(JSON.stringify({ url: message.url, headers: message.headers }));
  });
  ownPort = await listen(own, '127.0.0.1');
});
afterAll(async () => {
  await Promise.all(open.map((proxy) => proxy.close()));
  secret.close();
  own.close();
});

let count = 0;
async function make(options: Partial<ProxyOptions> = {}): Promise<{ proxy: FilteringProxy; socketPath: string }> {
  count += 1;
  const socketPath = join(makeTempDir(), `p${count}`);
  const proxy = await openProxy({
    rules: { cardHosts: [], isOpen: true, settingHosts: [] },
    listen: { path: socketPath },
    lookup: () => Promise.reject(Object.assign(new Error('no network'), { code: 'ENOTFOUND' })),
    ...options,
  });
  open.push(proxy);
  return { proxy, socketPath };
}

interface Answer {
  status: number;
  body: string;
  headers: IncomingMessage['headers'];
}

function ask(
  socketPath: string,
  path: string,
  more: { method?: string; body?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({
      socketPath,
      path,
      method: more.method ?? 'GET',
      headers: { host: 'x', ...more.headers },
      agent: false,
    });
    asked.on('error', reject);
    asked.on('response', (response) => {
      void text(response).then((body) =>
        resolve({ status: response.statusCode ?? 0, body, headers: response.headers }),
      );
    });
    asked.end(more.body);
  });
}

/** As it is written, in UTF-8: a client of Node's would not send such an address. */
function raw(socketPath: string, url: string): Promise<string> {
  const socket = connect(socketPath);
  socket.end(`GET ${url} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

/** The status line of a CONNECT, and what came after it for `send`. */
async function tunnel(
  socketPath: string,
  target: string,
  send = 'GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
): Promise<string> {
  const socket = connect(socketPath);
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    if (chunks.length === 1 && chunk.toString().startsWith('HTTP/1.1 200')) socket.write(send);
  }
  return Buffer.concat(chunks).toString();
}

describe('a program that tries to reach this machine or its network', () => {
  const ADDRESSES = [
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0',
    '2130706433',
    '017700000001',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '0x7f.1',
    '127.0.0.1.',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '[::1]',
    '[::]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[64:ff9b:1::7f00:1]',
    '[2002:7f00:1::]',
    '[2001:0:7f00:1::]',
    '[fe80::1]',
    '[fec0::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '169.254.169.254',
    '0xa9fea9fe',
    '2852039166',
    '169.254.170.2',
    '100.100.100.200',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
  ];
  const NAMES = [
    'localhost',
    'LOCALHOST',
    'localhost.',
    'sub.localhost',
    'printer.local',
    'metadata.google.internal',
    'router.lan',
    'intranet',
    'wiki.corp',
    'host.home.arpa',
    'x.onion',
    'loop.evil.example',
    'private.evil.example',
    'both.evil.example',
    'mapped.evil.example',
    'linklocal.evil.example',
    '*.evil.example',
  ];
  const POINTS_TO: Record<string, string[]> = {
    'loop.evil.example': ['127.0.0.1'],
    'private.evil.example': ['10.1.2.3'],
    'both.evil.example': ['93.184.216.34', '127.0.0.1'],
    'mapped.evil.example': ['::ffff:127.0.0.1'],
    'linklocal.evil.example': ['fe80::1%lo'],
  };
  // What an operating system would make of the rest, were it asked.
  const lookup = (host: string): Promise<string[]> => Promise.resolve(POINTS_TO[host] ?? ['127.0.0.1']);

  test.each([...ADDRESSES, ...NAMES])('%s', async (host) => {
    const { proxy, socketPath } = await make({ lookup });
    const before = hits;
    const plain = await raw(socketPath, `http://${host}:${secretPort}/`);
    const tunnelled = await tunnel(socketPath, `${host}:${secretPort}`);
    expect(plain).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(plain).not.toContain('the secret');
    expect(tunnelled).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(hits).toBe(before);
    for (const contact of await proxy.close()) expect(contact).toMatchObject({ allowed: 0, bytesSent: 0 });
  });

  test('a name that answers otherwise the second time', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    let asked = 0;
    const rules = { cardHosts: [], isOpen: true, settingHosts: [] };
    const { createHostPolicy } = await import('./host-policy.ts');
    const policy = createHostPolicy(rules, () => Promise.resolve(answers[asked++] ?? []));
    for (let time = 0; time < 3; time += 1) {
      expect(await policy.admit('rebind.evil.example', 80)).toEqual({ addresses: ['93.184.216.34'] });
    }
    expect(asked).toBe(1);
  });

  test('a redirect from an allowed host', async () => {
    const { proxy, socketPath } = await make({
      rules: { cardHosts: [], isOpen: true, settingHosts: [{ host: '127.0.0.1', port: ownPort }] },
    });
    const before = hits;
    const first = await ask(socketPath, `http://127.0.0.1:${ownPort}/away`);
    expect(first.status).toBe(302);
    expect((await ask(socketPath, String(first.headers.location))).status).toBe(403);
    expect(hits).toBe(before);
    expect(proxy.contacts()).toMatchObject([
      { host: '127.0.0.1', port: ownPort, allowed: 1, refused: 0 },
      { host: '127.0.0.1', port: secretPort, allowed: 0, refused: 1, reason: 'it leads to this machine itself' },
    ]);
  });

  test('another host in the Host header, a second request on the same connection, other schemes, rubbish', async () => {
    const { socketPath } = await make({
      rules: { cardHosts: [], isOpen: true, settingHosts: [{ host: '127.0.0.1', port: ownPort }] },
    });
    const before = hits;
    const named = await ask(socketPath, `http://127.0.0.1:${ownPort}/`, {
      headers: { host: `127.0.0.1:${secretPort}` },
    });
    expect((JSON.parse(named.body) as { headers: { host: string } }).headers.host).toBe(`127.0.0.1:${ownPort}`);
    const socket = connect(socketPath);
    socket.write(
      `GET http://127.0.0.1:${ownPort}/ HTTP/1.1\r\nHost: a\r\n\r\nGET http://127.0.0.1:${secretPort}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    const both = await text(socket);
    expect(both.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403']);
    for (const path of [
      '/',
      'https://a.example/',
      'ftp://a.example/',
      'file:///etc/passwd',
      'http://',
      `//127.0.0.1:${secretPort}/`,
    ])
      expect([path, (await ask(socketPath, path)).status]).toEqual([path, 400]);
    for (const target of ['a.example', 'a.example:99999', '@127.0.0.1:80', ':80', 'a.example:0'])
      expect([target, await tunnel(socketPath, target)]).toEqual([
        target,
        expect.stringMatching(/^HTTP\/1\.1 40[03] /),
      ]);
    expect(hits).toBe(before);
  });
});

describe('what is allowed', () => {
  test('a host of the settings goes through, both ways, and its bytes are counted', async () => {
    const { proxy, socketPath } = await make({
      rules: { cardHosts: ['api.example'], isOpen: false, settingHosts: [{ host: 'localhost', port: ownPort }] },
      lookup: () => Promise.resolve(['127.0.0.1']),
    });
    const body = 'x'.repeat(100_000);
    const posted = await ask(socketPath, `http://localhost:${ownPort}/p`, { method: 'POST', body });
    expect([posted.status, posted.body]).toEqual([200, body]);
    const through = await tunnel(
      socketPath,
      `localhost:${ownPort}`,
      'GET /t HTTP/1.1\r\nHost: own\r\nConnection: close\r\n\r\n',
    );
    expect(through).toContain('"url":"/t"');
    const [contact, ...others] = await proxy.close();
    expect(others).toEqual([]);
    expect(contact).toMatchObject({ host: 'localhost', port: ownPort, allowed: 2, refused: 0, reason: null });
    expect(contact!.bytesSent).toBeGreaterThan(100_000);
    expect(contact!.bytesReceived).toBeGreaterThan(100_000);
  });

  test('only what the card names, through the proxy of the user, with its password', async () => {
    const asked: string[] = [];
    const upstream = createServer();
    upstream.on('connect', (message, socket) => {
      asked.push(`${message.url} ${message.headers['proxy-authorization']}`);
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'));
    });
    const port = await listen(upstream, '127.0.0.1');
    const { socketPath } = await make({
      rules: { cardHosts: ['api.example.com', '*.cdn.example.com'], isOpen: false, settingHosts: [] },
      upstream: { host: '127.0.0.1', port, authorization: 'Basic abc' },
    });
    expect(await tunnel(socketPath, 'API.example.com.:443')).toContain('\r\n\r\nok');
    expect((await ask(socketPath, 'http://a.b.cdn.example.com/')).body).toBe('ok');
    for (const host of [
      'cdn.example.com',
      'example.com',
      'api.example.com.evil.example',
      'notapi.example.com',
      '93.184.216.34',
    ])
      expect(await tunnel(socketPath, `${host}:443`)).toContain('it is not on the data card');
    expect(asked).toEqual(['api.example.com:443 Basic abc', 'a.b.cdn.example.com:80 Basic abc']);
    upstream.close();
  });

  test.each([
    ['a status below 100', 'HTTP/1.1 099 Odd'],
    ['a reason with control characters', 'HTTP/1.1 200 O\x01K\x7f'],
    ['no status at all', 'HTTP/1.1 OK'],
    ['another protocol', 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x'],
    ['rubbish', '\0\0\0\0'],
  ])('a server that answers with %s takes nothing down', async (_name, head) => {
    const hostile = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(`${head}\r\nContent-Length: 2\r\n\r\nok`));
    });
    hostile.listen(0, '127.0.0.1');
    await once(hostile, 'listening');
    const { port } = hostile.address() as AddressInfo;
    const { socketPath } = await make({
      rules: { cardHosts: [], isOpen: false, settingHosts: [{ host: '127.0.0.1', port }] },
    });
    const outcome = await ask(socketPath, `http://127.0.0.1:${port}/`).then(
      ({ status }) => status,
      () => 0,
    );
    expect([200, 502]).toContain(outcome);
    hostile.close();
  });

  test('on the loopback interface only with the password', async () => {
    const { proxy } = await make({
      listen: { password: 'right' },
      rules: { cardHosts: [], isOpen: true, settingHosts: [{ host: '127.0.0.1', port: ownPort }] },
    });
    const status = async (password: string): Promise<number> => {
      const answer = await fetchThrough(proxy.port, `http://127.0.0.1:${ownPort}/`, password);
      return answer;
    };
    expect([await status('wrong'), await status(''), await status('right')]).toEqual([407, 407, 200]);
  });
});

function fetchThrough(port: number, url: string, password: string): Promise<number> {
  const headers = { 'proxy-authorization': `Basic ${Buffer.from(`job:${password}`).toString('base64')}` };
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path: url, headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}

test('closing cuts what is open, also a host that never ends its answer', async () => {
  const endless = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('HTTP/1.1 200 OK\r\n\r\nand so on');
  });
  endless.listen(0, '127.0.0.1');
  await once(endless, 'listening');
  const { port } = endless.address() as AddressInfo;
  const { proxy, socketPath } = await make({
    rules: { cardHosts: [], isOpen: true, settingHosts: [{ host: '127.0.0.1', port }] },
  });
  const socket = connect(socketPath);
  socket.on('error', () => undefined);
  socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'data');
  const ended = once(socket, 'close');
  expect(await proxy.close()).toMatchObject([{ host: '127.0.0.1', port, allowed: 1 }]);
  await ended;
  endless.close();
});
