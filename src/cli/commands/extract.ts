import type { Command } from 'commander';
import { isDataType } from '../../shared/model/data-type.ts';
import { defang } from '../../shared/model/defang.ts';
import type { CommandContext, Register } from '../context.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { ExtractOutput } from '../output.ts';
import { readFileArgument } from '../read-input.ts';
import { openSession } from '../session.ts';
import { allCandidates, coverageOf, takeIn } from '../take-in.ts';
import { printable, table } from '../terminal.ts';

export function registerExtract(program: Command, register: Register): void {
  const command = program
    .command('extract')
    .description('the observables in a file or text: type, value, where each was found')
    .argument('<file>', 'a file, or - for standard input')
    .option('--derive', 'a URL or mail also yields its host', false);
  register(command, extract);
}

async function extract(context: CommandContext, argument: string, options: { derive: boolean }): Promise<ExitCode> {
  const source = readFileArgument(argument);
  const session = await openSession(context, 'temporary');
  try {
    const intake = await takeIn(session, source, { derive: options.derive, signal: context.signal });
    const candidates = await allCandidates(session, intake.id, context.signal);
    // Extracting asks a question; it leaves nothing to decide in the workspace.
    await session.api['intake.discard']({ id: intake.id });

    const output: ExtractOutput = {
      source: argument,
      coverage: coverageOf(intake),
      observables: candidates
        .filter((c) => c.decision !== 'rejected')
        .map((c) => ({ dataType: c.dataType, value: c.value, places: c.places, marks: c.marks })),
      rejected: candidates
        .filter((c) => c.decision === 'rejected')
        .flatMap((c) => c.places.map(({ text, part, offset }) => ({ text, part, offset, reason: c.reason }))),
    };
    if (context.terminal.isJson) context.terminal.json(output);
    else show(context, output, intake.size);
    return intake.state === 'failed' ? EXIT.failed : EXIT.done;
  } finally {
    await session.close(context.signal);
  }
}

function show({ terminal }: CommandContext, output: ExtractOutput, size: number): void {
  const rows = output.observables.map((o) => {
    const place = o.places[0];
    const where = place ? `${place.part}${place.line === undefined ? ` @${place.offset}` : `:${place.line}`}` : '';
    const more = o.places.length > 1 ? ` +${o.places.length - 1}` : '';
    return [
      terminal.style('cyan', o.dataType),
      printable(isDataType(o.dataType) ? defang(o.dataType, o.value) : o.value),
      terminal.style('yellow', o.marks.map((m) => printable(m)).join(' ')),
      terminal.style('dim', printable(where) + more),
    ];
  });
  for (const line of table(rows)) terminal.line(line);
  for (const { part, reason } of output.coverage.skipped) {
    terminal.line(terminal.style('yellow', `not read: ${printable(part)}: ${printable(reason)}`));
  }
  const { observables, rejected, coverage } = output;
  const nothing = size === 0 ? 'The input is empty. ' : '';
  terminal.line(
    terminal.style(
      'bold',
      `${nothing}${count(observables.length, 'observable')} in ${count(coverage.parts, 'part')}, ${rejected.length} rejected, ${coverage.skipped.length} not read`,
    ),
  );
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
