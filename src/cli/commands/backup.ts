import { resolve } from 'node:path';
import type { Command } from 'commander';
import { createKeychainSecretStore } from '../../core/adapters/keychain-secret-store.ts';
import { createSystemClock } from '../../core/adapters/system-clock.ts';
import { createBackup, restoreBackup } from '../../core/workspace/backup.ts';
import { defaultWorkspaceFolder } from '../../core/workspace/default-folder.ts';
import { osmiaVersion } from '../../server/attach/osmia-version.ts';
import type { Action, CommandContext, Register } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { printable } from '../terminal.ts';
import { keyOf } from '../unlock.ts';

export function registerBackup(program: Command, register: Register): void {
  register(
    program
      .command('backup')
      .description('a sealed copy of the workspace, opened and checked before it counts; also while Osmia runs')
      .argument('<folder>', 'a folder that does not exist yet'),
    backup,
  );
  register(
    program
      .command('restore')
      .description('bring a backup back as a new workspace')
      .argument('<backup>', 'the folder that “osmia backup” made'),
    restore,
  );
}

const backup: Action<[string]> = async (context, target) => {
  const dir = workspaceOf(context);
  const made = await createBackup({ dir, target, osmiaVersion, ...(await common(context, dir)) });
  const { terminal } = context;
  if (terminal.isJson) {
    const { path, files, bytes, damaged, opensWith, secrets } = made;
    terminal.json({ backup: path, files, bytes, damaged, opensWith, secrets });
  } else {
    terminal.line(`${printable(made.path)}: ${made.files} files, ${made.bytes} bytes, opened and checked.`);
  }
  if (made.damaged > 0) terminal.note(`${made.damaged} files were damaged in the workspace already.`);
  if (made.secrets.inKeychain > 0) {
    terminal.note(`Not in it: ${made.secrets.inKeychain} secrets of analyzers that are in this computer’s keychain.`);
  }
  if (made.secrets.vault === 'damaged') terminal.note('Not in it: the vault of secrets, which is damaged.');
  if (made.opensWith.every((way) => way === 'keychain')) {
    terminal.note('Only this computer’s keychain opens this backup. Set a passphrase, or print a recovery key.');
  }
  return made.damaged > 0 ? EXIT.failed : EXIT.done;
};

const restore: Action<[string]> = async (context, source) => {
  const made = await restoreBackup({
    source: resolve(source),
    target: workspaceOf(context),
    ...(await common(context, resolve(source))),
  });
  const { path, files, damaged, createdAt } = made;
  const { terminal } = context;
  if (terminal.isJson) terminal.json({ workspace: path, files, damaged, createdAt });
  else terminal.line(`${printable(path)}: ${files} files of ${new Date(createdAt).toISOString()}, opened and checked.`);
  return damaged > 0 ? EXIT.failed : EXIT.done;
};

const workspaceOf = (context: CommandContext): string => resolve(context.globals.workspace ?? defaultWorkspaceFolder());

/** `dir` is what the key must open: the workspace, or the backup. */
async function common(context: CommandContext, dir: string) {
  return {
    key: await keyOf(context, dir),
    secrets: createKeychainSecretStore(),
    clock: createSystemClock(),
    signal: context.signal,
  };
}
