import type { Command } from 'commander';
import type { CustodyEntry } from '../../shared/contract/custody.ts';
import { allPieces } from '../../shared/model/all-pieces.ts';
import { AppError } from '../../shared/errors.ts';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { readCaseNumber } from '../read-options.ts';
import { type CliSession, withSession } from '../session.ts';
import { printable, table } from '../terminal.ts';
import { writePieces } from '../write-pieces.ts';

/** `osmia case custody`: who had which file of a case, and what was done with it. */
export function registerCaseCustody(group: Command, register: Register): void {
  register(
    group
      .command('custody')
      .description('who had which file of a case, and what was done with it; the chain of hashes is followed each time')
      .argument('<number>')
      .option('-o, --output <file>', 'write the log, fit for resources/custody/verify_custody.py'),
    custody,
  );
}

const custody: Action<[string, { output?: string }]> = (context, number, options) =>
  withSession(context, 'default', async (session) => {
    const { api } = session;
    const { terminal, signal } = context;
    const found = await api['cases.get']({ number: readCaseNumber(number) }, { signal });
    const chain = await api['custody.verify']({ caseId: found.id }, { signal });
    if (chain.brokenAt !== null) {
      const message = `The custody log of case #${found.number} does not hold: entry ${chain.brokenAt} was changed outside Osmia.`;
      throw new AppError('workspace.damaged', message, { details: { entry: chain.brokenAt } });
    }
    if (options.output !== undefined) {
      const bytes = await writePieces(options.output, pieces(session, found.id, signal));
      if (terminal.isJson) terminal.json({ file: options.output, bytes, chain });
      else terminal.line(`Written to ${printable(options.output)}. ${chain.entries} entries, head ${chain.head}`);
      return EXIT.done;
    }
    const entries = await all(session, found.id, signal);
    if (terminal.isJson) terminal.json({ case: found.number, chain, entries });
    else {
      for (const line of table(entries.map(row))) terminal.line(line);
      terminal.line(
        entries.length === 0
          ? 'This case has no file yet.'
          : `The chain of ${chain.entries} entries holds. Head: ${chain.head}`,
      );
    }
    return EXIT.done;
  });

async function all({ api }: CliSession, caseId: string, signal: AbortSignal): Promise<CustodyEntry[]> {
  const entries: CustodyEntry[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await api['custody.list'](
      { caseId, limit: 500, ...(cursor === undefined ? {} : { cursor }) },
      { signal },
    );
    entries.push(...page.items);
    if (page.next === null) return entries.toReversed();
    cursor = page.next;
  }
}

const pieces = ({ api }: CliSession, caseId: string, signal: AbortSignal): AsyncGenerator<string> =>
  allPieces((next) => api['custody.export']({ caseId, ...next }, { signal }));

const row = (entry: CustodyEntry): string[] => [
  String(entry.position),
  new Date(entry.at).toISOString().slice(0, 19).replace('T', ' '),
  entry.event,
  entry.sha256.slice(0, 12),
  printable(entry.name, 50),
  printable(entry.actor, 30),
  printable([entry.detail['by'], entry.detail['to'] && `to ${entry.detail['to']}`].filter(Boolean).join(' '), 60),
];
