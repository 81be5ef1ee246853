/**
 * Binary frames on a byte pipe: payload length (u32), kind (u8), id (u32), payload. The core speaks them with the
 * broker and, through it, with the workers; file bytes travel as they are, without base64.
 */
export interface WireFrame {
  kind: number;
  id: number;
  payload: Buffer;
}

const HEADER_BYTES = 9;

export function encodeFrame(kind: number, id: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(HEADER_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, 0);
  frame.writeUInt8(kind, 4);
  frame.writeUInt32LE(id, 5);
  frame.set(payload, HEADER_BYTES);
  return frame;
}

export const encodeJson = (kind: number, id: number, value: unknown): Buffer =>
  encodeFrame(kind, id, Buffer.from(JSON.stringify(value), 'utf8'));

export const decodeJson = (payload: Buffer): unknown => JSON.parse(payload.toString('utf8'));

/**
 * Cuts a stream of chunks into frames. Chunks are joined once per frame, so a large frame in small chunks stays linear.
 * `push` throws when a frame announces more than `maxPayload` bytes: the other side is broken or hostile.
 */
export function createFrameReader(maxPayload: number, onFrame: (frame: WireFrame) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let have = 0;
  let need = HEADER_BYTES;
  return (chunk) => {
    chunks.push(chunk);
    have += chunk.length;
    if (have < need) return;
    let bytes = chunks.length === 1 ? chunk : Buffer.concat(chunks, have);
    for (;;) {
      if (bytes.length < HEADER_BYTES) {
        need = HEADER_BYTES;
        break;
      }
      const length = bytes.readUInt32LE(0);
      if (length > maxPayload) throw new Error(`a frame of ${length} bytes is over the limit of ${maxPayload}`);
      need = HEADER_BYTES + length;
      if (bytes.length < need) break;
      const frame = {
        kind: bytes.readUInt8(4),
        id: bytes.readUInt32LE(5),
        payload: bytes.subarray(HEADER_BYTES, need),
      };
      bytes = bytes.subarray(need);
      onFrame(frame);
    }
    chunks = bytes.length === 0 ? [] : [bytes];
    have = bytes.length;
  };
}
