import { createHash } from 'node:crypto';
import type { ByteSource } from '../byte-source.ts';
import { inspect } from '../inspect.ts';
import type { MailMessage } from '../mail-message.ts';
import { parseEml } from '../mail/parse-eml.ts';
import { parseMsg } from '../mail/parse-msg.ts';
import { parseMarkup } from '../text/markup.ts';
import { ALERT_LIMITS, type AlertSink, type ParsedObservable } from './parsed-alert.ts';
import { asLine } from './stated.ts';

const MAX_FOUND = 5_000;
const MAX_ATTACHMENTS = 50;

/** A mail as an alert: subject, body, what is found in all of it, and the mail and its attachments as files. */
export async function readMailAlert(
  bytes: Uint8Array,
  source: ByteSource,
  name: string,
  sink: AlertSink,
  signal: AbortSignal,
): Promise<void> {
  const isMsg = bytes.length > 8 && bytes[0] === 0xd0 && bytes[1] === 0xcf;
  const mail = await (isMsg ? parseMsg(bytes) : parseEml(bytes));
  const inspection = await inspect(source, { name }, signal);
  for (const { part, reason } of inspection.coverage.skipped.slice(0, 100)) sink.problem(`part ${part}`, reason);
  if (inspection.observables.length > MAX_FOUND) {
    sink.problem('mail', `more than ${MAX_FOUND} values were found: the rest is left out`);
  }
  const facts = {
    message: '',
    tlp: null,
    tags: [],
    isIoc: false,
    isSighted: false,
    ignoreSimilarity: false,
    seenAt: mail.date ?? null,
  };
  const observables: ParsedObservable[] = inspection.observables
    .slice(0, MAX_FOUND)
    .filter(({ value }) => sink.afford(value.length + 200))
    .map(({ dataType, value, marks, places }) => ({
      ...facts,
      dataType,
      value,
      marks,
      message: places[0] === undefined ? '' : `Found in ${places[0].part}`,
      attachment: null,
      mediaType: '',
    }));
  const addFile = (file: Uint8Array, fileName: string, mediaType: string): void => {
    if (file.length === 0) return;
    const attachment = file.length > ALERT_LIMITS.oneFile ? null : sink.keep(file, fileName);
    if (attachment === null) return sink.problem(fileName, 'the file is too large to be kept with an alert');
    observables.push({
      ...facts,
      dataType: 'file',
      value: asLine(fileName, 400) || 'file',
      marks: [],
      attachment,
      mediaType: asLine(mediaType, 100) || 'application/octet-stream',
    });
  };
  addFile(bytes, name, isMsg ? 'application/vnd.ms-outlook' : 'message/rfc822');
  for (const attachment of mail.attachments.filter(({ inline }) => !inline).slice(0, MAX_ATTACHMENTS)) {
    addFile(attachment.bytes, attachment.name, attachment.mediaType);
  }
  const description = bodyOf(mail).slice(0, ALERT_LIMITS.description);
  if (!sink.afford(description.length)) return;
  sink.alerts.push({
    type: 'mail',
    source: '',
    sourceRef: asLine(mail.messageId, 300) || createHash('sha256').update(bytes).digest('hex'),
    externalLink: '',
    title: asLine(mail.subject, 400) || 'Mail without a subject',
    description,
    severity: 2,
    date: mail.date ?? null,
    tlp: null,
    pap: null,
    tags: [],
    caseTemplate: '',
    isFollowed: true,
    customFields: [],
    observables,
  });
}

/** The plain body; where there is none, the words of the other one. */
function bodyOf({ bodies }: MailMessage): string {
  const plain = bodies.filter(({ mediaType, text }) => mediaType === 'text/plain' && text.trim() !== '');
  if (plain.length > 0) return plain.map(({ text }) => text.trim()).join('\n\n');
  return bodies.map(({ text }) => wordsOf(text)).join('\n\n');
}

const SILENT = new Set(['script', 'style', 'head', 'title']);
const BREAKS = new Set(['p', 'div', 'br', 'tr', 'li', 'h1', 'h2', 'h3', 'table', 'blockquote']);

function wordsOf(html: string): string {
  let silent = 0;
  let text = '';
  parseMarkup(html.slice(0, 2_000_000), {
    onopentag(name) {
      if (SILENT.has(name)) silent += 1;
      if (BREAKS.has(name)) text += '\n';
    },
    onclosetag(name) {
      if (SILENT.has(name)) silent = Math.max(0, silent - 1);
    },
    ontext(piece) {
      if (silent === 0) text += piece;
    },
  });
  return text
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n ?/g, '\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();
}
