import { createHash } from 'node:crypto';
import { sourceFromBytes, type ByteSource } from '../byte-source.ts';
import { detectSourceType } from '../fileinfo/detect-type.ts';
import { extensionMismatch, nameWarnings } from '../fileinfo/name-checks.ts';
import { CONTAINER_LIMITS, type Coverage, type Part } from '../inspection.ts';
import type { TextFormat } from '../indicators/text-format.ts';
import type { TextPiece } from '../text/windows.ts';
import { visible } from '../text/visible.ts';
import { createPartPaths } from './part-path.ts';
import {
  type FileSpec,
  type KnownValue,
  type OpenFile,
  type SectionSpec,
  Unreadable,
  type Walk,
} from './part-reader.ts';
import { readerFor } from './reader-for.ts';

/** Parts in a whole inspection, nested containers together; each container alone may hold CONTAINER_LIMITS.entries. */
const MAX_PARTS = 5000;
/** Unpacked bytes held in memory at once, over all levels of nesting. */
const MAX_LIVE_BYTES = 320 * 2 ** 20;
const MAX_SKIPPED = 10_000;
const MAX_VALUE = 1000;

/** Where the results of a walk go; the two uses are inspecting everything and reading one part. */
export interface WalkSink {
  /** False for a part whose content nobody wants. */
  wants(path: string): boolean;
  text(part: Part, format: TextFormat, pieces: SectionSpec['pieces']): Promise<void>;
  opened(part: Part, source: ByteSource): void;
  value(part: Part, known: KnownValue): void;
}

/**
 * Walks through a file and everything inside it, depth first, in the order of the containers.
 * Never throws for what the file holds; only for an abort and for a source that fails.
 */
export async function walkFile(
  root: { source: ByteSource; name: string; contentType?: string },
  sink: WalkSink,
  signal: AbortSignal,
): Promise<{ tree: Part; coverage: Coverage }> {
  const paths = createPartPaths();
  const skipped: Coverage['skipped'] = [];
  const entries = new Map<Part, number>();
  /** A failure of the root source is the caller's affair, whatever a parser in between makes of it. */
  let failure: { error: unknown } | undefined;
  const source: ByteSource = {
    size: root.source.size,
    async read(offset, length) {
      try {
        return await root.source.read(offset, length);
      } catch (error) {
        failure ??= { error };
        throw error;
      }
    },
  };
  let parts = 1;
  let unpacked = 0;
  let live = 0;

  const skip = (path: string, reason: string): void => {
    if (skipped.length < MAX_SKIPPED) skipped.push({ part: path, reason });
    else if (skipped.length === MAX_SKIPPED)
      skipped.push({ part: '/', reason: 'more parts were skipped than are listed here' });
  };

  /** Counts a child of a container; false when there are too many already, which is said once. */
  const admit = (parent: Part): boolean => {
    const count = (entries.get(parent) ?? 0) + 1;
    entries.set(parent, count);
    if (count > CONTAINER_LIMITS.entries) {
      if (count === CONTAINER_LIMITS.entries + 1) {
        skip(parent.path, `more than ${CONTAINER_LIMITS.entries} entries; the rest was not read`);
      }
      return false;
    }
    if (parts >= MAX_PARTS) {
      skip(parent.path, `more than ${MAX_PARTS} parts in all; the rest was not read`);
      return false;
    }
    parts += 1;
    return true;
  };

  const read = async (file: OpenFile): Promise<void> => {
    try {
      await readerFor(file.part, root.contentType)(file, walk);
    } catch (error) {
      signal.throwIfAborted();
      if (failure !== undefined || !(error instanceof Unreadable)) throw error;
      skip(file.part.path, error.message);
    }
  };

  const walk: Walk = {
    signal,
    get budget() {
      return Math.max(0, Math.min(CONTAINER_LIMITS.totalBytes - unpacked, MAX_LIVE_BYTES - live));
    },
    spend(bytes) {
      unpacked += bytes;
    },
    async text(file, format, pieces) {
      if (sink.wants(file.part.path)) await sink.text(file.part, format, pieces);
    },
    async section(parent, section) {
      if (!admit(parent.part)) return;
      const path = paths.claim(parent.part.path, section.name, { folders: true });
      const part = newPart(path, visible(section.name), 'section', section.mediaType, section.description);
      parent.part.children.push(part);
      for (const known of section.values ?? []) sink.value(part, known);
      if (!sink.wants(path)) return;
      await sink.text(part, section.format, measured(part, section.pieces));
      section.finish?.(part);
    },
    async file(parent, spec) {
      signal.throwIfAborted();
      if (!admit(parent.part)) return false;
      const path = paths.claim(parent.part.path, spec.name, {
        ...(spec.prefix === undefined ? {} : { prefix: spec.prefix }),
        folders: spec.folders ?? false,
      });
      const part = newPart(
        path,
        visible(spec.name),
        'file',
        spec.mediaType ?? 'application/octet-stream',
        'Not opened',
      );
      part.size = spec.size;
      part.warnings.push(...(spec.warnings ?? []));
      if (spec.named) part.warnings.push(...nameWarnings(lastSegment(spec)));
      parent.part.children.push(part);
      if (spec.named && spec.nameGiven !== true) sink.value(part, placeless('filename', lastSegment(spec)));
      if (!sink.wants(path)) return true;
      if (parent.depth + 1 > CONTAINER_LIMITS.depth) {
        skip(path, `nested more than ${CONTAINER_LIMITS.depth} containers deep`);
        return true;
      }
      if (walk.budget === 0 || (spec.size > walk.budget && walk.budget < CONTAINER_LIMITS.entryBytes)) {
        skip(
          path,
          'not unpacked: everything unpacked from this file would be more than the limit of 1 GiB (320 MiB at once)',
        );
        return true;
      }
      await openFile(parent, spec, part);
      return true;
    },
    skip: (part, reason) => skip(part.path, reason),
    warn: (part, warning) => {
      if (part.warnings.length < 50 && !part.warnings.includes(warning)) part.warnings.push(warning);
    },
    value: (part, dataType, value) => sink.value(part, placeless(dataType, value)),
  };

  const openFile = async (parent: OpenFile, spec: FileSpec, part: Part): Promise<void> => {
    let content: { bytes: Uint8Array; problem?: string };
    try {
      content = await spec.open();
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Unreadable)) throw error;
      part.warnings.push(error.message);
      skip(part.path, error.message);
      return;
    }
    const { bytes, problem } = content;
    unpacked += bytes.length;
    live += bytes.length;
    try {
      if (problem !== undefined) {
        part.warnings.push(problem);
        skip(part.path, problem);
      } else {
        part.size = bytes.length;
        for (const algorithm of ['md5', 'sha1', 'sha256'] as const) {
          part[algorithm] = createHash(algorithm).update(bytes).digest('hex');
        }
      }
      const source = sourceFromBytes(bytes);
      await describe(part, source, spec.mediaType);
      const mismatch = spec.named ? extensionMismatch(spec.name, part.mediaType) : undefined;
      if (mismatch !== undefined) part.warnings.push(mismatch);
      sink.opened(part, source);
      await read({ part, source, depth: parent.depth + 1 });
    } finally {
      live -= bytes.length;
    }
  };

  const tree = newPart('/', visible(root.name), 'file', 'application/octet-stream', '');
  tree.size = source.size;
  await describe(tree, source);
  sink.opened(tree, source);
  await read({ part: tree, source, depth: 0 });
  if (failure !== undefined) throw failure.error;
  return { tree, coverage: { parts, skipped } };
}

/** A name in an archive's table or a property of a message stands in no text, so its place has no length. */
const placeless = (dataType: KnownValue['dataType'], value: string): KnownValue => ({
  dataType,
  value: visible(value, MAX_VALUE),
  place: { offset: 0, length: 0, text: '' },
});

/** The folders of an archive entry are no part of its name. */
const lastSegment = ({ name, folders }: FileSpec): string =>
  folders === true ? name.slice(name.replace(/\/+$/, '').lastIndexOf('/') + 1) : name;

async function describe(part: Part, source: ByteSource, known?: string): Promise<void> {
  const type = await detectSourceType(source, part.name);
  part.mediaType = known ?? type.mediaType;
  part.description = type.label;
}

function newPart(path: string, name: string, kind: Part['kind'], mediaType: string, description: string): Part {
  return { path, name, kind, mediaType, description, size: 0, warnings: [], children: [] };
}

async function* measured(part: Part, pieces: SectionSpec['pieces']): AsyncGenerator<TextPiece> {
  for await (const piece of pieces) {
    part.size += piece.utf8.length;
    yield piece;
  }
}
