import type { Command } from 'commander';
import { CASE_SORTS, type CaseFilter } from '../../shared/contract/case-list.ts';
import { CASE_STATUSES, type Case, RESOLUTIONS } from '../../shared/contract/entities.ts';
import { caseCsv } from '../../shared/model/case-csv.ts';
import { refuseSecrets } from '../../shared/model/refuse-secrets.ts';
import { Pap, Tlp } from '../../shared/model/marking.ts';
import { AppError } from '../../shared/errors.ts';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { oneOf, readCaseNumber } from '../read-options.ts';
import { withSession } from '../session.ts';
import { templateNamed } from '../template-named.ts';
import { printable, table, type Terminal } from '../terminal.ts';
import { registerCaseCustody } from './case-custody.ts';

interface ListOptions {
  status?: string;
  resolution?: string;
  text?: string;
  assignee?: string;
  tag: string[];
  sort?: string;
  csv?: boolean;
}

interface NewOptions {
  description?: string;
  severity?: string;
  tlp?: string;
  pap?: string;
  tag: string[];
  template?: string;
}

const more = (one: string, list: string[]): string[] => [...list, one];

export function registerCase(program: Command, register: Register): void {
  const group = program.command('case').description('cases of the workspace');
  register(
    group
      .command('list', { isDefault: true })
      .description('all cases, newest first')
      .option('--status <status>', CASE_STATUSES.join(', '))
      .option('--resolution <resolution>', `${RESOLUTIONS.join(', ')}, none`)
      .option('--text <words>', 'only those whose title holds the words')
      .option('--assignee <name>', 'only those assigned to that person')
      .option('--tag <tag>', 'only those with the tag; may be given more than once', more, [])
      .option('--sort <order>', `${CASE_SORTS.join(', ')}; default: -start`)
      .option('--csv', 'as a table for a spreadsheet'),
    list,
  );
  register(group.command('show').description('one case').argument('<number>'), show);
  registerCaseCustody(group, register);
  register(
    group
      .command('new')
      .description('open a case')
      .argument('<title>')
      .option('--description <markdown>', 'what it is about')
      .option('--severity <1-4>', '1 low, 2 medium, 3 high, 4 critical')
      .option('--tlp <label>', 'clear, green, amber, amber+strict or red; default: the engagement’s')
      .option('--pap <label>', 'clear, green, amber or red; default: the engagement’s')
      .option('--tag <tag>', 'may be given more than once', (tag: string, tags: string[]) => [...tags, tag], [])
      .option('--template <name>', 'a case template of the workspace; what is given here wins over it'),
    open,
  );
}

const list: Action<[ListOptions]> = (context, options) =>
  withSession(context, 'default', async ({ api }) => {
    if (options.csv === true && context.terminal.isJson) {
      throw new AppError('invalid_input', 'Choose one of --csv and --json.');
    }
    const filter: CaseFilter = {
      ...(options.status === undefined ? {} : { statuses: [oneOf('--status', options.status, CASE_STATUSES)] }),
      ...(options.resolution === undefined
        ? {}
        : { resolutions: [oneOf('--resolution', options.resolution, [...RESOLUTIONS, 'none'])] }),
      ...(options.text === undefined ? {} : { text: options.text }),
      ...(options.assignee === undefined ? {} : { assignees: [options.assignee] }),
      ...(options.tag.length === 0 ? {} : { tags: { all: options.tag } }),
    };
    const sort = options.sort === undefined ? undefined : oneOf('--sort', options.sort, CASE_SORTS);
    const cases: Case[] = [];
    let cursor: string | undefined;
    do {
      const page = await api['cases.list'](
        { filter, ...(sort === undefined ? {} : { sort }), limit: 1_000, ...(cursor === undefined ? {} : { cursor }) },
        { signal: context.signal },
      );
      cases.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const { terminal } = context;
    if (options.csv === true) {
      const text = caseCsv(cases, Date.now());
      await refuseSecrets(text, (input) => api['secrets.scan'](input));
      terminal.piece(text);
    } else if (terminal.isJson) terminal.json({ cases });
    else if (cases.length === 0) terminal.line('No cases.');
    else for (const line of table(cases.map((c) => caseRow(terminal, c)))) terminal.line(line);
    return EXIT.done;
  });

const show: Action<[string]> = (context, number) =>
  withSession(context, 'default', async ({ api }) => {
    const found = await api['cases.get']({ number: readCaseNumber(number) }, { signal: context.signal });
    if (context.terminal.isJson) context.terminal.json({ case: found });
    else showCase(context.terminal, found);
    return EXIT.done;
  });

const open: Action<[string, NewOptions]> = (context, title, options) =>
  withSession(context, 'default', async ({ api }) => {
    const severity = options.severity === undefined ? undefined : Number(options.severity);
    if (severity !== undefined && ![1, 2, 3, 4].includes(severity)) {
      throw new AppError('invalid_input', `--severity takes 1, 2, 3 or 4; not “${options.severity}”.`);
    }
    const template = options.template === undefined ? undefined : await templateNamed(api, options.template);
    const made = await api['cases.create'](
      {
        title,
        ...(template === undefined ? {} : { templateId: template.id }),
        tags: options.tag,
        ...(options.description === undefined ? {} : { description: options.description }),
        ...(severity === undefined ? {} : { severity }),
        ...(options.tlp === undefined ? {} : { tlp: oneOf('--tlp', options.tlp, Tlp.options) }),
        ...(options.pap === undefined ? {} : { pap: oneOf('--pap', options.pap, Pap.options) }),
      },
      { signal: context.signal },
    );
    if (context.terminal.isJson) context.terminal.json({ case: made });
    else context.terminal.line(`Case ${made.number}: ${printable(made.title)}`);
    return EXIT.done;
  });

const SEVERITY = ['', 'low', 'medium', 'high', 'critical'];

function caseRow(terminal: Terminal, c: Case): string[] {
  return [
    terminal.style('bold', `#${c.number}`),
    c.status,
    SEVERITY[c.severity] ?? '',
    `TLP:${c.tlp}`,
    `${c.counts.observables} observables`,
    printable(c.title),
  ];
}

function showCase(terminal: Terminal, c: Case): void {
  terminal.line(terminal.style('bold', `#${c.number} ${printable(c.title)}`));
  const { counts } = c;
  const facts: [string, string][] = [
    ['status', c.resolution === null ? c.status : `${c.status}, ${c.resolution.replace('_', ' ')}`],
    ['severity', SEVERITY[c.severity] ?? ''],
    ['marking', `TLP:${c.tlp} PAP:${c.pap}`],
    ['tags', c.tags.join(', ')],
    ['opened', new Date(c.createdAt).toISOString()],
    [
      'observables',
      `${counts.observables} (${counts.malicious} malicious, ${counts.suspicious} suspicious, ${counts.notAnalysed} not analysed)`,
    ],
    ['evidence', String(counts.evidence)],
    ['notes', String(counts.notes)],
    ['jobs', String(counts.jobs)],
  ];
  for (const line of table(facts.map(([name, value]) => [terminal.style('dim', name), printable(value)]))) {
    terminal.line(line);
  }
  if (c.description !== '') terminal.line(`\n${printable(c.description, 2_000)}`);
}
