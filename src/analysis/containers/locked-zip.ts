import {
  configure,
  ERR_ENCRYPTED,
  ERR_INVALID_PASSWORD,
  type FileEntry,
  Reader,
  Uint8ArrayReader,
  Uint8ArrayWriter,
  ZipReader,
  ZipWriter,
} from '@zip.js/zip.js';
import { type ByteSource, readRange } from '../byte-source.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import { Unreadable } from './part-reader.ts';

// One thread: the worker process is ended as a whole when it takes too long.
configure({ useWebWorkers: false });

/** A file in an archive, by its place in the directory. */
export interface LockedEntry {
  index: number;
  /** As stored, folders included; may hold anything. */
  name: string;
  /** Why it is not unpacked; null where it can be. */
  problem: string | null;
}

export type OpenedZip =
  | { isOpen: false }
  /** `password` opens every entry that needs one; null where none does. */
  | { isOpen: true; password: string | null; entries: LockedEntry[]; isMore: boolean };

/** Entries that are only listed as skipped, beyond those that may be unpacked. */
const MAX_LISTED = 2 * CONTAINER_LIMITS.entries;

/**
 * Lists the files of a ZIP archive, classic or AES encryption, and finds which of the passwords opens it ('' is one).
 * Throws Unreadable where it is no archive that can be read.
 */
export async function openZip(source: ByteSource, passwords: readonly string[]): Promise<OpenedZip> {
  return withEntries(source, async (files, isMore) => {
    const locked = files.filter(({ encrypted }) => encrypted);
    const smallest = locked.toSorted((a, b) => a.compressedSize - b.compressedSize)[0];
    let password: string | null = null;
    if (smallest) {
      const found = await firstThatOpens(smallest, passwords);
      if (found === undefined) return { isOpen: false };
      password = found;
    }
    const entries = files.map((entry, index) => ({ index, name: entry.filename, problem: problemOf(entry, index) }));
    return { isOpen: true, password, entries, isMore };
  });
}

/** The bytes of one entry. Throws Unreadable with the reason: damaged, larger than it says, another password. */
export async function readZipEntry(source: ByteSource, index: number, password: string | null): Promise<Uint8Array> {
  return withEntries(source, async (files) => {
    const entry = files[index];
    if (!entry) throw new Unreadable('the archive has no such entry');
    const problem = problemOf(entry, index);
    if (problem !== null) throw new Unreadable(problem);
    return unpack(entry, password);
  });
}

/** One file as an archive behind a password: AES-256, or the classic encryption that every program opens. */
export async function makeLockedZip(
  source: ByteSource,
  name: string,
  password: string,
  method: 'aes' | 'classic',
): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter());
  const bytes = await readRange(source);
  await writer.add(name, new Uint8ArrayReader(bytes), {
    password,
    ...(method === 'aes' ? { encryptionStrength: 3 } : { zipCrypto: true }),
  });
  return writer.close();
}

function problemOf(entry: FileEntry, index: number): string | null {
  if (index >= CONTAINER_LIMITS.entries) return `more than ${CONTAINER_LIMITS.entries} entries`;
  const { uncompressedSize, compressedSize } = entry;
  if (uncompressedSize > CONTAINER_LIMITS.entryBytes) return `larger than ${CONTAINER_LIMITS.entryBytes >> 20} MiB`;
  if (uncompressedSize > 1 << 20 && uncompressedSize > compressedSize * CONTAINER_LIMITS.ratio)
    return `it says it grows to more than ${CONTAINER_LIMITS.ratio} times its size (a decompression bomb)`;
  return null;
}

async function withEntries<T>(
  source: ByteSource,
  use: (files: FileEntry[], isMore: boolean) => Promise<T>,
): Promise<T> {
  // Names are only ever shown: what they claim leads nowhere.
  const zip = new ZipReader(new SourceReader(source), { filenameValidation: 'tolerant' });
  try {
    const files: FileEntry[] = [];
    let isMore = false;
    try {
      for await (const entry of zip.getEntriesGenerator()) {
        if (entry.directory) continue;
        isMore = files.length >= MAX_LISTED;
        if (isMore) break;
        files.push(entry);
      }
    } catch (error) {
      throw new Unreadable(`it is no ZIP archive that can be read: ${words(error)}`);
    }
    return await use(files, isMore);
  } finally {
    await zip.close();
  }
}

async function firstThatOpens(entry: FileEntry, passwords: readonly string[]): Promise<string | undefined> {
  for (const password of passwords) {
    try {
      // The classic encryption lets one password in 256 pass its check: only the content's own checksum tells.
      await unpack(entry, password);
      return password;
    } catch (error) {
      if (!(error instanceof WrongPassword)) throw error;
    }
  }
  return undefined;
}

/** Not the password of this entry. */
class WrongPassword extends Unreadable {}

async function unpack(entry: FileEntry, password: string | null): Promise<Uint8Array> {
  const limit = Math.min(CONTAINER_LIMITS.entryBytes, Math.max(1 << 20, entry.compressedSize * CONTAINER_LIMITS.ratio));
  const pieces: Uint8Array[] = [];
  let length = 0;
  const sink = new WritableStream<Uint8Array>({
    write(piece) {
      length += piece.length;
      if (length > limit) throw new Unreadable('it grows to more than it says (a decompression bomb)');
      pieces.push(piece.slice());
    },
  });
  try {
    await entry.getData(sink, {
      checkSignature: true,
      ...(entry.encrypted ? { password: password ?? '' } : {}),
    });
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    const message = words(error);
    if (entry.encrypted && (message === ERR_INVALID_PASSWORD || message === ERR_ENCRYPTED || entry.zipCrypto))
      throw new WrongPassword('the password does not open it');
    throw new Unreadable(`damaged: ${message}`);
  }
  return Buffer.concat(pieces);
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Lets zip.js read from a byte source. A class because zip.js wants a subclass of its own. */
class SourceReader extends Reader<ByteSource> {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super(source);
    this.#source = source;
    this.size = source.size;
  }

  override readUint8Array(index: number, length: number): Promise<Uint8Array> {
    return readRange(this.#source, index, Math.min(length, this.#source.size - index));
  }
}
