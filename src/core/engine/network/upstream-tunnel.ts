import { request } from 'node:http';
import type { Socket } from 'node:net';
import type { Upstream } from './upstream.ts';

/**
 * A connection to a host through the user's own proxy, by CONNECT for plain HTTP too: one way, one thing to check.
 * Rejects with what the proxy said, or after `ms`.
 */
export function openTunnel(upstream: Upstream, host: string, port: number, ms: number): Promise<Socket> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const asked = request({
      host: upstream.host,
      port: upstream.port,
      method: 'CONNECT',
      path: target,
      agent: false,
      timeout: ms,
      headers: {
        host: target,
        ...(upstream.authorization === undefined ? {} : { 'proxy-authorization': upstream.authorization }),
      },
    });
    asked.once('connect', (answer, socket, head) => {
      if (answer.statusCode !== 200) {
        socket.destroy();
        reject(new Error(`the proxy answered ${answer.statusCode}`));
        return;
      }
      socket.setTimeout(0);
      socket.on('error', () => undefined);
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    asked.once('response', (answer) => {
      answer.destroy();
      reject(new Error(`the proxy answered ${answer.statusCode}`));
    });
    asked.once('timeout', () => asked.destroy(new Error('the proxy does not answer')));
    asked.once('error', (error) => reject(new Error(`the proxy cannot be reached: ${error.message}`)));
    asked.end();
  });
}
