/** A parsed mail, whatever it was stored as (EML or MSG). Every string is hostile text. */
export interface MailMessage {
  format: 'eml' | 'msg';
  /** In the order of the message; names as written, values unfolded and RFC 2047-decoded. */
  headers: { name: string; value: string; raw: string }[];
  /** The header block as text, for the source view. */
  headerText: string;
  subject: string;
  from: MailAddress[];
  sender: MailAddress[];
  replyTo: MailAddress[];
  returnPath: MailAddress[];
  to: MailAddress[];
  cc: MailAddress[];
  bcc: MailAddress[];
  messageId: string;
  /** UTC milliseconds of the Date header; undefined when there is none that can be read. */
  date?: number;
  /** Bodies in the order found. */
  bodies: { mediaType: 'text/plain' | 'text/html'; text: string; charset: string; encoding: string }[];
  attachments: MailAttachment[];
  /** What could not be read, in words; empty when everything was. */
  problems: string[];
  /** What is odd about the message although nothing of it was lost, in words. */
  notes: string[];
}

export interface MailAddress {
  name: string;
  address: string;
}

export interface MailAttachment {
  /** As stated, control and bidi characters made visible; `attachment-3` where none is stated. */
  name: string;
  mediaType: string;
  bytes: Uint8Array;
  inline: boolean;
  contentId?: string;
  /** True for message/rfc822 and for a mail embedded in a MSG: bytes are then a mail file of their own. */
  isMail: boolean;
}
