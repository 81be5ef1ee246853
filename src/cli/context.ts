import type { Command } from 'commander';
import type { ExitCode } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** The options of every command. */
export interface GlobalOptions {
  workspace?: string;
  json?: boolean;
  passphraseFile?: string;
}

export interface CommandContext {
  terminal: Terminal;
  globals: GlobalOptions;
  /** Aborted by Ctrl+C and by a polite kill. */
  signal: AbortSignal;
}

export type Action<A extends unknown[]> = (context: CommandContext, ...args: A) => Promise<ExitCode>;

/** Adds an action to a command; what it returns becomes the exit code. */
export type Register = <A extends unknown[]>(command: Command, action: Action<A>) => void;

/** `--workspace`, `--json` and `--passphrase-file`, before or after the command's name. */
export function withGlobalOptions(command: Command): Command {
  return command
    .option('--workspace <dir>', 'the workspace folder; created where it is missing')
    .option('--json', 'one JSON object on standard output, for scripts')
    .option('--passphrase-file <file>', 'the passphrase of the workspace; only you may be able to read it');
}
