import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { Unreadable } from './part-reader.ts';

/** Below this much output the ratio says nothing: a page of blanks is no bomb. */
const RATIO_FLOOR = 2 ** 20;

export interface Inflated {
  bytes: Uint8Array;
  /** Why this is not the whole content. */
  problem?: string;
}

/**
 * Decompresses within the limits: at most `budget` and CONTAINER_LIMITS.entryBytes of output, and at most
 * CONTAINER_LIMITS.ratio times the input. What came out before damage or the size limit is kept, with the problem said;
 * a bomb throws Unreadable.
 */
export async function inflate(
  kind: 'raw' | 'gzip',
  input: AsyncIterable<Uint8Array>,
  budget: number,
  signal: AbortSignal,
): Promise<Inflated> {
  const stream: Transform = kind === 'raw' ? createInflateRaw() : createGunzip();
  const limit = Math.min(budget, CONTAINER_LIMITS.entryBytes);
  const chunks: Buffer[] = [];
  let output = 0;
  let consumed = 0;
  let problem: string | undefined;
  let bomb = false;
  const stop = (reason: string): void => {
    problem ??= reason;
    stream.destroy();
  };
  stream.on('data', (chunk: Buffer) => {
    output += chunk.length;
    if (output > limit) {
      chunks.push(chunk.subarray(0, Math.max(0, chunk.length - (output - limit))));
      stop(sizeProblem(limit));
    } else chunks.push(chunk);
    if (output > RATIO_FLOOR && output > consumed * CONTAINER_LIMITS.ratio) {
      bomb = true;
      stop('bomb');
    }
  });
  const closed = new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.once('error', (error: Error) => {
      problem ??= `damaged: ${error.message}`;
    });
  });
  for await (const piece of input) {
    signal.throwIfAborted();
    if (stream.destroyed) break;
    // Small writes, so that the input counted is the input used when the ratio is checked.
    for (let at = 0; at < piece.length && !stream.destroyed; at += 16 * 1024) {
      const part = piece.subarray(at, at + 16 * 1024);
      consumed += part.length;
      if (!stream.write(part)) await Promise.race([once(stream, 'drain').catch(() => {}), closed]);
    }
  }
  if (!stream.destroyed) stream.end();
  await closed;
  if (bomb) {
    throw new Unreadable(
      `not unpacked: it grows to more than ${CONTAINER_LIMITS.ratio} times its size (a decompression bomb)`,
    );
  }
  const bytes = Buffer.concat(chunks);
  return problem === undefined ? { bytes } : { bytes, problem };
}

export const sizeProblem = (limit: number): string =>
  `only its first ${Math.floor(limit / 2 ** 20)} MiB were unpacked: it is larger than the limits allow`;
