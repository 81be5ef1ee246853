import type { OsmiaContract } from '../shared/contract/contract.ts';
import { AppError } from '../shared/errors.ts';
import type { Client } from '../shared/rpc/contract.ts';
import type { CommandContext } from './context.ts';
import { promptHidden, readPassphraseFile } from './passphrase.ts';

export const passphraseFileOf = (context: CommandContext): string | undefined =>
  context.globals.passphraseFile ?? (process.env['OSMIA_PASSPHRASE_FILE'] || undefined);

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
    throw new AppError(
      'passphrase.missing',
      `The workspace ${isNew ? 'is new and needs' : 'is locked; it needs'} a passphrase. ` +
        'Give it in a file that only you can read: --passphrase-file FILE or OSMIA_PASSPHRASE_FILE.',
    );
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
