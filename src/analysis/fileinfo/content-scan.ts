import { createHash } from 'node:crypto';
import { type ByteSource, MAX_READ } from '../byte-source.ts';
import { EntropyCounter, type Range } from './entropy.ts';
import { PeChecksum } from './pe-checksum.ts';
import { Ssdeep } from './ssdeep.ts';

export interface ContentScan {
  md5: string;
  sha1: string;
  sha256: string;
  ssdeep: string;
  /** Bits a byte, 0 to 8. */
  entropy: number;
  /** In the order of the ranges asked for. */
  rangeEntropies: number[];
  /** The checksum a PE's optional header should hold; only where its place was given. */
  peChecksum?: number;
}

interface ScanOptions {
  ranges?: readonly Range[];
  /** Offset of the PE checksum field, to compute the right value. */
  checksumAt?: number | undefined;
  signal?: AbortSignal;
}

/** One pass over the whole content in pieces of MAX_READ; memory does not grow with the size. */
export async function scanContent(source: ByteSource, options: ScanOptions = {}): Promise<ContentScan> {
  const ranges = options.ranges ?? [];
  const hashes = { md5: createHash('md5'), sha1: createHash('sha1'), sha256: createHash('sha256') };
  const ssdeep = new Ssdeep(source.size);
  const entropy = new EntropyCounter(ranges);
  const checksum = options.checksumAt === undefined ? undefined : new PeChecksum(options.checksumAt);
  for (let at = 0; at < source.size; ) {
    options.signal?.throwIfAborted();
    const piece = await source.read(at, Math.min(MAX_READ, source.size - at));
    if (piece.length === 0) throw new Error(`the file ended at byte ${at} of ${source.size}`);
    hashes.md5.update(piece);
    hashes.sha1.update(piece);
    hashes.sha256.update(piece);
    ssdeep.update(piece);
    entropy.update(piece);
    checksum?.update(piece);
    at += piece.length;
  }
  return {
    md5: hashes.md5.digest('hex'),
    sha1: hashes.sha1.digest('hex'),
    sha256: hashes.sha256.digest('hex'),
    ssdeep: ssdeep.digest(),
    entropy: entropy.whole(),
    rangeEntropies: ranges.map((range) => entropy.of(range)),
    ...(checksum === undefined ? {} : { peChecksum: checksum.value() }),
  };
}
