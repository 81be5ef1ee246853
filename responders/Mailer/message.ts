import { asObject, type Job, type Json, textOf } from './job.ts';
import { fill } from './template.ts';

export interface Message {
  from: string;
  to: string[];
  subject: string;
  text: string;
}

const TLP = ['CLEAR', 'GREEN', 'AMBER', 'RED'];
const MAX_RECIPIENTS = 50;
const MAX_SUBJECT = 400;
/** One mailbox, plainly written; display names and comments are not taken, they only hide where a mail goes. */
const ADDRESS =
  /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?){0,10}$/;

/** The mail that a job asks for. Throws an Error in words where something is missing or no address. */
export function composeMessage(job: Job): Message {
  const { data, config, parameters } = job;
  const from = address(textOf(config['from']) ?? '', 'The setting "from"');
  const to = recipients(job);
  const allowed = listOf(config['allowed_domains']).map((domain) => domain.toLowerCase().replace(/^@/, ''));
  const outside = to.filter((each) => allowed.length > 0 && !allowed.includes(domainOf(each)));
  if (outside.length > 0)
    throw new Error(`${outside.join(', ')}: mails may go to ${allowed.join(', ')} only (setting "allowed_domains").`);
  const values = valuesOf(job);
  const subject =
    textOf(parameters['subject']) ?? fill(textOf(config['subject_template']) ?? '[TLP:{{tlp}}] {{label}}', values);
  const text = fill(textOf(config['body_template']) ?? '{{text}}\n\n{{summary}}', {
    ...values,
    text: textOf(parameters['text']) ?? '',
    data,
  });
  return { from, to, subject: oneLine(subject), text: text.replace(/\n{3,}/g, '\n\n').trim() };
}

/** Given with the trigger; else by tags `mail:` or `mail=`; else a task's first line `mailto:`; else by the settings. */
function recipients({ data, config, parameters }: Job): string[] {
  const given = textOf(parameters['to'])
    ?.split(/[,;\s]+/)
    .filter((each) => each !== '');
  const tagged = (listOf(data['tags']).length > 0 ? listOf(data['tags']) : listOf(caseOf(data)['tags'])).flatMap(
    (tag) => {
      const found = /^mail[:=]\s*"?([^"\s]+)"?$/i.exec(tag);
      return found?.[1] === undefined ? [] : [found[1]];
    },
  );
  const line = /^mailto:\s*(\S+)/i.exec(textOf(data['description']) ?? '')?.[1];
  const inTask = data['_type'] === 'case_task' && line !== undefined ? [line] : [];
  const found = [given ?? [], tagged, inTask, listOf(config['to'])].find((list) => list.length > 0) ?? [];
  const to = [...new Set(found.map((each) => address(each, 'A recipient')))];
  if (to.length === 0)
    throw new Error('Nobody to send it to. Say whom, add a tag such as mail:soc@example.org, or set "to".');
  if (to.length > MAX_RECIPIENTS) throw new Error(`${to.length} recipients; at most ${MAX_RECIPIENTS} get one mail.`);
  return to;
}

function address(text: string, what: string): string {
  if (!ADDRESS.test(text)) throw new Error(`${what} is not a mail address: ${text.slice(0, 100) || '(empty)'}.`);
  return text;
}

const domainOf = (mail: string): string => mail.slice(mail.lastIndexOf('@') + 1).toLowerCase();

const listOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).flatMap((each) => textOf(each) ?? []);

/** The case that an object hangs on, or is. */
function caseOf(data: Json): Json {
  if (data['_type'] === 'case') return data;
  return asObject(data['case'] ?? asObject(data['case_task'])['case']);
}

/** A line break in a subject would be another header. */
const oneLine = (text: string): string =>
  text
    .replace(/[\0-\x1f\x7f]+/g, ' ')
    .trim()
    .slice(0, MAX_SUBJECT);

function valuesOf({ data, tlp, pap }: Job): Json {
  const owner = caseOf(data);
  return {
    data,
    case: owner,
    tlp: TLP[tlp] ?? 'RED',
    pap: TLP[pap] ?? 'RED',
    label: labelOf(data, owner),
    summary: summaryOf(data, owner),
  };
}

function labelOf(data: Json, owner: Json): string {
  const number = textOf(owner['caseId']);
  const about =
    textOf(data['title']) ?? defang(textOf(data['data'])) ?? textOf(asObject(data['attachment'])['name']) ?? '';
  return `${number === undefined ? '' : `Case #${number}: `}${about || (textOf(owner['title']) ?? 'no title')}`;
}

function summaryOf(data: Json, owner: Json): string {
  const lines: string[] = [];
  const add = (label: string, value: unknown): void => {
    const text = textOf(value);
    if (text !== undefined) lines.push(`${label}: ${text}`);
  };
  const value = defang(textOf(data['data']));
  if (value !== undefined) add(textOf(data['dataType']) ?? 'Value', value);
  const file = asObject(data['attachment']);
  add('File', file['name']);
  if (Array.isArray(file['hashes'])) add('SHA-256', file['hashes'][0]);
  add('Message', data['message']);
  if (data !== owner) add('Case', owner['title']);
  add('Description', data['description'] ?? owner['description']);
  const tags = listOf(data['tags']);
  if (tags.length > 0) add('Tags', tags.join(', '));
  return lines.join('\n');
}

/** Somebody may click on it. */
const defang = (value: string | undefined): string | undefined =>
  value?.replace(/^http/i, 'hxxp').replace(/\.(?=[^.]*$)/, '[.]');
