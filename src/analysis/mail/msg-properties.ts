import type { CompoundEntry } from '../containers/compound-file.ts';
import { canonicalEncoding } from '../text/encoding.ts';

/** MAPI properties used here (MS-OXPROPS), by id. */
export const PROPERTY = {
  subject: 0x0037,
  clientSubmitTime: 0x0039,
  sentRepresentingName: 0x0042,
  recipientType: 0x0c15,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  deliveryTime: 0x0e06,
  body: 0x1000,
  compressedRtf: 0x1009,
  html: 0x1013,
  messageId: 0x1035,
  displayName: 0x3001,
  emailAddress: 0x3003,
  attachData: 0x3701,
  attachFilename: 0x3704,
  attachLongFilename: 0x3707,
  attachMimeTag: 0x370e,
  attachContentId: 0x3712,
  smtpAddress: 0x39fe,
  internetCodepage: 0x3fde,
  messageCodepage: 0x3ffd,
  senderSmtpAddress: 0x5d01,
  sentRepresentingSmtpAddress: 0x5d02,
  transportHeaders: 0x007d,
} as const;

const TYPE_LONG = 0x0003;
const TYPE_TIME = 0x0040;
const TYPE_ANSI = 0x001e;
const TYPE_UNICODE = 0x001f;
const TYPE_BINARY = 0x0102;
/** No text property of a mail is longer; a longer one is cut. */
const MAX_TEXT = 64 * 2 ** 20;

export interface MsgProperties {
  text(id: number): string | undefined;
  binary(id: number): Uint8Array | undefined;
  number(id: number): number | undefined;
  /** UTC milliseconds. */
  time(id: number): number | undefined;
}

/** The properties of one storage of a message: the message itself, a recipient or an attachment. */
export function readProperties(storage: CompoundEntry, codepage?: string): MsgProperties {
  const streams = new Map<string, CompoundEntry>();
  let fixed: Buffer | undefined;
  for (const child of storage.children) {
    if (child.isStorage) continue;
    const tag = /^__substg1\.0_([0-9A-F]{8})$/i.exec(child.name)?.[1];
    if (tag !== undefined) streams.set(tag.toLowerCase(), child);
    else if (child.name === '__properties_version1.0') fixed = Buffer.from(child.read());
  }
  const stream = (id: number, type: number): Uint8Array | undefined =>
    streams
      .get(hex(id) + hex(type))
      ?.read()
      .subarray(0, type === TYPE_BINARY ? undefined : MAX_TEXT);
  const values = fixed === undefined ? new Map<number, Buffer>() : fixedValues(fixed);
  return {
    text(id) {
      const wide = stream(id, TYPE_UNICODE);
      if (wide !== undefined) return untilNull(new TextDecoder('utf-16le').decode(wide));
      const narrow = stream(id, TYPE_ANSI);
      return narrow === undefined ? undefined : untilNull(new TextDecoder(codepage ?? 'windows-1252').decode(narrow));
    },
    binary: (id) => stream(id, TYPE_BINARY),
    number: (id) => values.get(id * 0x10000 + TYPE_LONG)?.readUInt32LE(0),
    time(id) {
      const value = values.get(id * 0x10000 + TYPE_TIME);
      if (value === undefined) return undefined;
      const milliseconds = Number(value.readBigUInt64LE(0) / 10_000n) - 11_644_473_600_000;
      return Number.isSafeInteger(milliseconds) && Math.abs(milliseconds) < 8.64e15 ? milliseconds : undefined;
    },
  };
}

/** The values of a property stream, which begin after a header of 8, 24 or 32 bytes depending on what it belongs to. */
function fixedValues(bytes: Buffer): Map<number, Buffer> {
  const values = new Map<number, Buffer>();
  const start = bytes.length % 16 === 8 ? (looksLikeRows(bytes, 24) && !looksLikeRows(bytes, 8) ? 24 : 8) : 32;
  for (let at = start; at + 16 <= bytes.length; at += 16) {
    values.set(bytes.readUInt32LE(at), bytes.subarray(at + 8, at + 16));
  }
  return values;
}

/** Whether the row at `at` begins with the tag of a known property type. */
const looksLikeRows = (bytes: Buffer, at: number): boolean =>
  at + 16 <= bytes.length &&
  [0x02, 0x03, 0x0b, 0x1e, 0x1f, 0x40, 0x102, 0x0d].includes(bytes.readUInt16LE(at)) &&
  bytes.readUInt16LE(at + 2) > 0;

const hex = (value: number): string => value.toString(16).padStart(4, '0');

const untilNull = (text: string): string => {
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
};

/** The decoder's name for a Windows code page number, or undefined where there is none. */
export function codepageName(number: number | undefined): string | undefined {
  if (number === undefined || number === 0) return undefined;
  const known: Readonly<Record<number, string>> = {
    65001: 'utf-8',
    20127: 'windows-1252',
    28591: 'windows-1252',
    28592: 'iso-8859-2',
    28605: 'iso-8859-15',
    20866: 'koi8-r',
    21866: 'koi8-u',
    932: 'shift_jis',
    936: 'gbk',
    949: 'euc-kr',
    950: 'big5',
    50220: 'iso-2022-jp',
    51932: 'euc-jp',
    54936: 'gb18030',
    1200: 'utf-16le',
  };
  return known[number] ?? canonicalEncoding(`windows-${number}`);
}
