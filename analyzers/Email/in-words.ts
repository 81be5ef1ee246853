import type { MailMessage } from '../../src/analysis/mail-message.ts';
import { quotable, sentence } from '../../src/analysis/report-sentence.ts';
import type { Finding } from './findings.ts';

/** What one finding, or several of the kind, means to somebody who does not read headers; what weighs most first. */
const MEANS: Readonly<Record<string, string>> = {
  'ReplyTo differs': 'answers go to another domain',
  'DisplayName spoof': "the sender's name shows another address",
  'From IDN': "the sender's domain has letters that may pass for others",
  'Attachment can run': 'an attachment can run a program',
  'Attachment wrong type': 'an attachment is not what its name says',
  'Attachment double extension': 'the name of an attachment hides its real ending',
  'Attachment macros': 'an attachment has macros',
  'Attachment remote content': 'an attachment loads something from outside',
  'Attachment encrypted': 'an attachment is locked with a password',
  'Attachment bomb': 'an attachment unpacks to far more than it should',
  'Attachment hidden characters': 'the name of an attachment has hidden characters',
  'Attachment active content': 'an attachment has active content',
};
const CHECKS: ReadonlySet<string> = new Set(['SPF', 'DKIM', 'DMARC', 'ARC']);

/** The report's opening: who the mail says it is from, and what is suspicious about it. */
export function inWords(mail: MailMessage, found: readonly Finding[]): string {
  const suspicious = found.filter(({ level }) => level === 'suspicious');
  const odd = [
    ...checksInWords(suspicious.filter(({ about }) => CHECKS.has(about))),
    ...new Set(suspicious.toSorted((a, b) => weight(a) - weight(b)).flatMap((finding) => meaningOf(finding) ?? [])),
  ];
  const from = mail.from[0];
  const sender = from === undefined ? '' : from.name.trim() === '' ? from.address : from.name;
  const opening =
    sender === ''
      ? 'A mail that does not say who it is from. '
      : `A mail that says it comes from ${quotable(sender)}. `;
  if (odd.length === 0) return `${opening}Nothing odd was noticed, which does not make it harmless.`;
  const [first = '', ...others] = odd;
  return sentence(
    opening,
    [first.charAt(0).toUpperCase() + first.slice(1), ...others],
    ', ',
    odd.length > 2 ? ', and ' : ' and ',
  );
}

const ORDER = Object.keys(MEANS);
/** Links and what has no line of its own come before the kinds that have one. */
const weight = ({ about, value }: Finding): number => ORDER.indexOf(`${about} ${value}`);

function checksInWords(failed: readonly Finding[]): string[] {
  if (failed.length === 0) return [];
  const names = failed.map(({ about }) => about);
  const last = names.pop() ?? '';
  const verb = failed.some(({ value }) => value === 'permerror') ? 'did not pass' : 'failed';
  return [`${names.length === 0 ? last : `${names.join(', ')} and ${last}`} ${verb}`];
}

function meaningOf({ about, value }: Finding): string | undefined {
  if (about === 'Links') {
    const count = Number.parseInt(value, 10);
    return count === 1
      ? 'one link opens another address than it shows'
      : `${count} links open another address than they show`;
  }
  if (about === 'From' && value.endsWith(' addresses')) return 'it names more than one sender';
  return MEANS[`${about} ${value}`];
}
