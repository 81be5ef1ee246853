import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { buildPe } from '../../../test/support/build-executables.ts';
import { type ByteSource, MAX_READ } from '../byte-source.ts';
import { inspectFile } from './inspect-file.ts';

const MIB = 2 ** 20;
const SIZE = 2048 * MIB;

/** A program with two gigabytes of overlay, made piece by piece: it never exists as a whole. */
function hugeProgram(): ByteSource {
  const program = buildPe({ wide: true, imports: { 'KERNEL32.dll': ['ExitProcess'] } });
  const noise = new Uint8Array(MAX_READ);
  let state = 1;
  for (let i = 0; i < noise.length; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    noise[i] = state >>> 24;
  }
  return {
    size: SIZE,
    async read(offset, length) {
      const piece = new Uint8Array(Math.min(length, SIZE - offset));
      for (let at = 0; at < piece.length; ) {
        const from = (offset + at) % noise.length;
        const part = noise.subarray(from, from + piece.length - at);
        piece.set(part, at);
        at += part.length;
      }
      // Each megabyte differs from the others.
      if (offset > 0 && length === MAX_READ) piece[7] = (offset / MIB) & 255;
      if (offset < program.length) piece.set(program.subarray(offset, offset + piece.length));
      return piece;
    },
  };
}

test('2 GiB: right hashes, structure and little memory', async () => {
  const before = process.memoryUsage().rss;
  let peak = 0;
  const source = hugeProgram();
  const watched: ByteSource = {
    size: source.size,
    read(offset, length) {
      peak = Math.max(peak, process.memoryUsage().rss);
      return source.read(offset, length);
    },
  };
  const { scan, pe } = await inspectFile(watched, 'huge.exe');
  const expected = createHash('sha256');
  for (let at = 0; at < SIZE; at += MAX_READ) expected.update(await source.read(at, MAX_READ));
  expect(scan.sha256).toBe(expected.digest('hex'));
  expect(scan.ssdeep).toMatch(/^\d+:/);
  expect(pe?.overlay?.entropy).toBeGreaterThan(7.9);
  expect((peak - before) / MIB).toBeLessThan(200);
});
