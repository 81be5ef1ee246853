import type { OpenFile, PartReader } from '../containers/part-reader.ts';
import { printableStrings } from './strings.ts';
import type { TextFormat } from '../indicators/text-format.ts';
import { decodeWindows, sniffEncoding, type DecodeNotes } from './windows.ts';

const FORMATS: Readonly<Record<string, TextFormat>> = {
  'text/html': 'html',
  'application/xhtml+xml': 'html',
  // XML has the entities of HTML, and no more of it matters to the extractor.
  'application/xml': 'html',
  'text/xml': 'html',
  'image/svg+xml': 'html',
  'application/json': 'json',
  'text/csv': 'csv',
};

const ENCODING_NAMES: Readonly<Record<string, string>> = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16 LE',
  'utf-16be': 'UTF-16 BE',
};

/** Text of any size, decoded window by window. */
export const readText: PartReader = async (file, walk) => {
  const encoding = await sniffEncoding(file.source);
  const notes: DecodeNotes = { encoding, damaged: false };
  const name = ENCODING_NAMES[encoding.name] ?? encoding.name;
  file.part.description = `${file.part.description}, ${name}${encoding.bom > 0 ? ' with byte order mark' : ''}`;
  await walk.text(file, formatOf(file), decodeWindows(file.source, notes, walk.signal));
  if (notes.damaged) {
    walk.skip(file.part, `some bytes are not valid ${name}; they were read as U+FFFD`);
  }
};

const formatOf = (file: OpenFile): TextFormat => FORMATS[file.part.mediaType] ?? 'text';

/** Documents that hold their text as plain runs: what is found there was written by somebody, not by chance. */
const OLD_DOCUMENTS: ReadonlySet<string> = new Set([
  'application/msword',
  'application/vnd.ms-excel',
  'application/vnd.ms-powerpoint',
]);

/** Anything without a reader of its own: only the printable strings are searched, and the coverage says so. */
export const readStrings: PartReader = async (file, walk) => {
  const notes = { scanned: 0, limited: false };
  file.part.description = `${file.part.description}; printable strings searched`;
  const search = OLD_DOCUMENTS.has(file.part.mediaType) ? {} : undefined;
  await walk.text(file, 'text', printableStrings(file.source, notes, walk.signal, search));
  walk.skip(
    file.part,
    notes.limited
      ? `only printable strings in its first ${Math.floor(notes.scanned / 2 ** 20)} MiB were searched: no text reader for ${file.part.mediaType}`
      : `only its printable strings were searched: no text reader for ${file.part.mediaType}`,
  );
};

/** Pictures, sound, fonts: their strings are noise, so nothing is searched, which is not the same as nothing found. */
export const readNothing: PartReader = async (file, walk) => {
  walk.skip(file.part, `not searched for observables: no text reader for ${file.part.mediaType}`);
};

export const readEmpty: PartReader = async () => {};
