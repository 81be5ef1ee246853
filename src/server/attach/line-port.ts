import type { Socket } from 'node:net';
import { createPortEnds, type Port } from '../../shared/rpc/port.ts';

export interface LinePortOptions {
  /** The longest frame that is taken from the other side, in bytes; a longer one ends the connection. */
  maxFrameBytes: number;
}

/** What a client may send: the largest call (a picture for a note, 14 million characters) and its envelope. */
export const CLIENT_FRAME_BYTES = 16 * 1024 * 1024;
/** What the core may send: a page of candidates with all their places, a report. */
export const CORE_FRAME_BYTES = 256 * 1024 * 1024;

/** Above this many bytes waiting for a slow reader, its requests are not read; above the second one it is cut off. */
const PAUSE_ABOVE_BYTES = 8 * 1024 * 1024;
const CUT_ABOVE_BYTES = 512 * 1024 * 1024;

const NEWLINE = 0x0a;

/** A port on a stream socket: one JSON frame a line. */
export function portFromSocket(socket: Socket, options: LinePortOptions): Port {
  const port = createPortEnds({
    send(frame) {
      socket.write(`${JSON.stringify(frame)}\n`);
      if (socket.writableLength > CUT_ABOVE_BYTES) socket.destroy();
      else if (socket.writableLength > PAUSE_ABOVE_BYTES) socket.pause();
    },
    // What was sent before still arrives; a reader that never takes it is cut off by the other side's end.
    close: () => socket.end(),
  });

  let parts: Buffer[] = [];
  let length = 0;
  const take = (bytes: Buffer): boolean => {
    length += bytes.length;
    if (length > options.maxFrameBytes) {
      socket.destroy();
      return false;
    }
    if (bytes.length > 0) parts.push(bytes);
    return true;
  };

  socket.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      if (!take(chunk.subarray(from, end))) return;
      from = end + 1;
      const line = Buffer.concat(parts, length).toString('utf8');
      parts = [];
      length = 0;
      port.deliver(parseOrUndefined(line));
    }
    take(chunk.subarray(from));
  });
  socket.on('drain', () => socket.resume());
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('close', () => port.closed());
  return port;
}

function parseOrUndefined(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
