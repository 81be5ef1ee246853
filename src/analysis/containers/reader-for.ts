import { readCompound } from '../documents/compound-reader.ts';
import { readOffice } from '../documents/office-reader.ts';
import { readPdf } from '../documents/pdf-reader.ts';
import { readRtf } from '../documents/rtf-reader.ts';
import type { Part } from '../inspection.ts';
import { readEml } from '../mail/mail-reader.ts';
import { readMbox } from '../mail/mbox-reader.ts';
import { readEmpty, readNothing, readStrings, readText } from '../text/text-reader.ts';
import { readGzip, readTar, readZip } from './archive-readers.ts';
import type { PartReader } from './part-reader.ts';

const READERS: Readonly<Record<string, PartReader>> = {
  'application/x-empty': readEmpty,
  'message/rfc822': readEml,
  'message/global': readEml,
  'application/mbox': readMbox,
  // Told apart again by what is inside: a damaged message is still searched for strings.
  'application/vnd.ms-outlook': readCompound,
  'application/gzip': readGzip,
  'application/x-tar': readTar,
  'application/pdf': readPdf,
  'application/rtf': readRtf,
  'text/rtf': readRtf,
  'application/msword': readCompound,
  'application/vnd.ms-excel': readCompound,
  'application/vnd.ms-powerpoint': readCompound,
  'application/x-cfb': readCompound,
  'application/x-msi': readCompound,
  'application/x-ms-vbaproject': readCompound,
  'application/vnd.visio': readCompound,
  'application/x-mspublisher': readCompound,
  'application/encrypted': readCompound,
};

const OFFICE_TYPES =
  /^application\/vnd\.(?:openxmlformats-officedocument\.|oasis\.opendocument\.|ms-(?:word|excel|powerpoint|visio)\.[a-z]{1,40}(?:\.binary)?\.?(?:macroenabled|drawing)?)/;
/** ZIP archives under other names: their entries are listed and searched like any archive's. */
const ZIP_TYPES =
  /^(?:application\/(?:zip|java-archive|vnd\.android\.package-archive|epub\+zip|appx|vsix|x-nuget|x-xpinstall|x-ios-app|vnd\.google-earth\.kmz)|model\/3mf)$/;
/** Packed data without a reader: printable strings of it are chance. */
const PACKED_TYPES =
  /^application\/(?:x-7z-compressed|x-rar-compressed|x-bzip2|x-xz|zstd|x-lz4|x-compress|vnd\.ms-cab-compressed|x-arj|x-ace-compressed|x-lzh-compressed|pgp-encrypted|pkcs7-mime|x-pkcs7-mime)$/;

const TEXT_TYPES =
  /^(?:text\/|message\/|application\/(?:json|xml|javascript|x-sh|x-[a-z]{0,20}script|[a-z0-9.+-]{1,60}\+(?:xml|json)|x-bat|x-powershell|x-php|x-perl|x-python|sql|yaml|x-yaml|toml|x-ndjson|x-pem-file|postscript|jsonl|hta|x-mswinurl|x-subrip|ics)$|image\/svg\+xml$)/;
const UNSEARCHED = /^(?:image|audio|video|font)\//;

/** Names whose content is a mail even where its start is too ugly to be told from plain text. */
const MAIL_NAME = /\.(?:eml|mht|mhtml|emlx|nws)$/i;

/** The reader for a part of a known type. `statedType` is what the sender of the root file said it is. */
export function readerFor(part: Part, statedType?: string): PartReader {
  const reader = READERS[part.mediaType];
  if (reader !== undefined) return reader;
  if (part.mediaType === 'text/plain' || part.mediaType === 'application/octet-stream') {
    const statedMail = part.path === '/' && statedType === 'message/rfc822';
    if (statedMail || MAIL_NAME.test(part.name)) return readEml;
  }
  if (OFFICE_TYPES.test(part.mediaType)) return readOffice;
  if (ZIP_TYPES.test(part.mediaType)) return readZip;
  if (TEXT_TYPES.test(part.mediaType)) return readText;
  return UNSEARCHED.test(part.mediaType) || PACKED_TYPES.test(part.mediaType) ? readNothing : readStrings;
}
