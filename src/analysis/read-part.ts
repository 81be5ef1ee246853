import { type ByteSource, readRange } from './byte-source.ts';
import { leadsTo } from './containers/part-path.ts';
import { walkFile, type WalkSink } from './containers/walk.ts';
import { CONTAINER_LIMITS } from './inspection.ts';
import { countLines, type InspectOptions } from './inspect.ts';

/** The most text given at once, in bytes. */
const MAX_PART_TEXT = 256 * 1024;

export interface PartText {
  text: string;
  /** Where `text` begins in the decoded text of the part, in UTF-8 bytes; at or shortly before what was asked for. */
  offset: number;
  /** The line `text` begins in, from 1. */
  lineAtOffset: number;
  /** Length of the whole decoded text, in UTF-8 bytes. */
  totalBytes: number;
  mediaType: string;
}

/**
 * The decoded text of a part from a byte offset on, as the places of an inspection count them; at most MAX_PART_TEXT
 * bytes, and never half a character. Undefined when the part does not exist or has no text.
 */
export async function readPartText(
  source: ByteSource,
  options: InspectOptions,
  partPath: string,
  range: { offset: number; length: number },
  signal: AbortSignal,
): Promise<PartText | undefined> {
  const wanted = Math.min(Math.max(0, range.length), MAX_PART_TEXT);
  const from = Math.max(0, range.offset);
  let found: PartText | undefined;
  await walkFile(
    rootOf(source, options),
    seek(partPath, {
      async text(part, _format, pieces) {
        if (part.path !== partPath) return;
        const kept: Uint8Array[] = [];
        let total = 0;
        let start = from;
        let line = 1;
        for await (const { utf8 } of pieces) {
          signal.throwIfAborted();
          const begin = Math.max(0, from - total);
          const end = Math.min(utf8.length, from + wanted - total);
          if (begin < end) {
            let cut = begin;
            if (kept.length === 0) {
              // An offset inside a character moves to its beginning, which always lies in the same piece.
              while (cut > 0 && ((utf8[cut] ?? 0) & 0xc0) === 0x80) cut -= 1;
              start = total + cut;
              line += countLines(utf8.subarray(0, cut));
            }
            kept.push(Uint8Array.from(utf8.subarray(cut, end)));
          } else if (kept.length === 0) line += countLines(utf8);
          total += utf8.length;
        }
        const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(kept), { stream: true });
        found = {
          text,
          offset: Math.min(start, total),
          lineAtOffset: line,
          totalBytes: total,
          mediaType: part.mediaType,
        };
      },
    }),
    signal,
  );
  return found;
}

/**
 * The bytes of a contained file, to store it as evidence; its name is hostile text. Undefined when there is no such file
 * part or its content could not be read whole. Not for the root, which the caller has.
 */
export async function readPartBytes(
  source: ByteSource,
  options: InspectOptions,
  partPath: string,
  signal: AbortSignal,
): Promise<{ name: string; mediaType: string; bytes: Uint8Array } | undefined> {
  let found: { name: string; mediaType: string; source: ByteSource } | undefined;
  await walkFile(
    rootOf(source, options),
    seek(partPath, {
      opened(part, content) {
        if (
          part.path === partPath &&
          part.path !== '/' &&
          part.sha256 !== undefined &&
          content.size <= CONTAINER_LIMITS.entryBytes
        ) {
          found = { name: part.name, mediaType: part.mediaType, source: content };
        }
      },
    }),
    signal,
  );
  return found === undefined
    ? undefined
    : { name: found.name, mediaType: found.mediaType, bytes: await readRange(found.source) };
}

const rootOf = (source: ByteSource, options: InspectOptions): Parameters<typeof walkFile>[0] =>
  options.contentType === undefined
    ? { source, name: options.name }
    : { source, name: options.name, contentType: options.contentType };

/** A sink that only opens what lies on the way to one part. */
const seek = (target: string, catches: Partial<Pick<WalkSink, 'text' | 'opened'>>): WalkSink => ({
  wants: (path) => leadsTo(path, target),
  value: () => {},
  text: async () => {},
  opened: () => {},
  ...catches,
});
