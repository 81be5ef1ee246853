import type { ByteSource } from './byte-source.ts';
import { walkFile, type WalkSink } from './containers/walk.ts';
import { type Collector, createCollector } from './indicators/collector.ts';
import { createTextStream, type TextStream } from './indicators/text-stream.ts';
import { type Inspection, MAX_FINDINGS, MAX_REJECTED } from './inspection.ts';
import { createSearchedTexts } from './searched-texts.ts';
import type { TextPiece } from './text/windows.ts';

export interface InspectOptions {
  /** The file's name as it was dropped; refines the type of plain text. */
  name: string;
  /** What the sender said it is; only believed where the content does not tell. */
  contentType?: string;
  /** Also list the host of each URL and mail address, marked `derived`. */
  derive?: boolean;
}

/**
 * Looks into a file and everything inside it: the tree of parts, the observables with their places, and what was not
 * read. Contained files are hashed; the root is not (its hashes need a pass over all its bytes, which the intake has made
 * already when it stored it). Hashes of parts are facts of the tree and are not listed as observables.
 *
 * Never throws for what the file holds. Throws the signal's reason when aborted, and the source's error when it cannot
 * be read any more.
 */
export async function inspect(
  source: ByteSource,
  options: InspectOptions,
  signal: AbortSignal,
  progress?: (note: { read: number; total: number }) => void,
): Promise<Inspection> {
  signal.throwIfAborted();
  const collector = createCollector();
  const collectors = {
    all: collector,
    'not-addresses': withoutMessageIds(collector),
    'not-names': withoutNames(collector),
    strings: asStrings(collector),
  };
  const texts = createSearchedTexts();
  const sink: WalkSink = {
    wants: () => true,
    opened: () => {},
    value(part, { dataType, value, place }) {
      collector.add({ dataType, value, place: { part: part.path, ...place }, marks: [] });
    },
    async text(part, format, pieces) {
      let open: { stream: TextStream; page: number | undefined; search: TextPiece['search'] } | undefined;
      let reached = { offset: 0, line: 1 };
      for await (const { utf8, page, search } of pieces) {
        signal.throwIfAborted();
        if (open !== undefined && (open.page !== page || open.search !== search)) {
          reached = open.stream.end();
          open = undefined;
        }
        open ??= {
          stream: createTextStream(collectors[search ?? 'all'], {
            part: part.path,
            format,
            baseOffset: reached.offset,
            baseLine: reached.line,
            ...(page === undefined ? {} : { page }),
            derive: options.derive ?? false,
          }),
          page,
          search,
        };
        open.stream.push(utf8);
        if (search !== 'strings') texts.add(part.path, utf8);
      }
      open?.stream.end();
    },
  };
  const counted = progress === undefined ? source : countingReads(source, progress);
  const root = { source: counted, name: options.name };
  const { tree, coverage } = await walkFile(
    options.contentType === undefined ? root : { ...root, contentType: options.contentType },
    sink,
    signal,
  );
  const { observables, rejected, overflowed } = collector.result();
  if (overflowed) {
    coverage.skipped.push({
      part: '/',
      reason: `more than ${MAX_FINDINGS} values or ${MAX_REJECTED} rejected ones were found; the rest is not listed`,
    });
  }
  return { tree, coverage, observables, rejected, texts: texts.result() };
}

/** What looks like an address in a message id is refused with a reason, so that the analyst can overrule. */
function withoutMessageIds(collector: Collector): Collector {
  return {
    ...collector,
    add(sighting) {
      if (sighting.dataType !== 'mail') return collector.add(sighting);
      const { part, offset, text } = sighting.place;
      collector.reject({ text, part, offset, reason: 'A message id, not an address', dataType: 'mail' });
    },
  };
}

/** Where names are values of their own, a search would only find pieces of them again. */
function withoutNames(collector: Collector): Collector {
  return {
    ...collector,
    add: (sighting) => (sighting.dataType === 'filename' ? undefined : collector.add(sighting)),
  };
}

/** Machine code and tables have stretches that read like a host by chance: what is found in them says so. */
function asStrings(collector: Collector): Collector {
  return {
    ...collector,
    add: (sighting) => collector.add({ ...sighting, marks: [...sighting.marks, 'strings'] }),
  };
}

export function countLines(utf8: Uint8Array): number {
  let lines = 0;
  for (let at = utf8.indexOf(0x0a); at >= 0; at = utf8.indexOf(0x0a, at + 1)) lines += 1;
  return lines;
}

/** Tells how far into the file the reads have come; bytes read twice count once. */
function countingReads(source: ByteSource, progress: (note: { read: number; total: number }) => void): ByteSource {
  let furthest = 0;
  return {
    size: source.size,
    async read(offset, length) {
      const bytes = await source.read(offset, length);
      if (offset + bytes.length > furthest) {
        furthest = offset + bytes.length;
        progress({ read: furthest, total: source.size });
      }
      return bytes;
    },
  };
}
