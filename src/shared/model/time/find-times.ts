import { parseTime, type TimeOptions, type TimeReading } from './parse-time.ts';

/** A time that stands in a text. */
export interface FoundTime {
  /** As written. */
  text: string;
  /** In UTF-16 units, as JavaScript counts. */
  offset: number;
  reading: Exclude<TimeReading, { state: 'bad' }>;
}

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}';
const CLOCK = String.raw`\d{1,2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:\s?[ap]\.?m\b\.?)?`;
const ZONE = String.raw`(?:\s?(?:z\b|[+-]\d{2}:?\d{2}\b|(?:utc|gmt)(?:\s?[+-]\d{1,2}(?::\d{2})?)?\b|(?-i:[A-Z]{3,5})\b|[a-z]{2,12}\/[a-z_]{2,20}(?:\/[a-z_]{2,20})?))?`;

/**
 * Forms that are unlikely to be anything else. Every piece is bounded and begins with a digit or a month, so that a long
 * text is read in one pass. Bare numbers are left out: a note has too many of them.
 */
const TIMES = new RegExp(
  [
    String.raw`\d{4}[-/.]\d{2}[-/.]\d{2}(?:(?:t|\s{1,2}(?:at\s)?)${CLOCK}${ZONE})?`,
    String.raw`\d{1,2}(?:st|nd|rd|th)?[ \/-]${MONTH}[ \/-]\d{4}(?:(?:,?\s(?:at\s)?|:)${CLOCK}${ZONE})?`,
    String.raw`${MONTH}\s{1,2}\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}(?:,?\s(?:at\s)?${CLOCK}${ZONE})?`,
    String.raw`${MONTH}\s{1,2}\d{1,2}\s\d{2}:\d{2}:\d{2}(?:\s\d{4})?${ZONE}`,
    String.raw`\d{1,2}[/.]\d{1,2}[/.]\d{4}(?:,?\s(?:at\s)?${CLOCK}${ZONE})?`,
  ]
    .map((form) => String.raw`(?<![\w.:/-])${form}(?![\w/]|\.\w)`)
    .join('|'),
  'gi',
);

/** Times in free text, in order; at most `most`. What cannot be read as a time is no find. */
export function findTimes(text: string, options: TimeOptions, most: number): FoundTime[] {
  const found: FoundTime[] = [];
  for (const match of text.matchAll(TIMES)) {
    if (found.length >= most) break;
    const reading = readLongest(match[0], options);
    if (reading) found.push({ ...reading, offset: match.index });
  }
  return found;
}

/** A word behind the clock may be no zone (`14:03 FROM`): then the time ends before it. */
function readLongest(text: string, options: TimeOptions): Omit<FoundTime, 'offset'> | undefined {
  for (const piece of [text, text.replace(/\s?[A-Za-z]{3,5}$/, '')]) {
    const reading = parseTime(piece, options);
    if (reading.state !== 'bad') return { text: piece.trim(), reading };
  }
  return undefined;
}
