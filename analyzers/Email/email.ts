import type { Analyzer, AnalyzerOutput } from '../../src/analysis/analyzer.ts';
import { type ByteSource, readRange } from '../../src/analysis/byte-source.ts';
import { inspect } from '../../src/analysis/inspect.ts';
import type { Inspection, Part } from '../../src/analysis/inspection.ts';
import type { MailMessage } from '../../src/analysis/mail-message.ts';
import { readAuthentication } from '../../src/analysis/mail/authentication.ts';
import { type MailLink, readLinks } from '../../src/analysis/mail/links.ts';
import { parseEml } from '../../src/analysis/mail/parse-eml.ts';
import { parseMsg } from '../../src/analysis/mail/parse-msg.ts';
import { receivedPath } from '../../src/analysis/mail/received-path.ts';
import type { Taxonomy } from '../../src/shared/model/report.ts';
import { type Finding, findings } from './findings.ts';
import { inWords } from './in-words.ts';

const MAX_MAIL_BYTES = 200 * 2 ** 20;
/** A report is read by people and stored for good: bodies and lists are clipped, and say so. */
const MAX_BODY = 64 * 1024;
const MAX_LISTED = 500;
const MAX_ARTIFACTS = 2000;
const MAX_ARTIFACT_BYTES = 16 * 2 ** 20;
const MAX_CHIPS = 10;

const analyzer: Analyzer = {
  async run(input, signal) {
    if (input.dataType !== 'file' || input.file === undefined) {
      throw new Error(`Email works on files, not on "${input.dataType}"`);
    }
    const { name, contentType, source } = input.file;
    const mail = await parse(source);
    const inspection = await inspect(source, { name, contentType: contentTypeOf(mail, contentType) }, signal);
    const authentication = readAuthentication(mail.headers);
    const path = receivedPath(mail.headers);
    const links = mail.bodies.filter((body) => body.mediaType === 'text/html').flatMap((body) => readLinks(body.text));
    const found = findings({ mail, authentication, links, path, tree: inspection.tree });
    const artifacts = artifactsOf(mail, inspection);
    return {
      summary: { taxonomies: taxonomies(mail, inspection, found) },
      full: {
        sentence: inWords(mail, found),
        ...headersOf(mail),
        received: path.map((hop) => ({
          ...hop,
          ...(hop.at === undefined ? {} : { at: new Date(hop.at).toISOString() }),
        })),
        authentication: { note: 'As stated in the headers; nothing was verified.', ...authentication },
        findings: found,
        bodies: mail.bodies.slice(0, 50).map((body) => ({
          mediaType: body.mediaType,
          charset: body.charset,
          encoding: body.encoding,
          characters: body.text.length,
          clipped: body.text.length > MAX_BODY,
          text: body.text.slice(0, MAX_BODY),
        })),
        links: linksOf(links),
        attachments: attachmentsOf(mail, inspection.tree),
        nestedMails: nestedMails(inspection.tree),
        problems: mail.problems,
        notes: mail.notes,
        coverage: { parts: inspection.coverage.parts, skipped: inspection.coverage.skipped.slice(0, MAX_LISTED) },
        artifactsLeftOut: artifacts.leftOut,
      },
      artifacts: artifacts.list,
    };
  },
};

export default analyzer;

async function parse(source: ByteSource): Promise<MailMessage> {
  if (source.size > MAX_MAIL_BYTES) throw new Error('the file is larger than 200 MiB, which no mail is');
  const bytes = await readRange(source);
  const isCompound = bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11 && bytes[3] === 0xe0;
  const mail = await (isCompound ? parseMsg(bytes) : parseEml(bytes));
  const names = new Set(mail.headers.map((header) => header.name.toLowerCase()));
  if (
    !['from', 'to', 'subject', 'date', 'received', 'message-id', 'return-path', 'content-type'].some((name) =>
      names.has(name),
    )
  ) {
    throw new Error('this is no mail: none of the usual headers was found');
  }
  return mail;
}

/** The inspection is told that it is a mail, also where the first lines are too ugly to show it. */
const contentTypeOf = (mail: MailMessage, stated: string): string =>
  mail.format === 'eml' ? 'message/rfc822' : stated;

function taxonomies(mail: MailMessage, inspection: Inspection, found: readonly Finding[]): Taxonomy[] {
  const chip = (level: Taxonomy['level'], predicate: string, value: string | number): Taxonomy => ({
    level,
    namespace: 'Email',
    predicate,
    value,
  });
  const urls = inspection.observables.filter((observable) => observable.dataType === 'url').length;
  const seen = new Set<string>();
  const chips = found.filter((finding) => {
    const key = `${finding.about}\0${finding.value}`;
    return !seen.has(key) && seen.add(key);
  });
  // What is suspicious comes first, so that the cut never hides it behind what is not.
  const ordered = [
    ...chips.filter(({ level }) => level === 'suspicious'),
    ...chips.filter(({ level }) => level !== 'suspicious'),
  ];
  return [
    chip('info', 'Attachments', mail.attachments.length),
    chip('info', 'Urls', urls),
    ...ordered.slice(0, MAX_CHIPS).map(({ level, about, value }) => chip(level, about, value)),
  ];
}

function headersOf(mail: MailMessage): Record<string, unknown> {
  return {
    format: mail.format,
    subject: mail.subject,
    from: mail.from,
    sender: mail.sender,
    replyTo: mail.replyTo,
    returnPath: mail.returnPath,
    to: mail.to,
    cc: mail.cc,
    bcc: mail.bcc,
    messageId: mail.messageId,
    date: mail.date === undefined ? null : new Date(mail.date).toISOString(),
    headers: mail.headers.slice(0, MAX_LISTED).map(({ name, value }) => ({ name, value: value.slice(0, 8192) })),
  };
}

const linksOf = (links: readonly MailLink[]): MailLink[] =>
  [...links.filter((link) => link.shownHost !== undefined), ...links.filter((link) => link.shownHost === undefined)]
    .slice(0, MAX_LISTED)
    .map((link) => ({ ...link, href: link.href.slice(0, 2048) }));

function attachmentsOf(mail: MailMessage, tree: Part): Record<string, unknown>[] {
  const files = tree.children.filter((part) => part.kind === 'file');
  return mail.attachments.map((attached, index) => {
    const part = files[index];
    return {
      name: attached.name,
      statedType: attached.mediaType,
      type: part?.mediaType ?? null,
      description: part?.description ?? null,
      size: attached.bytes.length,
      md5: part?.md5 ?? null,
      sha1: part?.sha1 ?? null,
      sha256: part?.sha256 ?? null,
      inline: attached.inline,
      contentId: attached.contentId ?? null,
      path: part?.path ?? null,
      warnings: part?.warnings ?? [],
      contains:
        part?.children
          .filter((child) => child.kind === 'file')
          .slice(0, 100)
          .map((child) => child.name) ?? [],
    };
  });
}

function nestedMails(tree: Part): { path: string; name: string }[] {
  const found: { path: string; name: string }[] = [];
  const work = [...tree.children];
  for (let part = work.shift(); part !== undefined && found.length < MAX_LISTED; part = work.shift()) {
    work.push(...part.children);
    if (part.mediaType === 'message/rfc822' || part.mediaType === 'application/vnd.ms-outlook')
      found.push({ path: part.path, name: part.name });
  }
  return found;
}

function artifactsOf(
  mail: MailMessage,
  inspection: Inspection,
): { list: AnalyzerOutput['artifacts']; leftOut: string[] } {
  const leftOut: string[] = [];
  const list: AnalyzerOutput['artifacts'] = inspection.observables.slice(0, MAX_ARTIFACTS).map((observable) => ({
    dataType: observable.dataType,
    data: observable.value,
    tags: observable.marks,
    message: `found in ${observable.places[0]?.part ?? '/'}`,
  }));
  if (inspection.observables.length > MAX_ARTIFACTS)
    leftOut.push(`${inspection.observables.length - MAX_ARTIFACTS} values beyond ${MAX_ARTIFACTS}`);
  let total = 0;
  for (const attached of mail.attachments) {
    if (attached.bytes.length === 0) continue;
    if (total + attached.bytes.length > MAX_ARTIFACT_BYTES) {
      leftOut.push(`the attachment "${attached.name}": attachments together are larger than 16 MiB`);
      continue;
    }
    total += attached.bytes.length;
    list.push({
      dataType: 'file',
      filename: attached.name,
      contentType: attached.mediaType,
      bytes: attached.bytes,
      tags: attached.isMail ? ['attachment', 'mail'] : ['attachment'],
    });
  }
  return { list, leftOut };
}
