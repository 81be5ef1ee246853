import { MAX_READ, type ByteSource } from '../byte-source.ts';

/** The bytes from `start` to `end` in pieces of at most MAX_READ. */
export async function* sourcePieces(source: ByteSource, start = 0, end = source.size): AsyncGenerator<Uint8Array> {
  for (let at = start; at < Math.min(end, source.size); ) {
    const piece = await source.read(at, Math.min(MAX_READ, end - at, source.size - at));
    if (piece.length === 0) return;
    yield piece;
    at += piece.length;
  }
}
