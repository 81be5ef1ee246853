import { resolve } from 'node:path';
import type { Command } from 'commander';
import { defaultWorkspaceFolder } from '../../core/workspace/default-folder.ts';
import { AppError } from '../../shared/errors.ts';
import type { Action, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { passphraseFileOf } from '../unlock.ts';
import { readPassphraseFile } from '../passphrase.ts';
import { osmiaVersion } from '../../server/attach/osmia-version.ts';

interface ServeOptions {
  port?: string;
}

export function registerServe(program: Command, register: Register): void {
  const command = program
    .command('serve')
    .description('the window as a web page, on the loopback address only; ends with Ctrl+C')
    .option('--port <n>', 'a port instead of a free one');
  register(command, serve);
}

const serve: Action<[ServeOptions]> = async (context, options) => {
  const { terminal, globals, signal } = context;
  const port = options.port === undefined ? 0 : Number(options.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new AppError('invalid_input', `--port takes a number up to 65535; not “${options.port}”.`);
  }
  const file = passphraseFileOf(context);
  // Loaded here only: the HTTP framework would slow down the start of every other command.
  const { serveWorkspace } = await import('../../server/web/serve-workspace.ts');
  await serveWorkspace({
    dir: resolve(globals.workspace ?? defaultWorkspaceFolder()),
    port,
    osmiaVersion,
    signal,
    ...(file === undefined ? {} : { passphrase: readPassphraseFile(file) }),
    onReady({ url, launchUrl }) {
      if (terminal.isJson) terminal.json({ url, launchUrl });
      else
        terminal.line(
          `Osmia is at ${launchUrl}\nThe address works once, for 30 seconds. For another: the same command again, in another terminal.`,
        );
      return undefined;
    },
  });
  return EXIT.done;
};
