import type { Part } from '../inspection.ts';
import { readEml, readMsg } from '../mail/mail-reader.ts';
import { readEmpty, readNothing, readStrings, readText } from '../text/text-reader.ts';
import type { PartReader } from './part-reader.ts';

const READERS: Readonly<Record<string, PartReader>> = {
  'application/x-empty': readEmpty,
  'message/rfc822': readEml,
  'message/global': readEml,
  'application/vnd.ms-outlook': readMsg,
};

const TEXT_TYPES =
  /^(?:text\/|message\/|application\/(?:json|xml|javascript|x-sh|x-[a-z]{0,20}script|[a-z0-9.+-]{1,60}\+(?:xml|json)|x-bat|x-powershell|x-php|x-perl|x-python|sql|yaml|x-yaml|toml|x-ndjson|jsonl|hta|x-mswinurl|x-subrip|ics)$|image\/svg\+xml$)/;
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
  if (TEXT_TYPES.test(part.mediaType)) return readText;
  return UNSEARCHED.test(part.mediaType) ? readNothing : readStrings;
}
