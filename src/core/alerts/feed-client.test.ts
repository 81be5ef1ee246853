import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createFeedClient } from './feed-client.ts';

/** A server that takes connections and then does as told. */
async function listen(onSocket: (socket: Socket) => void): Promise<{ port: number; closed: Promise<void> }> {
  const closed = Promise.withResolvers<void>();
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('close', () => closed.resolve());
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, closed: closed.promise };
}

test('a server that takes the connection and says nothing is given up, TLS or not', async () => {
  for (const protocol of ['https', 'http']) {
    const stop = new AbortController();
    const { port, closed } = await listen((socket) => socket.once('data', () => stop.abort()));
    const url = new URL(`${protocol}://127.0.0.1:${port}/feed/`);
    const asked = createFeedClient(url, { upstream: undefined }).get(url, 1_000, stop.signal);
    await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
    await closed;
  }
});

test('given up while the name is looked up, nothing is connected to', async () => {
  let connections = 0;
  const { port } = await listen(() => {
    connections += 1;
  });
  const stop = new AbortController();
  const url = new URL(`http://feed.example:${port}/feed/`);
  const found = Promise.withResolvers<string[]>();
  const asked = createFeedClient(url, { upstream: undefined, lookup: () => found.promise }).get(
    url,
    1_000,
    stop.signal,
  );
  stop.abort();
  await expect(asked).rejects.toMatchObject({ code: 'cancelled' });
  found.resolve(['127.0.0.1']);
  await found.promise;
  expect(connections).toBe(0);
});

test('a redirect is refused, an answer that is too long is cut, another host is never asked', async () => {
  const { port } = await listen((socket) =>
    socket.once('data', (head) => {
      if (head.toString().startsWith('GET /long'))
        socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${'x'.repeat(5_000)}`);
      else socket.end('HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/\r\nContent-Length: 0\r\n\r\n');
    }),
  );
  const base = new URL(`http://127.0.0.1:${port}/feed/`);
  const client = createFeedClient(base, { upstream: undefined });
  const { signal } = new AbortController();
  await expect(client.get(base, 1_000, signal)).rejects.toThrow(/answered 302 and points elsewhere/);
  await expect(client.get(new URL('/long', base), 1_000, signal)).rejects.toMatchObject({ code: 'too_large' });
  await expect(client.get(new URL('http://other.example/'), 1_000, signal)).rejects.toThrow(/another host/);
});

test('a name that leads to this machine, or to both, is refused', async () => {
  for (const addresses of [['127.0.0.1'], ['93.184.216.34', '127.0.0.1'], ['169.254.169.254'], ['::ffff:127.0.0.1']]) {
    const url = new URL('http://feed.example/');
    const client = createFeedClient(url, { upstream: undefined, lookup: async () => addresses });
    await expect(client.get(url, 1_000, new AbortController().signal)).rejects.toThrow(/is refused/);
  }
});
