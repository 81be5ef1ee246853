import type { OsmiaContract } from '../shared/contract/contract.ts';
import { readKeyFile } from '../core/workspace/key-file.ts';
import type { Unlocking } from '../core/workspace/unlocking.ts';
import { AppError } from '../shared/errors.ts';
import type { Client } from '../shared/rpc/contract.ts';
import type { CommandContext } from './context.ts';
import { printable } from './terminal.ts';
import { promptHidden, readPassphraseFile } from './passphrase.ts';

export const passphraseFileOf = (context: CommandContext): string | undefined =>
  context.globals.passphraseFile ?? (process.env['OSMIA_PASSPHRASE_FILE'] || undefined);

/**
 * What opens the workspace or backup in `dir` without a core: the same order as below.
 * Errors: `workspace.not_a_workspace`, `passphrase.missing`, those of the passphrase file.
 */
export async function keyOf(context: CommandContext, dir: string): Promise<Unlocking> {
  const file = passphraseFileOf(context);
  if (file !== undefined) return { passphrase: readPassphraseFile(file) };
  const known = readKeyFile(dir);
  if (!known) throw new AppError('workspace.not_a_workspace', `There is no workspace or backup at ${printable(dir)}.`);
  if (known.keychainAccount !== null) return { keychain: true };
  if (!context.terminal.isInteractive) throw missing('It is sealed; it needs');
  return { passphrase: await promptHidden('Passphrase: ') };
}

const missing = (what: string): AppError =>
  new AppError(
    'passphrase.missing',
    `${what} a passphrase. Give it in a file that only you can read: --passphrase-file FILE or OSMIA_PASSPHRASE_FILE.`,
  );

/**
 * Opens the workspace with the first of: `--passphrase-file`, `OSMIA_PASSPHRASE_FILE`, the keychain, a prompt (only on a
 * terminal). A new workspace is created with it. One that is open already needs nothing.
 * Errors: `passphrase.missing`, `workspace.wrong_key`, those of the passphrase file.
 */
export async function unlockWorkspace(api: Client<OsmiaContract>, context: CommandContext): Promise<void> {
  const status = await api['workspace.status']({});
  if (status.state === 'open') return;
  const isNew = status.state === 'new';
  const file = passphraseFileOf(context);
  if (file !== undefined) {
    const passphrase = readPassphraseFile(file);
    await (isNew ? api['workspace.create']({ passphrase }) : api['workspace.unlock']({ passphrase }));
    return;
  }
  if (!isNew && status.isKeyInKeychain) {
    try {
      await api['workspace.unlock']({ keychain: true });
      return;
    } catch (error) {
      if (!context.terminal.isInteractive) throw error;
      context.terminal.note(error instanceof Error ? error.message : String(error));
    }
  }
  if (!context.terminal.isInteractive) {
    throw missing(isNew ? 'The workspace is new and needs' : 'The workspace is locked; it needs');
  }
  if (!isNew) {
    await api['workspace.unlock']({ passphrase: await promptHidden('Passphrase: ') });
    return;
  }
  const passphrase = await promptHidden('Passphrase of the new workspace: ');
  if ((await promptHidden('Once more: ')) !== passphrase) {
    throw new AppError('invalid_input', 'The two passphrases differ. Nothing was created.');
  }
  await api['workspace.create']({ passphrase });
}
