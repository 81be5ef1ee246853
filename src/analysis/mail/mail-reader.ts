import { readRange } from '../byte-source.ts';
import type { OpenFile, PartReader, Walk } from '../containers/part-reader.ts';
import { Unreadable } from '../containers/part-reader.ts';
import { CONTAINER_LIMITS, type Part } from '../inspection.ts';
import type { MailMessage } from '../mail-message.ts';
import { readText } from '../text/text-reader.ts';
import { visible } from '../text/visible.ts';
import { cutWindows, type TextPiece } from '../text/windows.ts';
import { readLinks } from './links.ts';
import { parseEml } from './parse-eml.ts';
import { parseMsg } from './parse-msg.ts';

/** A mail above this size is read as plain text: its attachments would not fit in memory. */
const MAX_MAIL = 2 * CONTAINER_LIMITS.entryBytes;

export const readEml: PartReader = async (file, walk) => {
  if (file.source.size > MAX_MAIL) {
    walk.skip(file.part, 'a mail of more than 200 MiB: it was searched as plain text, its attachments were not opened');
    await readText(file, walk);
    return;
  }
  await readMessage(file, walk, await parseEml(await readRange(file.source)));
};

export const readMsg: PartReader = async (file, walk) => {
  if (file.source.size > MAX_MAIL) throw new Unreadable('an Outlook message of more than 200 MiB is not opened');
  await readMessage(file, walk, await parseMsg(await readRange(file.source)));
};

async function readMessage(file: OpenFile, walk: Walk, mail: MailMessage): Promise<void> {
  if (mail.subject !== '') walk.value(file.part, 'mail_subject', visible(mail.subject, 1000));
  if (mail.headerText !== '') {
    await walk.section(file, {
      name: 'headers',
      mediaType: 'text/rfc822-headers',
      description: `${mail.headers.length} headers, decoded`,
      format: 'text',
      pieces: headerPieces(mail),
    });
  }
  for (const body of mail.bodies) {
    const html = body.mediaType === 'text/html';
    await walk.section(file, {
      name: html ? 'body.html' : 'body.txt',
      mediaType: body.mediaType,
      description: `${html ? 'HTML' : 'Plain text'}, ${visible(body.charset, 40)}, ${visible(body.encoding, 40)}`,
      format: html ? 'html' : 'text',
      pieces: cutWindows(body.text),
      ...(html ? { finish: (part: Part) => warnOfLinks(part, body.text, walk) } : {}),
    });
  }
  for (const [index, attachment] of mail.attachments.entries()) {
    const goOn = await walk.file(file, {
      name: attachment.name,
      prefix: String(index + 1),
      size: attachment.bytes.length,
      named: !/^attachment-\d+(?:\.eml|\.msg)?$/.test(attachment.name),
      ...(attachment.isMail
        ? { mediaType: mail.format === 'msg' ? 'application/vnd.ms-outlook' : 'message/rfc822' }
        : {}),
      open: async () => ({ bytes: attachment.bytes }),
    });
    if (!goOn) break;
  }
  for (const note of mail.notes) walk.warn(file.part, note);
  for (const problem of mail.problems) {
    walk.warn(file.part, problem);
    walk.skip(file.part, problem);
  }
}

/** Headers whose `<something@host>` is an id that only looks like an address. */
const ID_HEADERS =
  /^(?:(?:resent-|x-[a-z-]{0,40})?message-id|in-reply-to|references|content-id|x-ms-exchange-[a-z-]{1,80}-?id)$/i;

/** The header text, with the stretches of message ids apart. */
function* headerPieces(mail: MailMessage): Generator<TextPiece> {
  let text = '';
  for (const header of mail.headers) {
    const line = `${header.name}: ${header.value}\n`;
    if (!ID_HEADERS.test(header.name)) {
      text += line;
      continue;
    }
    yield* cutWindows(text);
    text = '';
    yield { utf8: Buffer.from(line, 'utf8'), messageIds: true };
  }
  yield* cutWindows(text);
}

function warnOfLinks(part: Part, html: string, walk: Walk): void {
  const lying = readLinks(html).filter((link) => link.shownHost !== undefined).length;
  if (lying > 0) {
    walk.warn(
      part,
      `${lying} ${lying === 1 ? 'link shows one address and opens' : 'links show one address and open'} another`,
    );
  }
}
