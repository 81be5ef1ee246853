import { open, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { ByteSource } from '../byte-source.ts';
import { inspectFile } from './inspect-file.ts';

/** A file of this machine; `longest` is the largest single read that was asked for. */
async function withFile(
  path: string,
  use: (source: ByteSource, longest: () => number) => Promise<void>,
): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path, 'r');
  let longest = 0;
  try {
    await use(
      {
        size,
        async read(offset, length) {
          longest = Math.max(longest, length);
          const piece = new Uint8Array(Math.min(length, size - offset));
          await file.read(piece, 0, piece.length, offset);
          return piece;
        },
      },
      () => longest,
    );
  } finally {
    await file.close();
  }
}

test.runIf(process.platform === 'linux')(
  'reads the Node program that runs this test, in pieces of 1 MiB at most',
  async () => {
    await withFile(process.execPath, async (source, longest) => {
      const { elf, scan, identification } = await inspectFile(source, 'node');
      expect(identification.mediaType).toBe('application/x-elf');
      expect(elf?.problems).toEqual([]);
      expect(elf?.needed).toContain('libc.so.6');
      expect(elf?.sections.find(({ name }) => name === '.text')?.entropy).toBeGreaterThan(5);
      expect(scan.ssdeep).toMatch(/^\d+:[\w+/]{32,64}:[\w+/]{1,64}$/);
      expect(longest()).toBeLessThanOrEqual(1 << 20);
    });
  },
);
