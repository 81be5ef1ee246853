import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import type { CallContext } from '../../core/ports.ts';
import { AppError } from '../../shared/errors.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import { serve } from '../../shared/rpc/serve.ts';
import type { OsmiaContract } from '../../shared/contract/contract.ts';
import { attachContract } from './attach-contract.ts';
import { CLIENT_FRAME_BYTES, portFromSocket } from './line-port.ts';
import { listenAddress } from './socket-address.ts';

export interface ListenerDeps {
  /** The workspace folder; the caller holds its lock, so a socket found there is a dead one's. */
  dir: string;
  handlers: Handlers<OsmiaContract, CallContext>;
  osmiaVersion: string;
  onBug(error: unknown, name: string): string;
}

export interface SocketListener {
  /** Clients that are attached now. */
  count(): number;
  onCountChange(listener: () => void): void;
  /** Gives launch addresses from now on; undefined takes the ability away. */
  offerLaunchUrl(make: (() => string) | undefined): void;
  /** Takes no more clients, and resolves when the last one has left. */
  drained(): Promise<void>;
  /** Ends every connection; resolves when all their calls have settled. */
  close(): Promise<void>;
}

const MAX_CLIENTS = 64;

/** Listens on the workspace's private socket (0600 in a 0700 folder; a named pipe on Windows). */
export async function listenForClients(deps: ListenerDeps): Promise<SocketListener> {
  const sockets = new Set<Socket>();
  const served = new Set<Promise<void>>();
  const countListeners: (() => void)[] = [];
  let makeLaunchUrl: (() => string) | undefined;

  const changed = (): void => {
    for (const listener of countListeners) listener();
  };

  const handlers: Handlers<typeof attachContract, CallContext> = {
    ...deps.handlers,
    'host.launchUrl': () => {
      if (!makeLaunchUrl) {
        throw new AppError(
          'unavailable',
          'The Osmia that holds this workspace has no window to open. Wait for it to end.',
        );
      }
      return { url: makeLaunchUrl() };
    },
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('close', () => {
      sockets.delete(socket);
      changed();
    });
    const context: CallContext = { client: 'local', actor: 'analyst', resolveGrant: () => undefined };
    const port = portFromSocket(socket, { maxFrameBytes: CLIENT_FRAME_BYTES });
    const done = serve(attachContract, handlers, port, { context, app: deps.osmiaVersion, onBug: deps.onBug });
    served.add(done);
    void done.finally(() => served.delete(done));
    changed();
  });
  server.maxConnections = MAX_CLIENTS;

  const address = listenAddress(deps.dir);
  const isFile = process.platform !== 'win32';
  if (isFile) rmSync(address, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  // The folder kept others out from the first moment; this is the second lock on the same door.
  if (isFile) chmodSync(address, 0o600);

  const stopListening = (): void => {
    if (server.listening) server.close();
    if (isFile) rmSync(address, { force: true });
  };

  return {
    count: () => sockets.size,
    onCountChange: (listener) => void countListeners.push(listener),
    offerLaunchUrl(make) {
      makeLaunchUrl = make;
    },
    async drained() {
      stopListening();
      while (sockets.size > 0) {
        await new Promise<void>((resolve) => {
          for (const socket of sockets) socket.once('close', () => resolve());
        });
      }
    },
    async close() {
      stopListening();
      for (const socket of sockets) socket.destroy();
      await Promise.all(served);
    },
  };
}
