import { once } from 'node:events';
import { type AddressInfo, connect as connectSocket, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { onTestFinished } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { CLIENT_FRAME_BYTES, portFromSocket } from '../../src/server/attach/line-port.ts';
import { portFromWebSocket } from '../../src/server/http/rpc-socket.ts';
import { createInProcessPair } from '../../src/shared/rpc/in-process-port.ts';
import { type MessageChannelEnd, portFromMessageChannel } from '../../src/shared/rpc/message-port.ts';
import { portFromTextSocket } from '../../src/shared/rpc/socket-port.ts';
import { makeTempDir } from '../support/make-db.ts';
import { portConformance } from './port-conformance.ts';

portConformance('in process', async () => createInProcessPair());

portConformance('message port', async () => {
  const { port1, port2 } = new MessageChannel();
  onTestFinished(() => {
    port1.close();
    port2.close();
  });
  return [portFromMessageChannel(adapt(port1)), portFromMessageChannel(adapt(port2))];
});

const adapt = (port: MessagePort): MessageChannelEnd => ({
  post: (message) => port.postMessage(message),
  onMessage: (listener) => void port.on('message', listener),
  onClose: (listener) => void port.on('close', listener),
  close: () => port.close(),
});

portConformance('WebSocket', async () => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  onTestFinished(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  // As the window does: it listens from the moment the socket exists.
  const near = portFromTextSocket({
    send(text) {
      if (client.readyState === client.OPEN) client.send(text);
    },
    onText: (listener) => void client.on('message', (data: Buffer) => listener(data.toString('utf8'))),
    onClose: (listener) => void client.on('close', listener),
    close: () => client.close(),
  });
  const [socket] = (await accepted) as [WebSocket];
  const far = portFromWebSocket(socket);
  if (client.readyState !== client.OPEN) await once(client, 'open');
  return [near, far];
});

portConformance('private socket', async () => {
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\osmia-${process.pid}-${Math.random()}` : join(makeTempDir(), 's');
  const server = createServer();
  server.listen(path);
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const client = connectSocket(path);
  await once(client, 'connect');
  const [socket] = (await accepted) as [Socket];
  onTestFinished(() => {
    client.destroy();
    socket.destroy();
    server.close();
  });
  const options = { maxFrameBytes: CLIENT_FRAME_BYTES };
  return [portFromSocket(client, options), portFromSocket(socket, options)];
});
