import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { readRange } from '../byte-source.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { inflate, type Inflated, sizeProblem } from './inflate.ts';
import { type PartReader, Unreadable } from './part-reader.ts';
import { sourcePieces } from './source-range.ts';
import { zipEntries } from './zip.ts';
import { type SalvagedEntry, salvageZipEntries } from './zip-salvage.ts';

export const readZip: PartReader = async (file, walk) => {
  let count = 0;
  const take = (entry: SalvagedEntry): Promise<boolean> => {
    count += 1;
    return walk.file(file, {
      name: entry.name,
      folders: true,
      size: entry.size,
      named: true,
      warnings: traversalWarning(entry.name),
      open: () => entry.read(walk.budget, walk.signal),
    });
  };
  try {
    for await (const entry of zipEntries(file.source)) {
      walk.signal.throwIfAborted();
      if (!(await take(entry))) return;
    }
  } catch (error) {
    if (!(error instanceof Unreadable) || count > 0 || file.source.size > CONTAINER_LIMITS.entryBytes) throw error;
    walk.skip(file.part, `${error.message}; what could be found of its entries was searched`);
    const bytes = Buffer.from(await readRange(file.source));
    for (const entry of salvageZipEntries(bytes)) if (!(await take(entry))) return;
  }
  file.part.description = `${file.part.description}, ${count} ${count === 1 ? 'file' : 'files'}`;
};

/** One file compressed by gzip; a tar archive inside is looked into in its turn. */
export const readGzip: PartReader = async (file, walk) => {
  const head = await readRange(file.source, 0, Math.min(file.source.size, 1024));
  await walk.file(file, {
    name: gzipName(head) ?? nameWithout(file.part.name),
    folders: false,
    size: 0,
    named: false,
    open: async () => {
      const content = await inflate('gzip', sourcePieces(file.source), walk.budget, walk.signal);
      if (content.bytes.length === 0 && content.problem !== undefined) throw new Unreadable(content.problem);
      return content;
    },
  });
};

export const readTar: PartReader = async (file, walk) => {
  const unpack = extract();
  const input = Readable.from(sourcePieces(file.source));
  input.on('error', (error) => unpack.destroy(error));
  input.pipe(unpack);
  try {
    for await (const entry of unpack) {
      walk.signal.throwIfAborted();
      const { type, name, linkname } = entry.header;
      if (type === 'directory') {
        entry.resume();
        continue;
      }
      const warnings = traversalWarning(name);
      if (type === 'symlink' || type === 'link') warnings.push(`a link to ${(linkname ?? '').slice(0, 200)}`);
      const goOn = await walk.file(file, {
        name: name === '' ? 'unnamed' : name,
        folders: true,
        size: entry.header.size ?? 0,
        named: true,
        warnings,
        // The library types its chunks as unknown; they are buffers.
        open: () => collect(entry as AsyncIterable<Uint8Array>, walk.budget),
      });
      if (!goOn) return;
      entry.resume();
    }
  } catch (error) {
    walk.signal.throwIfAborted();
    throw new Unreadable(
      `the tar archive is damaged, later entries were not read: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    input.destroy();
    unpack.destroy();
  }
};

async function collect(entry: AsyncIterable<Uint8Array>, budget: number): Promise<Inflated> {
  const limit = Math.min(budget, CONTAINER_LIMITS.entryBytes);
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Read to its end even beyond the limit: the next entry comes after it.
  for await (const chunk of entry) {
    if (length < limit) chunks.push(chunk.subarray(0, limit - length));
    length += chunk.length;
  }
  const bytes = Buffer.concat(chunks);
  return length > limit ? { bytes, problem: sizeProblem(limit) } : { bytes };
}

const traversalWarning = (name: string): string[] =>
  /(?:^|[\\/])\.\.(?:[\\/]|$)|^[\\/]|^[a-z]:[\\/]/i.test(name)
    ? ['its name points outside the folder it would be unpacked to']
    : [];

/** The original name in a gzip header, when there is one. */
function gzipName(head: Uint8Array): string | undefined {
  const flags = head[3] ?? 0;
  if ((flags & 0x08) === 0) return undefined;
  const start = (flags & 0x04) === 0 ? 10 : 12 + (head[10] ?? 0) + (head[11] ?? 0) * 256;
  const end = head.indexOf(0, start);
  return end > start ? Buffer.from(head.subarray(start, end)).toString('latin1') : undefined;
}

function nameWithout(name: string): string {
  const base = name.slice(name.lastIndexOf('/') + 1);
  if (/\.tgz$/i.test(base)) return `${base.slice(0, -4)}.tar`;
  const cut = base.replace(/\.(?:gz|gzip)$/i, '');
  return cut === '' || cut === base ? 'content' : cut;
}
