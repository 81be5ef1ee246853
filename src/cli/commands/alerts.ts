import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  ALERT_STATUSES,
  type AlertDetail,
  type AlertObservable,
  type AlertRow,
  type AlertRun,
} from '../../shared/contract/alerts.ts';
import { AppError } from '../../shared/errors.ts';
import { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { oneOf } from '../read-options.ts';
import { withSession } from '../session.ts';
import { printable, table, type Terminal } from '../terminal.ts';

interface ListOptions {
  status?: string;
  text?: string;
  unread?: boolean;
}

interface ImportOptions {
  tlp?: string;
  pap?: string;
  tag: string[];
}

const SEVERITY = ['', 'low', 'medium', 'high', 'critical'];

export function registerAlerts(program: Command, register: Register): void {
  const group = program.command('alerts').description('what is to be looked at before it becomes a case');
  register(
    group
      .command('list', { isDefault: true })
      .description('all alerts, newest first')
      .option('--unread', 'only those that are new or updated')
      .option('--status <status>', ALERT_STATUSES.join(', '))
      .option('--text <words>', 'only those that hold the words, or bring this value'),
    list,
  );
  register(
    group.command('show').description('one alert and what it brings').argument('<ref>', 'its reference, or its id'),
    show,
  );
  register(
    group
      .command('import')
      .description('read alerts: MISP or TheHive JSON, CSV, EML, MSG, a folder of these, or a MISP feed folder')
      .argument('<path>')
      .option('--tlp <label>', 'where a file says nothing: clear, green, amber, amber+strict or red')
      .option('--pap <label>', 'where a file says nothing: clear, green, amber or red')
      .option(
        '--tag <tag>',
        'on every alert; may be given more than once',
        (tag: string, tags: string[]) => [...tags, tag],
        [],
      ),
    importPath,
  );
  register(
    group
      .command('watch')
      .description('name a folder that is read while Osmia runs on this machine')
      .argument('<folder>'),
    watch,
  );
}

const list: Action<[ListOptions]> = (context, options) =>
  withSession(context, 'default', async ({ api }) => {
    const filter = {
      ...(options.unread ? { isRead: false } : {}),
      ...(options.status === undefined ? {} : { statuses: [oneOf('--status', options.status, ALERT_STATUSES)] }),
      ...(options.text === undefined ? {} : { text: options.text }),
    };
    const alerts: AlertRow[] = [];
    let cursor: string | undefined;
    do {
      const page = await api['alerts.list'](
        { ...filter, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) },
        { signal: context.signal },
      );
      alerts.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ alerts });
    else if (alerts.length === 0) terminal.line('No alerts.');
    else for (const line of table(alerts.map((alert) => rowOf(terminal, alert)))) terminal.line(line);
    return EXIT.done;
  });

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const show: Action<[string]> = (context, ref) =>
  withSession(context, 'default', async ({ api }) => {
    const { signal } = context;
    // A MISP event's reference looks like an id of ours: the reference comes first, it is what people have.
    const alert = await api['alerts.get']({ ref }, { signal }).catch((error: unknown) => {
      if (!UUID.test(ref) || !(error instanceof AppError) || error.code !== 'not_found') throw error;
      return api['alerts.get']({ id: ref }, { signal });
    });
    const observables: AlertObservable[] = [];
    let cursor: string | undefined;
    do {
      const page = await api['alerts.observables'](
        { id: alert.id, limit: 500, ...(cursor === undefined ? {} : { cursor }) },
        { signal },
      );
      observables.push(...page.items);
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
    const similar = await api['alerts.similar']({ id: alert.id }, { signal });
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ alert, observables, similar });
    else {
      showAlert(terminal, alert, observables);
      for (const one of similar) {
        const { shared, of } = one.observables;
        terminal.line(`similar to #${one.number} ${printable(one.title)}: ${shared}/${of} observables`);
      }
    }
    return EXIT.done;
  });

const importPath: Action<[string, ImportOptions]> = (context, path, options) =>
  withSession(context, 'default', async ({ api }) => {
    const { terminal, signal } = context;
    const run = await api['alerts.import'](
      {
        place: { path: resolve(path) },
        tags: options.tag,
        ...(options.tlp === undefined ? {} : { tlp: oneOf('--tlp', options.tlp, Tlp.options) }),
        ...(options.pap === undefined ? {} : { pap: oneOf('--pap', options.pap, Pap.options) }),
      },
      { signal },
    );
    const { items: problems } = await api['alerts.problems']({ runId: run.id, limit: 1_000 }, { signal });
    if (terminal.isJson) terminal.json({ run, problems });
    else {
      terminal.line(runLine(run));
      for (const { item, place, reason } of problems) {
        terminal.note(printable(`${item}${place === '' ? '' : `, ${place}`}: ${reason}`, 1_000));
      }
      if (run.error !== null) terminal.note(printable(run.error));
    }
    if (run.error !== null || (run.problems > 0 && run.made + run.updated + run.unchanged === 0)) return EXIT.failed;
    return EXIT.done;
  });

const watch: Action<[string]> = (context, folder) =>
  withSession(context, 'default', async ({ api }) => {
    const source = await api['alerts.addSource'](
      { kind: 'folder', place: { path: resolve(folder) }, isOn: true },
      { signal: context.signal },
    );
    if (context.terminal.isJson) context.terminal.json({ source });
    else context.terminal.line(`${printable(source.path)} is read while Osmia runs.`);
    return EXIT.done;
  });

const runLine = (run: AlertRun): string =>
  `${run.made} new, ${run.updated} updated, ${run.unchanged} without news; ${run.observables} observables; ${run.problems} problems`;

const rowOf = (terminal: Terminal, alert: AlertRow): string[] => [
  terminal.style('bold', printable(alert.sourceRef, 40)),
  alert.status,
  SEVERITY[alert.severity] ?? '',
  `TLP:${alert.tlp}`,
  alert.caseNumber === null ? '' : `#${alert.caseNumber}`,
  `${alert.observables} observables`,
  printable(alert.title),
];

function showAlert(terminal: Terminal, alert: AlertDetail, observables: readonly AlertObservable[]): void {
  terminal.line(terminal.style('bold', printable(alert.title)));
  const facts: [string, string][] = [
    ['id', alert.id],
    ['from', `${alert.type}, ${alert.source}, ${alert.sourceRef}`],
    ['state', `${alert.status}${alert.isFollowed ? '' : ', not followed'}`],
    ['case', alert.caseNumber === null ? 'none' : `#${alert.caseNumber}`],
    ['severity', SEVERITY[alert.severity] ?? ''],
    ['marking', `TLP:${alert.tlp} PAP:${alert.pap}`],
    ['tags', alert.tags.join(', ')],
    ['happened', new Date(alert.date).toISOString()],
  ];
  for (const line of table(facts.map(([name, value]) => [terminal.style('dim', name), printable(value)]))) {
    terminal.line(line);
  }
  if (alert.description !== '') terminal.line(`\n${printable(alert.description, 2_000)}`);
  if (observables.length > 0) terminal.line('');
  const rows = observables.map(({ dataType, value, isIoc, tlp, cases }) => [
    dataType,
    printable(value),
    isIoc ? 'IOC' : '',
    `TLP:${tlp}`,
    cases.length === 0 ? '' : `in ${cases.map(({ number }) => `#${number}`).join(', ')}`,
  ]);
  for (const line of table(rows)) terminal.line(line);
}
