import type { KnownValue } from '../containers/part-reader.ts';
import type { MailAttachment, MailMessage } from '../mail-message.ts';
import { visible } from '../text/visible.ts';
import { cutWindows, type TextPiece } from '../text/windows.ts';

/** Headers whose `<something@host>` is an id that only looks like an address. */
const ID_HEADERS =
  /^(?:(?:resent-|x-[a-z-]{0,40})?message-id|in-reply-to|references|content-id|x-ms-exchange-[a-z-]{1,80}-?id)$/i;

const MAX_SUBJECT = 1000;

/** False for a name that we made up because the mail states none. */
export const isStated = (name: string): boolean => !/^attachment-\d+(?:\.eml|\.msg)?$/.test(name);

/**
 * The text of a mail's headers, decoded, one a line; behind a blank line what the headers of its attachments say (an
 * Outlook message has none). `values` are the subject and the names of the attachments, with their places in this text.
 */
export function headerSection(mail: MailMessage): { pieces: TextPiece[]; values: KnownValue[] } {
  const pieces: TextPiece[] = [];
  const values: KnownValue[] = [];
  let text = '';
  /** Bytes and line ends before `text`. */
  let offset = 0;
  let line = 1;
  const flush = (search?: TextPiece['search']): void => {
    for (const piece of cutWindows(text)) pieces.push(search === undefined ? piece : { ...piece, search });
    offset += Buffer.byteLength(text);
    line += lineEnds(text);
    text = '';
  };
  const know = (dataType: KnownValue['dataType'], value: string, lead: string, stated: string): void => {
    const before = text + lead;
    // Half a character would stand as U+FFFD in the UTF-8 text.
    const written = stated.toWellFormed();
    const place = { offset: offset + Buffer.byteLength(before), length: Buffer.byteLength(written), text: written };
    values.push({ dataType, value, place: { ...place, line: line + lineEnds(before) } });
  };

  for (const header of mail.headers) {
    const isId = ID_HEADERS.test(header.name);
    if (isId) flush();
    const lead = `${header.name}: `;
    if (header.name.toLowerCase() === 'subject' && header.value !== '' && values.length === 0) {
      flush();
      know('mail_subject', visible(header.value, MAX_SUBJECT), lead, header.value);
    }
    text += `${lead}${header.value}\n`;
    if (isId) flush('not-addresses');
  }
  flush();
  if (mail.format === 'msg') return { pieces, values };
  for (const attachment of mail.attachments.filter(({ name }) => isStated(name))) {
    const lead = `\nContent-Type: ${visible(attachment.mediaType, 200)}\nContent-Disposition: ${dispositionOf(attachment)}; filename="`;
    know('filename', attachment.name, lead, attachment.name);
    text += `${lead}${attachment.name}"\n`;
    flush('not-names');
  }
  return { pieces, values };
}

const dispositionOf = ({ inline }: MailAttachment): string => (inline ? 'inline' : 'attachment');

function lineEnds(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
