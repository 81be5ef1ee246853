import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { type ByteSource, readRange } from '../byte-source.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { inflate, type Inflated, sizeProblem } from './inflate.ts';
import { Unreadable } from './part-reader.ts';
import { sourcePieces } from './source-range.ts';

const STORED = 0;
const DEFLATED = 8;
const METHODS: Readonly<Record<number, string>> = {
  9: 'Deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'Zstandard',
  95: 'xz',
  98: 'PPMd',
  99: 'AES encryption',
};

/** A file in a ZIP archive. */
export interface ZipEntry {
  /** As stored, with slashes; may hold anything, `../` included. */
  name: string;
  size: number;
  encrypted: boolean;
  /** Throws Unreadable with the reason. `budget` is how many bytes may be unpacked. */
  read(budget: number, signal: AbortSignal): Promise<Inflated>;
}

/**
 * The files of a ZIP archive in the order of its directory; folders are left out. Nothing is unpacked before `read`.
 * Throws Unreadable when the directory cannot be read; entries before the damage have been given then.
 */
export async function* zipEntries(source: ByteSource): AsyncGenerator<ZipEntry> {
  let zip: ZipFile;
  try {
    // Names are taken as bytes and sizes are checked here: the library would refuse the whole archive for one bad name.
    zip = await yauzl.fromRandomAccessReaderPromise(new SourceReader(source), source.size, {
      decodeStrings: false,
      validateEntrySizes: false,
    });
  } catch (error) {
    throw new Unreadable(`the ZIP archive is damaged: ${words(error)}`);
  }
  try {
    for await (const entry of zip.eachEntry()) {
      const name = yauzl.getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      if (name.endsWith('/') && entry.uncompressedSize === 0) continue;
      yield {
        name: name === '' ? 'unnamed' : name,
        size: entry.uncompressedSize,
        encrypted: entry.isEncrypted() || entry.compressionMethod === 99,
        read: (budget, signal) => readEntry(zip, source, entry, budget, signal),
      };
    }
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`the directory of the ZIP archive is damaged, later entries were not read: ${words(error)}`);
  }
}

async function readEntry(
  zip: ZipFile,
  source: ByteSource,
  entry: Entry,
  budget: number,
  signal: AbortSignal,
): Promise<Inflated> {
  if (entry.isEncrypted() || entry.compressionMethod === 99) throw new Unreadable('encrypted: a password is needed');
  if (entry.compressionMethod !== STORED && entry.compressionMethod !== DEFLATED) {
    const method = METHODS[entry.compressionMethod] ?? `method ${entry.compressionMethod}`;
    throw new Unreadable(`compressed in a way that is not supported (${method})`);
  }
  const stated = entry.uncompressedSize;
  if (stated > CONTAINER_LIMITS.entryBytes && stated > entry.compressedSize * CONTAINER_LIMITS.ratio) {
    throw new Unreadable(
      `not unpacked: it says it grows to more than ${CONTAINER_LIMITS.ratio} times its size (a decompression bomb)`,
    );
  }
  let start: number;
  try {
    start = (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
  } catch (error) {
    throw new Unreadable(`damaged: ${words(error)}`);
  }
  const end = start + entry.compressedSize;
  let result: Inflated;
  if (entry.compressionMethod === DEFLATED)
    result = await inflate('raw', sourcePieces(source, start, end), budget, signal);
  else {
    const limit = Math.min(budget, CONTAINER_LIMITS.entryBytes);
    const bytes = await readRange(source, start, Math.min(entry.compressedSize, limit));
    if (entry.compressedSize > limit) result = { bytes, problem: sizeProblem(limit) };
    else
      result = bytes.length < entry.compressedSize ? { bytes, problem: 'damaged: the archive is cut off' } : { bytes };
  }
  if (result.problem === undefined && crc32(result.bytes) !== entry.crc32) {
    return { bytes: result.bytes, problem: 'damaged: its checksum (CRC-32) does not match its content' };
  }
  return result;
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Lets yauzl read from a byte source. A class because yauzl wants a subclass of its own. */
class SourceReader extends yauzl.RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null) => void,
  ): void {
    // oxlint-disable-next-line promise/no-callback-in-promise -- the interface of yauzl is a callback
    void this.#fill(buffer, offset, length, position).then(callback);
  }

  async #fill(buffer: Buffer, offset: number, length: number, position: number): Promise<Error | null> {
    try {
      const bytes = await readRange(this.#source, position, length);
      buffer.set(bytes, offset);
      return bytes.length < length ? new Error('the archive is cut off') : null;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(sourcePieces(this.#source, start, end));
  }
}
