import { PORT_MESSAGE, type HostBridge } from '../../shared/host-bridge.ts';
import { portFromMessageChannel } from '../../shared/rpc/message-port.ts';
import type { Port } from '../../shared/rpc/port.ts';
import { portFromTextSocket } from '../../shared/rpc/socket-port.ts';
import { hostBridge } from './host.ts';

/** How long a host may take to answer before the attempt counts as failed, in milliseconds. */
const OPEN_TIMEOUT = 10_000;

/** A fresh port to the core: the preload's message channel in the desktop window, else a WebSocket to our own origin. */
export function openPort(): Promise<Port> {
  const bridge = hostBridge();
  return bridge ? openMessagePort(bridge) : openSocket();
}

function openMessagePort(bridge: HostBridge): Promise<Port> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      window.removeEventListener('message', listen);
      reject(new Error('The host gave no port.'));
    }, OPEN_TIMEOUT);
    const listen = (event: MessageEvent): void => {
      const end = event.ports[0];
      // Only the preload can post to its own window; a frame or another page is not listened to.
      if (event.source !== window || event.data !== PORT_MESSAGE || !end) return;
      clearTimeout(timer);
      window.removeEventListener('message', listen);
      resolve(
        portFromMessageChannel({
          post: (message) => end.postMessage(message),
          onMessage: (listener) => {
            end.onmessage = (message) => listener(message.data);
          },
          onClose: (listener) => end.addEventListener('close', listener),
          close: () => end.close(),
        }),
      );
    };
    window.addEventListener('message', listen);
    bridge.requestPort();
  });
}

function openSocket(): Promise<Port> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss:' : 'ws:'}//${location.host}/rpc`);
    const timer = setTimeout(() => socket.close(), OPEN_TIMEOUT);
    const port = portFromTextSocket({
      send: (text) => socket.send(text),
      onText: (listener) => {
        socket.onmessage = (event) => listener(String(event.data));
      },
      onClose: (listener) => {
        socket.onclose = () => {
          clearTimeout(timer);
          reject(new Error('The connection was refused.'));
          listener();
        };
      },
      close: () => socket.close(),
    });
    socket.onopen = () => {
      clearTimeout(timer);
      resolve(port);
    };
  });
}
