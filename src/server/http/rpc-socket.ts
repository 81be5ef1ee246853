import type { WebSocket } from 'ws';
import type { Port } from '../../shared/rpc/port.ts';
import { portFromTextSocket } from '../../shared/rpc/socket-port.ts';

/**
 * The longest message a window may send. `notes.addImage` is the largest call of the contract: 14 million characters of
 * base64.
 */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** A window that reads slower than it asks is not read above this many bytes that wait for it … */
const PAUSE_ABOVE_BYTES = 8 * 1024 * 1024;
/** … and one that does not read at all while events keep coming is cut off. */
const CUT_ABOVE_BYTES = 128 * 1024 * 1024;

/** A port on an accepted WebSocket: text only, one frame a message, bounded both ways. */
export function portFromWebSocket(socket: WebSocket): Port {
  const resumeWhenRead = (): void => {
    if (socket.isPaused && socket.bufferedAmount <= PAUSE_ABOVE_BYTES) socket.resume();
  };
  socket.on('error', () => socket.terminate());
  return portFromTextSocket({
    send(text) {
      if (socket.readyState !== socket.OPEN) return;
      socket.send(text, resumeWhenRead);
      if (socket.bufferedAmount > CUT_ABOVE_BYTES) socket.terminate();
      else if (socket.bufferedAmount > PAUSE_ABOVE_BYTES) socket.pause();
    },
    onText(listener) {
      socket.on('message', (data, isBinary) => {
        if (isBinary) socket.close(1003, 'text only');
        else listener(Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.concat(data as Buffer[]).toString('utf8'));
      });
    },
    onClose: (listener) => void socket.on('close', listener),
    close: () => socket.close(1000),
  });
}
