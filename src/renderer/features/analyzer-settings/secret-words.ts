import type { SecretFacts, SecretPlace, SecretUse } from '../../../shared/contract/secrets.ts';

export const PLACE_WORDS: Readonly<Record<SecretPlace, string>> = {
  keychain: 'in keychain',
  vault: 'in the vault file',
  memory: 'in memory until you lock',
};

export const PLACE_NAMES: Readonly<Record<SecretPlace, string>> = {
  keychain: 'Keychain of this computer',
  vault: 'Vault file of this workspace',
  memory: 'Memory, until you lock',
};

/** "••••••••3f9c": that there is one, and which. */
export const maskOf = ({ lastFour }: Pick<SecretFacts, 'lastFour'>): string => `••••••••${lastFour ?? '••••'}`;

/** Whose setting it is: "VirusTotal", shared by its flavors, or one of them. */
export const whoseWords = (use: SecretUse): string => {
  if (use.scope === 'global') return 'every analyzer that sends';
  if (use.scope === 'base') return use.target.slice(use.target.indexOf('/') + 1);
  const [flavor] = use.flavors;
  return flavor === undefined ? use.target : `${flavor.name} ${flavor.version}`;
};
