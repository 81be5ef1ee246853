import { writeSync } from 'node:fs';
import { CHUNK_BYTES, HEADER, sealChunk, TAG_BYTES } from './sealed-format.ts';

/** Seals a chunk and writes it to its place; chunks may be written in any order. */
export function writeSealedChunk(fd: number, key: Uint8Array, index: number, isLast: boolean, clear: Uint8Array): void {
  const [sealed, tag] = sealChunk(key, index, isLast, clear);
  const at = HEADER.length + index * (CHUNK_BYTES + TAG_BYTES);
  writeAll(fd, sealed, at);
  writeAll(fd, tag, at + sealed.length);
  // Given back at once: left to the garbage collector, the buffers of a large file would take tens of MiB.
  if (sealed.byteLength === sealed.buffer.byteLength) (sealed.buffer as ArrayBuffer).transfer(0);
}

/** Errors are those of the file system. */
export function writeAll(fd: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, position + done);
  }
}
