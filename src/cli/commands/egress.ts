import { type Command, Option } from 'commander';
import type { EgressEntry } from '../../shared/contract/egress.ts';
import { AppError } from '../../shared/errors.ts';
import { allPieces } from '../../shared/model/all-pieces.ts';
import { defang } from '../../shared/model/defang.ts';
import { isDataType } from '../../shared/model/data-type.ts';
import type { Action, Register } from '../context.ts';
import { engagementNamed } from '../engagement-option.ts';
import { EXIT } from '../exit-codes.ts';
import { oneOf } from '../read-options.ts';
import { type CliSession, withSession } from '../session.ts';
import { printable, table, type Terminal } from '../terminal.ts';
import { writePieces } from '../write-pieces.ts';

const FORMATS = ['csv', 'json'] as const;
const MAX_QUERY = 65_536;

interface Where {
  engagement?: string;
  allEngagements?: boolean;
}
interface ListOptions extends Where {
  limit: string;
  text?: string;
  overruled?: boolean;
}

const inOne = (command: Command): Command =>
  command
    .option('--engagement <name>', 'the engagement, by its name; the first one where none is named')
    .addOption(new Option('--all-engagements', 'look across engagements').conflicts('engagement'));

export function registerEgress(program: Command, register: Register): void {
  const group = program.command('egress').description('what left this machine, to whom, and under which marking');
  register(
    inOne(group.command('list', { isDefault: true }).description('the newest entries of the ledger'))
      .option('--limit <n>', 'how many, at most 1000', '50')
      .option('--text <text>', 'only entries with this in the value, the destination or the analyzer')
      .option('--overruled', 'only what the gate had refused'),
    list,
  );
  register(
    inOne(group.command('find').description('did we ever send this out, and to whom?')).argument(
      '<value>',
      'a value of any type, or the hash of a file',
    ),
    find,
  );
  register(
    inOne(group.command('export').description('the ledger as a file for the client'))
      .option('--format <format>', 'csv or json', 'csv')
      .option('--output <file>', 'the file; standard output without it'),
    save,
  );
}

const list: Action<[ListOptions]> = (context, options) =>
  withSession(context, 'default', async (session) => {
    const limit = Number(options.limit);
    if (!Number.isSafeInteger(limit) || limit < 1 || limit > 1_000) {
      throw new AppError('invalid_input', `--limit takes a number from 1 to 1000; not “${options.limit}”.`);
    }
    const { items } = await session.api['egress.list'](
      {
        engagementId: await engagementOf(session, options),
        limit,
        ...(options.text !== undefined && { text: options.text }),
        ...(options.overruled === true && { onlyOverruled: true }),
      },
      { signal: context.signal },
    );
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ entries: items });
    else if (items.length === 0) terminal.line(nothingFound(options));
    else show(terminal, items);
    return EXIT.done;
  });

/** What belongs to no engagement, such as names of Python packages, is seen across all of them only: never say too much. */
function nothingFound({ text, overruled, allEngagements }: ListOptions): string {
  if (text !== undefined || overruled === true) return 'There is no such entry.';
  return allEngagements === true
    ? 'Nothing left this machine.'
    : 'Nothing of this engagement left this machine. “--all-engagements” looks at everything.';
}

const find: Action<[string, Where]> = (context, value, options) =>
  withSession(context, 'default', async (session) => {
    if (value.trim() === '' || value.length > MAX_QUERY) {
      throw new AppError('invalid_input', `Name a value or a hash, of at most ${MAX_QUERY} characters.`);
    }
    const engagementId = await engagementOf(session, options);
    const found = await session.api['egress.find']({ query: value, engagementId }, { signal: context.signal });
    const { entries, within, lookedFor, pending } = found;
    const { terminal } = context;
    if (terminal.isJson) terminal.json({ entries, within, lookedFor, pending });
    else {
      const services = new Set(entries.map((entry) => entry.destination));
      terminal.line(
        entries.length === 0
          ? `It never left${engagementId === null ? '' : ' in this engagement'}${found.isKnown ? '' : ', and it is not known here'}.`
          : `It left ${entries.length} times, to: ${[...services].map((name) => printable(name)).join(', ')}.`,
      );
      show(terminal, entries);
      if (within.length > 0) terminal.line(`It is also a part of ${within.length} other values that left:`);
      show(terminal, within);
      if (pending > 0) terminal.line(`${pending} jobs would send it and have not yet.`);
    }
    return EXIT.done;
  });

const save: Action<[Where & { format: string; output?: string }]> = (context, options) =>
  withSession(context, 'default', async (session) => {
    const format = oneOf('--format', options.format, FORMATS);
    const engagementId = await engagementOf(session, options);
    const pieces = exported(session, { engagementId, format }, context.signal);
    const { terminal } = context;
    const { output } = options;
    if (output === undefined) {
      for await (const piece of pieces) terminal.piece(piece);
      return EXIT.done;
    }
    const bytes = await writePieces(output, pieces);
    if (terminal.isJson) terminal.json({ file: output, bytes });
    else terminal.line(`Written to ${printable(output)}.`);
    return EXIT.done;
  });

const exported = (
  { api }: CliSession,
  what: { engagementId: string | null; format: (typeof FORMATS)[number] },
  signal: AbortSignal,
): AsyncGenerator<string> => allPieces((next) => api['egress.export']({ ...what, ...next }, { signal }));

/** Null looks across all of them, which is asked for by its name. */
async function engagementOf({ api }: CliSession, { engagement, allEngagements }: Where): Promise<string | null> {
  if (allEngagements === true) return null;
  return (await engagementNamed(api, engagement)).id;
}

function show(terminal: Terminal, entries: readonly EgressEntry[]): void {
  const rows = entries.map((entry) => [
    new Date(entry.at).toISOString().slice(0, 19).replace('T', ' '),
    printable(entry.destination),
    printable(isDataType(entry.dataType) ? defang(entry.dataType, entry.value) : entry.value, 70),
    printable(entry.what, 40),
    `TLP:${entry.tlp.toUpperCase()} PAP:${entry.pap.toUpperCase()}`,
    entry.overrideReason === null ? '' : terminal.style('yellow', printable(`overruled: ${entry.overrideReason}`, 60)),
  ]);
  for (const line of table(rows)) terminal.line(line);
}
