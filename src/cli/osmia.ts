import { Command, CommanderError } from 'commander';
import { AppError, toWireError } from '../shared/errors.ts';
import { logBug } from '../core/bug-log.ts';
import { interruptSignal } from '../server/attach/interrupt-signal.ts';
import { createHostLogger } from '../server/attach/host-logger.ts';
import { registerAlerts } from './commands/alerts.ts';
import { registerAnalyze } from './commands/analyze.ts';
import { registerAnalyzers } from './commands/analyzers.ts';
import { registerAttack } from './commands/attack.ts';
import { registerBackup } from './commands/backup.ts';
import { registerCase } from './commands/case.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEgress } from './commands/egress.ts';
import { registerExtract } from './commands/extract.ts';
import { registerQuota } from './commands/quota.ts';
import { registerTaxonomies } from './commands/taxonomies.ts';
import { registerTemplates } from './commands/templates.ts';
import { registerServe } from './commands/serve.ts';
import { type CommandContext, type GlobalOptions, type Register, withGlobalOptions } from './context.ts';
import { EXIT, type ExitCode, exitCodeOf } from './exit-codes.ts';
import { createTerminal, type Terminal } from './terminal.ts';
import { osmiaVersion } from '../server/attach/osmia-version.ts';

/** How long an interrupted command may take to cancel its jobs and close, in milliseconds. */
const CLOSE_DEADLINE_MS = 5_000;

const interrupt = interruptSignal();
// Before anything is parsed: what goes wrong while parsing is said as JSON too.
const terminal = createTerminal({
  stdout: process.stdout,
  stderr: process.stderr,
  isJson: process.argv.includes('--json'),
  env: process.env,
});

interrupt.addEventListener('abort', () => {
  setTimeout(() => process.exit(EXIT.interrupted), CLOSE_DEADLINE_MS).unref();
});

// A bug outside of any call still ends with a message and the code for one, not with a stack.
for (const name of ['uncaughtException', 'unhandledRejection'] as const) {
  process.on(name, (error: unknown) => process.exit(report(terminal, error)));
}

const code = await run(process.argv.slice(2));
await terminal.flushed();
process.exit(code);

async function run(argv: string[]): Promise<ExitCode> {
  let result: Promise<ExitCode> | undefined;
  const program = buildProgram((start) => {
    result = start();
  });
  try {
    program.parse(argv, { from: 'user' });
    const exitCode = (await result) ?? EXIT.done;
    return interrupt.aborted ? EXIT.interrupted : exitCode;
  } catch (error) {
    return report(terminal, error);
  }
}

function buildProgram(start: (run: () => Promise<ExitCode>) => void): Command {
  const program = withGlobalOptions(new Command('osmia'))
    .description('Osmia on the command line: know what leaves, lose nothing, work without a link')
    .version(osmiaVersion)
    // The error is reported once, by us, as text or as JSON.
    .configureOutput({ outputError: () => undefined })
    .exitOverride();

  const register: Register = (command, action) => {
    withGlobalOptions(command).action((...args: unknown[]) => {
      const self = args.at(-1) as Command;
      const context: CommandContext = {
        terminal,
        globals: self.optsWithGlobals<GlobalOptions>(),
        signal: interrupt,
      };
      // Commander hands over arguments, then options, then the command itself.
      start(() =>
        (action as (context: CommandContext, ...args: unknown[]) => Promise<ExitCode>)(context, ...args.slice(0, -1)),
      );
    });
  };

  registerExtract(program, register);
  registerAnalyze(program, register);
  registerAnalyzers(program, register);
  registerAttack(program, register);
  registerCase(program, register);
  registerAlerts(program, register);
  registerTemplates(program, register);
  registerTaxonomies(program, register);
  registerEgress(program, register);
  registerDoctor(program, register);
  registerBackup(program, register);
  registerQuota(program, register);
  registerServe(program, register);
  return program;
}

function report(to: Terminal, error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Help and version were printed and are no error.
    if (error.exitCode === 0) return EXIT.done;
    return report(to, new AppError('invalid_input', usageText(error)));
  }
  const isInterrupted = interrupt.aborted;
  const wire = isInterrupted
    ? { code: 'cancelled' as const, message: 'Interrupted.' }
    : toWireError(error, () => logBug(createHostLogger('cli'), error, 'cli'));
  if (to.isJson) to.note(JSON.stringify({ error: wire }));
  else to.note(`osmia: ${wire.message}`);
  return isInterrupted ? EXIT.interrupted : exitCodeOf(error);
}

function usageText(error: CommanderError): string {
  if (error.code === 'commander.help') return 'Name a command; “osmia --help” lists them.';
  const text = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}. “osmia --help” shows how it is used.`.replace('..', '.');
}
