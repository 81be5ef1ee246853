import { connect as connectSocket, type Socket } from 'node:net';
import { type Connection, connect } from '../../shared/rpc/connect.ts';
import { type AttachContract, attachContract } from './attach-contract.ts';
import { CORE_FRAME_BYTES, portFromSocket } from './line-port.ts';
import { connectAddress } from './socket-address.ts';

/** Nobody listens: there is no socket, or a dead one. */
const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'ENOTCONN', 'EPIPE']);

/**
 * Attaches to the process that holds the workspace; undefined where nobody listens. Rejects when another version
 * answers (`unavailable`) or the socket's folder is not private (`forbidden`).
 */
export async function attach(dir: string): Promise<Connection<AttachContract> | undefined> {
  const address = connectAddress(dir);
  if (address === undefined) return undefined;
  const socket = await open(address);
  if (!socket) return undefined;
  const connection = connect(attachContract, portFromSocket(socket, { maxFrameBytes: CORE_FRAME_BYTES }));
  await connection.hello;
  return connection;
}

function open(address: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket(address);
    const fail = (error: NodeJS.ErrnoException): void => {
      if (error.code !== undefined && NOBODY.has(error.code)) resolve(undefined);
      else reject(error);
    };
    socket.once('error', fail);
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve(socket);
    });
  });
}
