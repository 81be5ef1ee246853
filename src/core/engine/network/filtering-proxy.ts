import { lookup as systemLookup } from 'node:dns/promises';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { timingSafeEqual } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { type Contact, createContactBook } from './contact.ts';
import { createHostPolicy, type NetworkRules } from './host-policy.ts';
import { createLine } from './line.ts';
import { openTunnel } from './upstream-tunnel.ts';
import type { Upstream } from './upstream.ts';

export interface ProxyOptions {
  rules: NetworkRules;
  upstream?: Upstream | undefined;
  /** A Unix socket to listen on, or the loopback interface, where a password keeps other programs out. */
  listen: { path: string } | { password: string };
  /** All addresses of a name; by default the system's answer. */
  lookup?(host: string): Promise<string[]>;
}

export interface FilteringProxy {
  /** On the loopback interface; 0 for a Unix socket. */
  readonly port: number;
  /** What was asked for so far. */
  contacts(): Contact[];
  /** Cuts all connections. Resolves with what was asked for when nothing is open any more. */
  close(): Promise<Contact[]>;
}

const CONNECT_MS = 15_000;
const MAX_CONNECTIONS = 256;
const LOOKUPS_AT_ONCE = 2;
/** Headers of one hop, which are not passed on (RFC 9110, 7.6.1). */
const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * The system's resolver takes a thread of the few that files and keys of the whole core need too, for as long as a name
 * server likes. So all runs together ask one name at a time or two; the others wait.
 */
const resolveAll = createLine(
  LOOKUPS_AT_ONCE,
  async (host: string): Promise<string[]> => (await systemLookup(host, { all: true })).map((one) => one.address),
);

/**
 * The way out of one run: CONNECT and plain HTTP, each request judged anew by the rules, a name resolved once and the
 * connection made to the address that was judged. It sees hosts, not what is inside TLS. Rejects when it cannot listen.
 */
export async function openProxy(options: ProxyOptions): Promise<FilteringProxy> {
  const { upstream, listen } = options;
  const policy = createHostPolicy(options.rules, options.lookup ?? resolveAll);
  const book = createContactBook();
  const open = new Map<Socket, Contact>();

  /** Where to connect for a host, or the reason why not, which is noted. */
  const admit = async (host: string, port: number): Promise<string[] | string> => {
    // Behind another proxy a name may not be resolvable here, and it is that one that resolves it.
    const answer = upstream === undefined ? await policy.admit(host, port) : await admitBehind(host, port);
    const line = book.line(host, port);
    if ('addresses' in answer) {
      line.allowed += 1;
      return answer.addresses;
    }
    line.refused += 1;
    line.reason = answer.refused;
    return answer.refused;
  };
  const admitBehind = async (host: string, port: number): Promise<{ addresses: string[] } | { refused: string }> => {
    const name = policy.admitName(host, port);
    if ('refused' in name) return name;
    const resolved = await policy.admit(host, port);
    if ('addresses' in resolved) return { addresses: [name.host] };
    return resolved.refused.startsWith('its name could not be resolved') ? { addresses: [name.host] } : resolved;
  };

  const reach = (addresses: string[], port: number): Promise<Socket> =>
    upstream === undefined ? connectFirst(addresses, port) : openTunnel(upstream, addresses[0] ?? '', port, CONNECT_MS);

  /** Counts what goes through a connection until it closes. */
  const count = (socket: Socket, line: Contact): void => {
    open.set(socket, line);
    socket.once('close', () => {
      if (!open.delete(socket)) return;
      line.bytesSent += socket.bytesWritten;
      line.bytesReceived += socket.bytesRead;
    });
  };

  const onConnect = async (message: IncomingMessage, client: Duplex, head: Buffer): Promise<void> => {
    client.on('error', () => undefined);
    const target = /^(\[[0-9a-f:.]+\]|[^:/?#@\s]+):(\d{1,5})$/i.exec(message.url ?? '');
    if (!isKnown(message)) return deny(client, '407 Proxy Authentication Required', 'Osmia: wrong password');
    if (target?.[1] === undefined) return deny(client, '400 Bad Request', 'Osmia: CONNECT needs a host and a port');
    const [host, port] = [target[1].replace(/^\[(.*)\]$/, '$1'), Number(target[2])];
    const addresses = await admit(host, port);
    if (typeof addresses === 'string') return deny(client, '403 Forbidden', `Osmia: ${host} is refused: ${addresses}`);
    let remote: Socket;
    try {
      remote = await reach(addresses, port);
    } catch (error) {
      return deny(client, '502 Bad Gateway', `Osmia: ${host} cannot be reached: ${(error as Error).message}`);
    }
    if (client.destroyed || isClosing) return void remote.destroy();
    count(remote, book.line(host, port));
    remote.on('error', () => client.destroy());
    remote.on('close', () => client.destroy());
    client.on('close', () => remote.destroy());
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    if (head.length > 0) remote.write(head);
    client.pipe(remote);
    remote.pipe(client);
  };

  const onRequest = async (message: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const refuse = (status: number, text: string): void => {
      // The rest of a body that nobody wants is not read.
      answer.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' });
      answer.end(`${text}\n`);
    };
    if (!isKnown(message)) return refuse(407, 'Osmia: wrong password');
    let url: URL;
    try {
      url = new URL(message.url ?? '');
    } catch {
      return refuse(400, 'Osmia: this is a proxy; it takes http:// addresses and CONNECT');
    }
    if (url.protocol !== 'http:') return refuse(400, `Osmia: ${url.protocol} cannot be asked for here`);
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const port = url.port === '' ? 80 : Number(url.port);
    const addresses = await admit(host, port);
    if (typeof addresses === 'string') return refuse(403, `Osmia: ${host} is refused: ${addresses}`);
    let remote: Socket;
    try {
      remote = await reach(addresses, port);
    } catch (error) {
      return refuse(502, `Osmia: ${host} cannot be reached: ${(error as Error).message}`);
    }
    if (answer.destroyed || isClosing) return void remote.destroy();
    count(remote, book.line(host, port));
    const onward = request({
      createConnection: () => remote,
      method: message.method,
      path: `${url.pathname}${url.search}`,
      // The host is that of the address which was judged, whatever the program wrote beside it.
      headers: { ...passedOn(message), host: url.host, connection: 'close' },
      setHost: false,
    });
    onward.on('response', (response) => {
      response.on('error', () => answer.destroy());
      try {
        // Node refuses to write some of what it reads, and an exception here would end the core. The server's own words
        // for its status are not passed on: nobody needs them.
        answer.writeHead(response.statusCode ?? 502, passedOn(response));
      } catch {
        remote.destroy();
        return refuse(502, `Osmia: what ${host} answers is no HTTP`);
      }
      response.pipe(answer);
    });
    const failed = (text: string): void => (answer.headersSent ? void answer.destroy() : refuse(502, `Osmia: ${text}`));
    onward.on('error', (error) => failed(error.message));
    // One that switches to another protocol ends without an error.
    onward.on('close', () => {
      if (!answer.headersSent) failed(`${host} gave no answer`);
    });
    answer.on('close', () => remote.destroy());
    message.on('error', () => onward.destroy());
    message.pipe(onward);
  };

  const isKnown = (message: IncomingMessage): boolean => {
    if ('path' in listen) return true;
    const wanted = Buffer.from(`Basic ${Buffer.from(`job:${listen.password}`).toString('base64')}`);
    const given = Buffer.from(message.headers['proxy-authorization'] ?? '');
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  };

  let isClosing = false;
  const server = createServer({ keepAliveTimeout: 60_000 });
  server.maxConnections = MAX_CONNECTIONS;
  const fallen = (end: () => void) => (): void => {
    // Nothing above may take the core down: what it read was written by the analyzer.
    end();
  };
  server.on('connect', (message, client, head) => {
    void onConnect(message, client, head).catch(fallen(() => client.destroy()));
  });
  server.on('request', (message, answer) => {
    void onRequest(message, answer).catch(fallen(() => answer.destroy()));
  });
  server.on('clientError', (_error, client) => deny(client, '400 Bad Request', 'Osmia: this is no HTTP'));
  const clients = new Set<Duplex>();
  server.on('connection', (client: Socket) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if ('path' in listen) server.listen(listen.path, resolve);
    else server.listen(0, '127.0.0.1', resolve);
  });

  const contacts = (): Contact[] => {
    const all = book.all();
    for (const [socket, line] of open) {
      const copy = all.find((one) => one.host === line.host && one.port === line.port);
      if (copy === undefined) continue;
      copy.bytesSent += socket.bytesWritten;
      copy.bytesReceived += socket.bytesRead;
    }
    return all;
  };
  return {
    port: 'path' in listen ? 0 : (server.address() as AddressInfo).port,
    contacts,
    async close() {
      isClosing = true;
      const last = contacts();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of clients) client.destroy();
      for (const socket of open.keys()) socket.destroy();
      await closed;
      return last;
    },
  };
}

function deny(client: Duplex, status: string, text: string): void {
  client.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  );
}

/** Headers without those of this hop, also those that `Connection` names. */
function passedOn(message: IncomingMessage): Record<string, string[]> {
  const named = new Set((message.headers.connection ?? '').split(',').map((name) => name.trim().toLowerCase()));
  const kept: Record<string, string[]> = {};
  for (const [name, values] of Object.entries(message.headersDistinct)) {
    if (values !== undefined && !HOP.has(name) && !named.has(name) && name !== 'host') kept[name] = values;
  }
  return kept;
}

async function connectFirst(addresses: readonly string[], port: number): Promise<Socket> {
  let last = new Error('it has no address');
  for (const address of addresses.slice(0, 4)) {
    try {
      return await connectTo(address, port, CONNECT_MS);
    } catch (error) {
      last = error as Error;
    }
  }
  throw last;
}

/** Rejects after `ms`, or as the system says. The socket has no error listener yet. */
function connectTo(host: string, port: number, ms: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port });
    const timer = setTimeout(() => socket.destroy(new Error('it does not answer')), ms);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
  });
}
