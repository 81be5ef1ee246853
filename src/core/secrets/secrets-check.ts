import type { SecretPlace } from '../../shared/contract/secrets.ts';
import type { SecretVault } from './secret-vault.ts';

const WORDS: Readonly<Record<SecretPlace, string>> = {
  keychain: 'the keychain',
  vault: 'the vault file',
  memory: 'memory, until the lock',
};

/** How many secrets there are and where, and where the next one goes. Neither a name nor a value: it is pasted into issues. */
export async function secretsCheck(
  vault: Pick<SecretVault, 'ids' | 'facts' | 'preferred'>,
): Promise<{ name: string; status: 'ok' | 'warning'; message: string }> {
  const all = vault.ids().map((id) => vault.facts(id));
  const unreadable = all.filter(({ isReadable }) => !isReadable).length;
  const counts = [...Map.groupBy(all, ({ place }) => place)].map(
    ([place, secrets]) => `${secrets.length} in ${WORDS[place]}`,
  );
  const next = `new ones go to ${WORDS[await vault.preferred()]}`;
  return {
    name: 'secrets',
    status: unreadable === 0 ? 'ok' : 'warning',
    message: [
      counts.join(', ') || 'none',
      ...(unreadable === 0 ? [] : [`${unreadable} cannot be read: ask the keychain again, or enter them anew`]),
      next,
    ].join('; '),
  };
}
