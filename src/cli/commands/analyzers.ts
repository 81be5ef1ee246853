import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Flavor } from '../../shared/contract/entities.ts';
import { AppError } from '../../shared/errors.ts';
import { flavorNamed } from '../choose-flavors.ts';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { withSession } from '../session.ts';
import { registerAnalyzerSettings } from './analyzer-settings.ts';
import { printable, table, type Terminal } from '../terminal.ts';
import { doctor } from './analyzers-doctor.ts';
import { prepare } from './analyzers-prepare.ts';

export function registerAnalyzers(program: Command, register: Register): void {
  const group = program
    .command('analyzers')
    .description('the analyzers: what they take, what leaves, why one cannot run');
  register(group.command('list', { isDefault: true }).description('all of them'), list);
  register(
    group.command('doctor').description('for each whether it can run, and why not; and defects in descriptors'),
    doctor,
  );
  register(group.command('show').description('one of them, with its data card').argument('<id>'), show);
  register(
    group.command('add').description('use a folder in the Cortex layout, one folder an analyzer').argument('<folder>'),
    add,
  );
  registerAnalyzerSettings(group, register);
  register(
    group
      .command('prepare')
      .description('make the Python environment that an analyzer asks for; says first what that sends')
      .argument('<id>')
      .option('--python <path>', 'the Python to make it with')
      .option('--index <url>', 'fetch packages from this index, for this once')
      .option('--yes', 'agree to what it sends'),
    prepare,
  );
}

const list: Action<[]> = (context) =>
  withSession(context, 'default-if-there', async ({ api }) => {
    const flavors = await api['analyzers.list']({}, { signal: context.signal });
    const { terminal } = context;
    if (terminal.isJson) {
      terminal.json({
        analyzers: flavors.map(({ id, name, version, description, dataTypes, isLocal, cannotRun }) => ({
          id,
          name,
          version,
          description,
          dataTypes,
          isLocal,
          ...(cannotRun && { cannotRun }),
        })),
      });
      return EXIT.done;
    }
    const rows = flavors.map((f) => [
      printable(f.id),
      f.isLocal ? terminal.style('green', 'local') : terminal.style('yellow', 'sends'),
      printable(f.dataTypes.join(',')),
      f.cannotRun
        ? terminal.style('red', printable(f.cannotRun.message))
        : terminal.style('dim', printable(f.description, 90)),
    ]);
    for (const line of table(rows)) terminal.line(line);
    return EXIT.done;
  });

const show: Action<[string]> = (context, id) =>
  withSession(context, 'default-if-there', async ({ api }) => {
    const analyzer = flavorNamed(await api['analyzers.list']({}, { signal: context.signal }), id);
    if (context.terminal.isJson) context.terminal.json({ analyzer });
    else showOne(context.terminal, analyzer);
    return EXIT.done;
  });

const CARD_FROM: Readonly<Record<Flavor['cardFrom'], string>> = {
  folder: 'its own folder',
  osmia: 'Osmia, from what it knows of the service',
  nobody: 'nobody: the worst is assumed',
};

function showOne(terminal: Terminal, flavor: Flavor): void {
  const { card } = flavor;
  terminal.line(terminal.style('bold', `${printable(flavor.name)} ${printable(flavor.version)}`));
  terminal.line(printable(flavor.description, 1_000));
  const facts: [string, string][] = [
    ['id', flavor.id],
    ['takes', flavor.dataTypes.join(', ')],
    ['what leaves', card.leaves],
    [
      'to',
      card.hosts.length > 0
        ? card.hosts.map((host) => (host === '*' ? 'any host' : host)).join(', ')
        : flavor.isLocal
          ? 'nobody'
          : 'not declared',
    ],
    ['seen by', card.seenBy],
    ['kept', card.keeps],
    ['says who', CARD_FROM[flavor.cardFrom]],
    ['key', flavor.key],
    ...(flavor.docs === '' ? [] : ([['about it', flavor.docs]] as [string, string][])),
    ['runs as', flavor.runtime === 'worker' ? 'our own code in a sandboxed worker' : 'a program of its own'],
    ['author', flavor.author],
    ['licence', flavor.license],
    ...(flavor.cannotRun ? ([['cannot run', flavor.cannotRun.message]] as [string, string][]) : []),
  ];
  for (const line of table(facts.map(([name, value]) => [terminal.style('dim', name), printable(value)]))) {
    terminal.line(line);
  }
}

const add: Action<[string]> = (context, folder) =>
  withSession(context, 'default', async ({ api }) => {
    if (folder === '') throw new AppError('invalid_input', 'Name a folder.');
    const added = await api['analyzers.addSource']({ path: resolve(folder) }, { signal: context.signal });
    if (context.terminal.isJson)
      context.terminal.json({ source: added.name, kind: added.kind, analyzers: added.flavors });
    else {
      const what = added.flavors === 1 ? added.kind : `${added.kind}s`;
      context.terminal.line(`${printable(added.name)}: ${added.flavors} ${what}.`);
    }
    return EXIT.done;
  });
