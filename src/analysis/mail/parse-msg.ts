import { createRequire } from 'node:module';
import { openCompoundFile, type CompoundEntry } from '../containers/compound-file.ts';
import { copyStorage } from '../containers/compound-file-writer.ts';
import { Unreadable } from '../containers/part-reader.ts';
import { rtfToText } from '../documents/rtf-text.ts';
import { CONTAINER_LIMITS } from '../inspection.ts';
import type { MailAddress, MailMessage } from '../mail-message.ts';
import { decodeStated } from '../text/encoding.ts';
import { readHeaderBlock, type RawHeader } from './header-block.ts';
import { codepageName, PROPERTY, readProperties, type MsgProperties } from './msg-properties.ts';
import { attachment, emptyMessage } from './parse-eml.ts';

const require = createRequire(import.meta.url);
/** A CommonJS module whose exports Node cannot name for an import. */
const { decompressRTF } = require('@kenjiuno/decompressrtf') as typeof import('@kenjiuno/decompressrtf');

/** Compressed RTF grows at most nine times and lies in an array of numbers while it does. */
const MAX_COMPRESSED_RTF = 4 * 2 ** 20;

/**
 * Parses an Outlook message (MS-OXMSG). Mails inside it come back as message files of their own.
 * Throws Unreadable when the bytes are no compound file.
 */
export async function parseMsg(bytes: Uint8Array): Promise<MailMessage> {
  let root: CompoundEntry;
  try {
    root = openCompoundFile(bytes);
  } catch (error) {
    throw new Unreadable(`the Outlook message is damaged: ${error instanceof Error ? error.message : String(error)}`);
  }
  const first = readProperties(root);
  const codepage = codepageName(first.number(PROPERTY.messageCodepage) ?? first.number(PROPERTY.internetCodepage));
  const properties = readProperties(root, codepage);
  const problems = new Set<string>();
  const notes = new Set<string>();

  const recipients = root.children
    .filter((child) => child.isStorage && child.name.startsWith('__recip_version1.0_'))
    .slice(0, 1000)
    .map((storage) => readProperties(storage, codepage));
  const transport = properties.text(PROPERTY.transportHeaders) ?? '';
  const headers = transport.trim() === '' ? madeUpHeaders(properties, recipients) : transportHeaders(transport, notes);
  if (transport.trim() === '')
    notes.add('the message holds no Internet headers; those shown were made from its properties');

  const message = emptyMessage('msg', headers);
  if (message.subject === '') message.subject = properties.text(PROPERTY.subject) ?? '';
  const date = message.date ?? properties.time(PROPERTY.clientSubmitTime) ?? properties.time(PROPERTY.deliveryTime);
  if (date !== undefined) message.date = date;
  addBodies(message, properties, problems);
  addAttachments(message, root, codepage, problems);
  message.problems = [...problems];
  message.notes = [...notes, ...message.notes];
  return message;
}

function transportHeaders(text: string, notes: Set<string>): RawHeader[] {
  const bytes = Buffer.from(text.replace(/^\s+/, ''), 'utf8');
  const block = readHeaderBlock(bytes, 0, bytes.length);
  for (const note of block.notes) if (!note.startsWith('no blank line')) notes.add(note);
  return block.headers;
}

/** A message that never left Outlook (a draft, a sent item) has no headers, but it has a sender and recipients. */
function madeUpHeaders(properties: MsgProperties, recipients: MsgProperties[]): RawHeader[] {
  const headers: RawHeader[] = [];
  const add = (name: string, value: string): void => {
    const oneLine = value.replace(/[\r\n]+/g, ' ').trim();
    if (oneLine !== '') headers.push({ name, value: oneLine, raw: `${name}: ${oneLine}` });
  };
  add('From', mailbox(sender(properties)));
  for (const [type, name] of [
    [1, 'To'],
    [2, 'Cc'],
    [3, 'Bcc'],
  ] as const) {
    const list = recipients.filter((recipient) => (recipient.number(PROPERTY.recipientType) ?? 1) === type);
    add(name, list.map((recipient) => mailbox(recipientOf(recipient))).join(', '));
  }
  add('Subject', properties.text(PROPERTY.subject) ?? '');
  const time = properties.time(PROPERTY.clientSubmitTime) ?? properties.time(PROPERTY.deliveryTime);
  if (time !== undefined) add('Date', new Date(time).toUTCString());
  add('Message-ID', properties.text(PROPERTY.messageId) ?? '');
  return headers;
}

/** An Exchange address (`/O=…`) is no mail address; the SMTP one stands in a property of its own. */
const sender = (properties: MsgProperties): MailAddress => ({
  name: properties.text(PROPERTY.senderName) ?? properties.text(PROPERTY.sentRepresentingName) ?? '',
  address:
    [PROPERTY.senderSmtpAddress, PROPERTY.sentRepresentingSmtpAddress, PROPERTY.senderAddress]
      .map((id) => properties.text(id))
      .find((address) => address?.includes('@') === true) ?? '',
});

const recipientOf = (properties: MsgProperties): MailAddress => ({
  name: properties.text(PROPERTY.displayName) ?? '',
  address:
    [PROPERTY.smtpAddress, PROPERTY.emailAddress]
      .map((id) => properties.text(id))
      .find((address) => address?.includes('@') === true) ?? '',
});

const mailbox = ({ name, address }: MailAddress): string => {
  const quoted = name === '' ? '' : `"${name.replace(/["\\]/g, '')}"`;
  return address === '' ? quoted : `${quoted === '' ? '' : `${quoted} `}<${address}>`;
};

function addBodies(message: MailMessage, properties: MsgProperties, problems: Set<string>): void {
  const plain = properties.text(PROPERTY.body);
  if (plain !== undefined && plain !== '') {
    message.bodies.push({ mediaType: 'text/plain', text: plain, charset: 'utf-16le', encoding: 'property' });
  }
  const html = properties.binary(PROPERTY.html);
  if (html !== undefined && html.length > 0) {
    const decoded = decodeStated(html, codepageName(properties.number(PROPERTY.internetCodepage)));
    message.bodies.push({ mediaType: 'text/html', text: decoded.text, charset: decoded.charset, encoding: 'property' });
    return;
  }
  const htmlText = properties.text(PROPERTY.html);
  if (htmlText !== undefined && htmlText !== '') {
    message.bodies.push({ mediaType: 'text/html', text: htmlText, charset: 'utf-16le', encoding: 'property' });
    return;
  }
  const compressed = properties.binary(PROPERTY.compressedRtf);
  if (compressed === undefined || compressed.length === 0) return;
  const rtf = decompress(compressed, problems);
  if (rtf === undefined) return;
  const { text, isHtml } = rtfToText(rtf);
  if (isHtml) message.bodies.push({ mediaType: 'text/html', text, charset: 'utf-8', encoding: 'compressed RTF' });
  else if (plain === undefined || plain === '') {
    message.bodies.push({ mediaType: 'text/plain', text, charset: 'utf-8', encoding: 'compressed RTF' });
  }
}

function decompress(compressed: Uint8Array, problems: Set<string>): Uint8Array | undefined {
  if (compressed.length > MAX_COMPRESSED_RTF) {
    problems.add('the compressed RTF body is larger than 4 MiB and was not read');
    return undefined;
  }
  // The library runs to the size stated in the header, however large; it is set to what is really there.
  const input = Buffer.from(compressed);
  if (input.length >= 16) {
    if (input.readUInt32LE(0) > input.length - 4) {
      input.writeUInt32LE(input.length - 4, 0);
      problems.add('the compressed RTF body is cut off');
    }
  }
  try {
    return Uint8Array.from(decompressRTF([...input]));
  } catch (error) {
    problems.add(`the compressed RTF body is damaged: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

function addAttachments(
  message: MailMessage,
  root: CompoundEntry,
  codepage: string | undefined,
  problems: Set<string>,
): void {
  const storages = root.children
    .filter((child) => child.isStorage && child.name.startsWith('__attach_version1.0_'))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  if (storages.length > CONTAINER_LIMITS.entries) {
    problems.add(`the mail has more than ${CONTAINER_LIMITS.entries} attachments; the rest was not read`);
  }
  for (const storage of storages.slice(0, CONTAINER_LIMITS.entries)) {
    const properties = readProperties(storage, codepage);
    const name =
      properties.text(PROPERTY.attachLongFilename) ??
      properties.text(PROPERTY.attachFilename) ??
      properties.text(PROPERTY.displayName);
    const embedded = storage.children.find((child) => child.isStorage && /^__substg1\.0_3701000d$/i.test(child.name));
    const contentId = properties.text(PROPERTY.attachContentId);
    if (embedded !== undefined) {
      const isMail = embedded.children.some((child) => child.name === '__properties_version1.0');
      const file = copyStorage(
        embedded,
        root.children.find((child) => child.name === '__nameid_version1.0'),
      );
      const shown = name ?? (isMail ? `attachment-${message.attachments.length + 1}` : undefined);
      message.attachments.push(
        attachment(
          message,
          isMail && shown?.endsWith('.msg') !== true ? `${shown ?? ''}.msg` : shown,
          isMail ? 'application/vnd.ms-outlook' : 'application/x-cfb',
          file,
          {
            isMail,
            contentId,
          },
        ),
      );
      continue;
    }
    const data = properties.binary(PROPERTY.attachData);
    if (data === undefined)
      problems.add(`the attachment "${(name ?? '?').slice(0, 80)}" has no content in the message`);
    const mediaType = properties.text(PROPERTY.attachMimeTag) ?? 'application/octet-stream';
    message.attachments.push(
      attachment(message, name, mediaType, data ?? new Uint8Array(0), { inline: contentId !== undefined, contentId }),
    );
  }
}
