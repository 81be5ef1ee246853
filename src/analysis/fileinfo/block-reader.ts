import type { ByteSource } from '../byte-source.ts';

const BLOCK = 64 * 1024;
const KEPT_BLOCKS = 64;
/** Headers that send a reader to thousands of distant places are nobody's honest work: 64 MiB in all are enough. */
const MAX_LOADS = 1024;

/** Small random reads over a byte source, served from a bounded cache (4 MiB) of aligned blocks. */
export interface BlockReader {
  readonly size: number;
  /** True once so many distant places were read that the rest is answered with nothing. */
  exhausted(): boolean;
  /** At most `length` bytes (never more than 64 KiB) from `offset`; fewer, even none, past the end. A bad place is no error. */
  at(offset: number, length: number): Promise<Uint8Array>;
}

export function createBlockReader(source: ByteSource): BlockReader {
  const blocks = new Map<number, Uint8Array>();
  let loads = 0;

  async function block(index: number): Promise<Uint8Array> {
    const known = blocks.get(index);
    if (known !== undefined) return known;
    if (loads >= MAX_LOADS) return new Uint8Array(0);
    loads++;
    const from = index * BLOCK;
    const loaded = await source.read(from, Math.min(BLOCK, source.size - from));
    if (blocks.size >= KEPT_BLOCKS) {
      const oldest = blocks.keys().next().value;
      if (oldest !== undefined) blocks.delete(oldest);
    }
    blocks.set(index, loaded);
    return loaded;
  }

  return {
    size: source.size,
    exhausted: () => loads >= MAX_LOADS,
    async at(offset, length) {
      if (!Number.isSafeInteger(offset) || offset < 0 || offset >= source.size || length <= 0) return new Uint8Array(0);
      const end = Math.min(source.size, offset + Math.min(length, BLOCK));
      const first = Math.floor(offset / BLOCK);
      const last = Math.floor((end - 1) / BLOCK);
      const head = await block(first);
      if (first === last) return head.subarray(offset - first * BLOCK, end - first * BLOCK);
      const out = new Uint8Array(end - offset);
      const part = head.subarray(offset - first * BLOCK);
      out.set(part.subarray(0, out.length));
      out.set((await block(last)).subarray(0, Math.max(0, end - last * BLOCK)), Math.min(part.length, out.length));
      return out;
    },
  };
}
