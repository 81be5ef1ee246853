import { fileTypeFromBuffer } from 'file-type';
import { type ByteSource, readRange } from '../byte-source.ts';
import { detected, type DetectedType } from './detected-type.ts';
import { sniffBinary } from './sniff-binary.ts';
import { cfbDirectoryOffset, sniffCfb } from './sniff-cfb.ts';
import { decodeText, sniffMailHead, sniffText } from './sniff-text.ts';
import { sniffZip } from './sniff-zip.ts';
import { labelFor, plainTextByName } from './type-labels.ts';

/** How many bytes from the start of a file are enough to tell what it is. */
export const HEAD_BYTES = 64 * 1024;
const CFB_DIRECTORY_BYTES = 8 * 1024;

async function askFileType(head: Uint8Array): Promise<DetectedType | undefined> {
  try {
    const found = await fileTypeFromBuffer(head);
    return found === undefined ? undefined : detected(found.mime, labelFor(found.mime, found.ext), found.ext);
  } catch {
    // It throws on some cut or broken headers: then the content is simply not recognised.
    return undefined;
  }
}

/** Weak magic (two or three bytes) of formats that a text can begin with by chance. */
const NEVER_TEXT = /^(?:audio|video|image|font|model)\//;

interface More {
  /** The last bytes of the file (the central directory of a ZIP). */
  tail: Uint8Array;
  /** The directory of a compound file. */
  directory: Uint8Array;
}

async function detect(head: Uint8Array, name: string, size: number, more: More): Promise<DetectedType> {
  if (size === 0 || head.length === 0) return detected('application/x-empty', 'Empty file', '');
  const zip = sniffZip(head, more.tail);
  if (zip !== undefined) return zip;
  const binary = sniffBinary(head);
  if (binary?.mediaType === 'application/x-cfb') return sniffCfb(more.directory);
  if (binary !== undefined) return binary;
  const whole = head.length >= size;
  const text = decodeText(head, whole);
  const found = text?.encoding.startsWith('UTF-16') === true ? undefined : await askFileType(head);
  if (text === undefined)
    return found ?? sniffMailHead(head) ?? detected('application/octet-stream', 'Unknown binary data', 'bin');
  const kind = sniffText(text, whole);
  if (kind.mediaType !== 'text/plain') return kind;
  if (found !== undefined && found.mediaType !== 'application/xml' && !NEVER_TEXT.test(found.mediaType)) return found;
  return plainTextByName(name, kind);
}

/**
 * What a file is, by its content. The name only refines plain text (a text named .bat is what Windows would run); it is
 * never believed against the content (`extensionMismatch` compares the two).
 * @param head the first `HEAD_BYTES` of the file (all of it if it is shorter); more is used where given.
 * @param size the size of the whole file in bytes.
 */
export async function detectType(head: Uint8Array, name: string, size: number): Promise<DetectedType> {
  const directoryAt = cfbDirectoryOffset(head);
  return detect(head, name, size, {
    tail: head,
    directory: directoryAt === undefined ? head : head.subarray(directoryAt),
  });
}

/** As `detectType`, but also reads what lies elsewhere: a ZIP's central directory, a compound file's directory. */
export async function detectSourceType(source: ByteSource, name: string): Promise<DetectedType> {
  const head = await readRange(source, 0, Math.min(source.size, HEAD_BYTES));
  const tailAt = Math.max(0, source.size - HEAD_BYTES);
  const directoryAt = cfbDirectoryOffset(head);
  const isZip = head[0] === 0x50 && head[1] === 0x4b;
  return detect(head, name, source.size, {
    tail: isZip && tailAt > 0 ? await readRange(source, tailAt) : head,
    directory: directoryAt === undefined ? head : await readRange(source, directoryAt, CFB_DIRECTORY_BYTES),
  });
}
