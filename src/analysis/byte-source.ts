/**
 * What a parser reads from: random access to bytes of a known size. In the worker the bytes come from the core over a
 * pipe, piece by piece, so nothing of a sealed file has to lie in clear on disk.
 */
export interface ByteSource {
  readonly size: number;
  /** Bytes from `offset`; fewer than `length` only at the end. `length` is at most MAX_READ. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** The longest single read a source must serve, in bytes. */
export const MAX_READ = 1 << 20;

export function sourceFromBytes(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: async (offset, length) => bytes.subarray(offset, Math.min(bytes.length, offset + length)),
  };
}

/** Reads `length` bytes from `offset` (to the end by default) into one array. */
export async function readRange(source: ByteSource, offset = 0, length = source.size - offset): Promise<Uint8Array> {
  const end = Math.min(source.size, offset + length);
  if (end <= offset) return new Uint8Array(0);
  if (end - offset <= MAX_READ) return source.read(offset, end - offset);
  const out = new Uint8Array(end - offset);
  for (let at = offset; at < end; ) {
    const piece = await source.read(at, Math.min(MAX_READ, end - at));
    if (piece.length === 0) throw new Error(`the source ended at byte ${at} of ${source.size}`);
    out.set(piece, at - offset);
    at += piece.length;
  }
  return out;
}
