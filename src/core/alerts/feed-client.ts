import { lookup as systemLookup } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect as netConnect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { AppError } from '../../shared/errors.ts';
import { createHostPolicy } from '../engine/network/host-policy.ts';
import type { Upstream } from '../engine/network/upstream.ts';
import { openTunnel } from '../engine/network/upstream-tunnel.ts';

export interface FeedClient {
  /** The body of one document of the feed. Errors: `unavailable` with the reason, `too_large`, `cancelled`. */
  get(url: URL, maxBytes: number, signal: AbortSignal): Promise<Buffer>;
}

const CONNECT_MS = 15_000;
const WHOLE_MS = 120_000;

const unavailable = (reason: string): AppError => new AppError('unavailable', reason);

/**
 * Fetches documents of one host and no other: a redirect is refused and said. The name is resolved once and the connection
 * made to the address that was judged; addresses of this machine and of nobody are refused as for analyzers.
 */
export function createFeedClient(
  base: URL,
  options: { upstream: Upstream | undefined; lookup?: (host: string) => Promise<string[]> },
): FeedClient {
  const port = base.port === '' ? (base.protocol === 'https:' ? 443 : 80) : Number(base.port);
  const host = base.hostname.replace(/^\[(.*)\]$/, '$1');
  const lookup =
    options.lookup ?? (async (name) => (await systemLookup(name, { all: true })).map(({ address }) => address));
  // The user wrote this host down, so it may lie in their own network.
  const policy = createHostPolicy({ cardHosts: [], isOpen: false, settingHosts: [{ host, port }] }, lookup);

  const reach = async (): Promise<Socket> => {
    const { upstream } = options;
    if (upstream) {
      const name = policy.admitName(host, port);
      if ('refused' in name) throw unavailable(`${host} is refused: ${name.refused}.`);
      return openTunnel(upstream, host, port, CONNECT_MS);
    }
    const admitted = await policy.admit(host, port);
    if ('refused' in admitted) throw unavailable(`${host} is refused: ${admitted.refused}.`);
    return connectTo(admitted.addresses[0] ?? '', port);
  };

  return {
    async get(url, maxBytes, signal) {
      if (url.host !== base.host || url.protocol !== base.protocol) {
        throw unavailable('It lies on another host than the feed.');
      }
      const until = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_MS)]);
      try {
        return await givenUp(until, async (hold) => {
          const plain = hold(await reach());
          return fetchOver(url.protocol === 'https:' ? await secure(plain, host) : plain, url, maxBytes);
        });
      } catch (error) {
        if (signal.aborted) throw new AppError('cancelled', 'Fetching was cancelled.');
        if (until.aborted) throw unavailable(`${host} did not answer within two minutes.`);
        if (error instanceof AppError) throw error;
        throw unavailable(
          `${host} cannot be reached: ${error instanceof Error ? error.message.slice(0, 200) : 'no answer'}.`,
        );
      }
    },
  };
}

/**
 * What `work` resolves with, or a rejection as soon as nobody waits any more, whatever it is waiting for: a name server, a
 * handshake that never ends. The socket it holds is closed then, also one that comes later.
 */
function givenUp<T>(until: AbortSignal, work: (hold: (socket: Socket) => Socket) => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    let held: Socket | undefined;
    const stop = (): void => {
      reject(new Error('given up'));
      held?.destroy();
    };
    until.addEventListener('abort', stop, { once: true });
    const hold = (socket: Socket): Socket => {
      held = socket;
      // What is destroyed while nobody reads from it still tells of it.
      socket.on('error', () => undefined);
      if (until.aborted) socket.destroy(new Error('given up'));
      return socket;
    };
    if (until.aborted) stop();
    else
      void work(hold)
        .then(resolve, reject)
        .finally(() => until.removeEventListener('abort', stop));
  });
}

const connectTo = (address: string, port: number): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = netConnect({ host: address, port });
    socket.setTimeout(CONNECT_MS, () => socket.destroy(new Error('it does not answer')));
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.setTimeout(0);
      resolve(socket);
    });
  });

const secure = (socket: Socket, servername: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    socket.once('close', () => reject(new Error('the connection was closed')));
    const over = tlsConnect({ socket, ...(/^[\d.]+$|:/.test(servername) ? {} : { servername }) }, () => resolve(over));
    over.once('error', reject);
  });

function fetchOver(socket: Socket, url: URL, maxBytes: number): Promise<Buffer> {
  const ask = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const sent = ask(url, {
      createConnection: () => socket,
      agent: false,
      headers: {
        accept: 'application/json',
        'accept-encoding': 'identity',
        'user-agent': 'Osmia',
        connection: 'close',
      },
    });
    sent.once('error', reject);
    sent.once('response', (answer) => {
      const status = answer.statusCode ?? 0;
      if (status !== 200) {
        const where =
          status >= 300 && status < 400 ? ' and points elsewhere. Write the address it points to, if you trust it' : '';
        reject(unavailable(`${url.hostname} answered ${status}${where}.`));
        answer.destroy();
        return;
      }
      const pieces: Buffer[] = [];
      let size = 0;
      answer.on('data', (piece: Buffer) => {
        size += piece.length;
        if (size > maxBytes) {
          // Before it is destroyed: that alone would look like a link that broke.
          reject(new AppError('too_large', `It is larger than ${Math.round(maxBytes / 2 ** 20)} MiB.`));
          answer.destroy();
        } else pieces.push(piece);
      });
      answer.once('error', reject);
      answer.once('aborted', () => reject(new Error('the answer broke off')));
      answer.once('end', () => resolve(Buffer.concat(pieces)));
    });
    sent.end();
  });
}
