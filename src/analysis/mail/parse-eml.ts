import { nameWarnings } from '../fileinfo/name-checks.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import type { MailAttachment, MailMessage } from '../mail-message.ts';
import { decodeStated } from '../text/encoding.ts';
import { visible } from '../text/visible.ts';
import { parseAddresses, readHeaderBlock, type RawHeader } from './header-block.ts';
import { collectParts, headerOf, type MimePart, type MimeWalk } from './mime-parts.ts';
import { parseDate } from './received-path.ts';
import { decodeBase64, decodeQuotedPrintable, decodeUuFiles } from './transfer-encoding.ts';

const MAX_PROBLEMS = 100;

/**
 * Parses a mail (RFC 5322, MIME). Never throws on bad input: what cannot be read is said in `problems`.
 *
 * The structure is read by our own parser and only words and addresses by postal-mime: postal-mime joins all bodies into
 * one, drops what stands outside the boundaries and rejects a mail that goes over a limit, and a phishing mail is made of
 * exactly these. Linear in the size of the mail times the nesting depth (at most 32).
 */
export async function parseEml(input: Uint8Array): Promise<MailMessage> {
  const bytes = normaliseLineEnds(input);
  const block = readHeaderBlock(bytes, 0, bytes.length);
  const walk: MimeWalk = {
    parts: [],
    problems: new Set(),
    notes: new Set(block.notes),
    maxParts: CONTAINER_LIMITS.entries,
  };
  collectParts(
    bytes,
    { headers: block.headers, start: block.bodyStart, end: bytes.length, defaultType: 'text/plain' },
    walk,
  );
  const message = emptyMessage('eml', block.headers);
  for (const part of walk.parts) addPart(message, bytes, part, walk);
  message.notes = [...walk.notes, ...message.notes].slice(0, MAX_PROBLEMS);
  message.problems = [...walk.problems].slice(0, MAX_PROBLEMS);
  return message;
}

/** Old Macintosh line ends (a carriage return alone) would make the whole mail one line. */
function normaliseLineEnds(input: Uint8Array): Buffer {
  const bytes = Buffer.from(input.buffer, input.byteOffset, input.length);
  if (bytes.includes(0x0a) || !bytes.includes(0x0d)) return bytes;
  return Buffer.from(bytes.map((byte) => (byte === 0x0d ? 0x0a : byte)));
}

/** The fields that come from headers alone, for both formats. */
export function emptyMessage(format: 'eml' | 'msg', headers: RawHeader[]): MailMessage {
  const first = (name: string): string => headerOf(headers, name) ?? '';
  const addresses = (name: string): MailMessage['from'] =>
    headers
      .filter((header) => header.name.toLowerCase() === name)
      .flatMap((header) => parseAddresses(undecoded(header)));
  const date = parseDate(first('date'));
  return {
    format,
    headers,
    headerText: headers.map((header) => `${header.name}: ${header.value}\n`).join(''),
    subject: first('subject'),
    from: addresses('from'),
    sender: addresses('sender'),
    replyTo: addresses('reply-to'),
    returnPath: addresses('return-path'),
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    messageId: first('message-id'),
    ...(date === undefined ? {} : { date }),
    bodies: [],
    attachments: [],
    problems: [],
    notes: [],
  };
}

/** Addresses are split before words are decoded: a decoded name may hold a comma or an @ that is none of the syntax. */
const undecoded = (header: RawHeader): string =>
  header.raw
    .slice(header.raw.indexOf(':') + 1)
    .replace(/\r?\n[ \t]*/g, ' ')
    .trim();

function addPart(message: MailMessage, bytes: Buffer, part: MimePart, walk: MimeWalk): void {
  const body = decodeBody(bytes.subarray(part.start, part.end), part.encoding, walk);
  const stated = part.disposition.parameters.get('filename') ?? part.type.parameters.get('name');
  const attached = part.disposition.value === 'attachment' || (stated !== undefined && stated.trim() !== '');
  if (!attached && (part.type.value === 'text/plain' || part.type.value === 'text/html')) {
    const decoded = decodeStated(body, part.type.parameters.get('charset'));
    if (decoded.note !== undefined)
      (decoded.damaged ? walk.problems : walk.notes).add(`the character set of a body: ${decoded.note}`);
    message.bodies.push({
      mediaType: part.type.value,
      text: decoded.text,
      charset: decoded.charset,
      encoding: part.encoding === '' ? '7bit' : part.encoding,
    });
    if (part.type.value === 'text/plain') {
      for (const file of decodeUuFiles(decoded.text)) {
        message.attachments.push(attachment(message, file.name, 'application/octet-stream', file.bytes, {}));
      }
    }
    return;
  }
  // An empty part without a name is what is left of a broken boundary, not a file.
  if (body.length === 0 && stated === undefined && !attached) return;
  message.attachments.push(
    attachment(message, stated, part.type.value, body, {
      inline: part.disposition.value === 'inline' || (part.contentId !== undefined && part.disposition.value === ''),
      isMail: part.isMail,
      contentId: part.contentId,
    }),
  );
}

export function attachment(
  message: MailMessage,
  stated: string | undefined,
  mediaType: string,
  bytes: Uint8Array,
  facts: { inline?: boolean; isMail?: boolean; contentId?: string | undefined },
): MailAttachment {
  const name = stated === undefined ? '' : visible(stated.trim(), 255);
  // Said here, because the name that goes on has its hidden characters made visible.
  for (const warning of nameWarnings(stated ?? '')) message.notes.push(`the attachment "${name}": ${warning}`);
  return {
    name: name === '' ? `attachment-${message.attachments.length + 1}${facts.isMail === true ? '.eml' : ''}` : name,
    mediaType,
    bytes,
    inline: facts.inline ?? false,
    ...(facts.contentId === undefined ? {} : { contentId: visible(facts.contentId, 255) }),
    isMail: facts.isMail ?? false,
  };
}

function decodeBody(raw: Buffer, encoding: string, walk: MimeWalk): Uint8Array {
  if (encoding.includes('base64')) {
    const { bytes, rubbish } = decodeBase64(raw);
    if (rubbish > 0)
      walk.notes.add(`a base64 part has ${rubbish} characters that do not belong there; they were skipped`);
    return bytes;
  }
  if (encoding.includes('quoted-printable')) return decodeQuotedPrintable(raw);
  if (encoding === 'x-uuencode' || encoding === 'x-uue' || encoding === 'uuencode') {
    return decodeUuFiles(raw.toString('latin1'))[0]?.bytes ?? raw;
  }
  if (!/^(?:7bit|8bit|binary|)$/.test(encoding)) {
    walk.problems.add(`unknown transfer encoding "${visible(encoding, 40)}"; the part was read as it stands`);
  }
  return raw;
}
