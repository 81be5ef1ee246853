import { readRange } from '../byte-source.ts';
import type { OpenFile, PartReader, Walk } from '../containers/part-reader.ts';
import { Unreadable } from '../containers/part-reader.ts';
import { CONTAINER_LIMITS, type Part } from '../inspection.ts';
import type { MailMessage } from '../mail-message.ts';
import { readText } from '../text/text-reader.ts';
import { visible } from '../text/visible.ts';
import { cutWindows } from '../text/windows.ts';
import { headerSection, isStated } from './header-section.ts';
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
  const { pieces, values } = headerSection(mail);
  const stated = new Set(values.map(({ dataType, value }) => `${dataType} ${value}`));
  if (mail.subject !== '' && !values.some(({ dataType }) => dataType === 'mail_subject')) {
    walk.value(file.part, 'mail_subject', mail.subject);
  }
  if (pieces.length > 0) {
    await walk.section(file, {
      name: 'headers',
      mediaType: 'text/rfc822-headers',
      description: `${mail.headers.length} headers, decoded`,
      format: 'text',
      pieces,
      values,
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
      named: isStated(attachment.name),
      nameGiven: stated.has(`filename ${attachment.name}`),
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

function warnOfLinks(part: Part, html: string, walk: Walk): void {
  const lying = readLinks(html).filter((link) => link.shownHost !== undefined).length;
  if (lying > 0) {
    walk.warn(
      part,
      `${lying} ${lying === 1 ? 'link shows one address and opens' : 'links show one address and open'} another`,
    );
  }
}
