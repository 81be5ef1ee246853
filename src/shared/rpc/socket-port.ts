import { createPortEnds, type Port } from './port.ts';

/** A WebSocket of the browser or of `ws`, adapted to four functions. */
export interface TextSocket {
  send(text: string): void;
  onText(listener: (text: string) => void): void;
  onClose(listener: () => void): void;
  close(): void;
}

/** One frame a text message. A message that is no JSON is delivered as undefined, which ends the connection. */
export function portFromTextSocket(socket: TextSocket): Port {
  const port = createPortEnds({ send: (frame) => socket.send(JSON.stringify(frame)), close: () => socket.close() });
  socket.onText((text) => {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      frame = undefined;
    }
    port.deliver(frame);
  });
  socket.onClose(() => port.closed());
  return port;
}
