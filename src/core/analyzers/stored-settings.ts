import { createAnalyzerSettingsRepo, type AnalyzerSettingsRepo, type SettingRow } from './analyzer-settings.repo.ts';
import type { Db } from '../db/open.ts';
import type { SecretValue } from '../secrets/secret-value.ts';
import { type ConfigItemType, type LoadedFlavor, looksSecret } from './flavor.ts';

/** What the user set for a flavor, all scopes merged. */
export interface Overrides {
  values: Readonly<Record<string, unknown>>;
  /** By its name, or because somebody said so. */
  isSecret(name: string, type?: ConfigItemType): boolean;
  /** Settings whose value is in a vault, whatever they are called. */
  held: ReadonlySet<string>;
  /** Settings whose secret cannot be read now, and why. */
  unreadable: readonly { name: string; problem: string }[];
}

/** The settings in the database together with the secrets that lie elsewhere. */
export interface StoredSettings {
  repo: AnalyzerSettingsRepo;
  /** For a run in an engagement; without one, what holds in every engagement. */
  of(flavor: Settable, engagementId?: string): Overrides;
  /** Changes whenever any answer of `of` may have. */
  version(): number;
  touch(): void;
}

export type Settable = Pick<LoadedFlavor, 'id' | 'source' | 'baseConfig' | 'isLocal'>;

/** What is needed of the vault to read settings. */
interface Secrets {
  value(id: string): SecretValue | undefined;
  facts(id: string): { problem: string };
}

/**
 * The target of a base configuration. By source: a folder that names the base of another one must not be given its keys.
 */
export const baseTargetOf = ({ source, baseConfig }: Pick<LoadedFlavor, 'source' | 'baseConfig'>): string =>
  baseConfig === '' ? '' : `${source}/${baseConfig}`;

const SCOPE_RANK = { global: 0, base: 1, flavor: 2 } as const;

/** Later in the list wins: what is said for one engagement is stronger than what is said for all. */
export const byStrength = (a: SettingRow, b: SettingRow): number =>
  Number(a.engagement_id !== '') - Number(b.engagement_id !== '') || SCOPE_RANK[a.scope] - SCOPE_RANK[b.scope];

export function createStoredSettings(db: Db, secrets: Secrets): StoredSettings {
  const repo = createAnalyzerSettingsRepo(db);
  let version = 0;
  return {
    repo,
    of(flavor, engagementId = '') {
      const base = baseTargetOf(flavor);
      const rows = repo
        .rowsFor(base, flavor.id)
        .filter((row) => row.engagement_id === '' || row.engagement_id === engagementId)
        // What runs here needs no network: it is not told of a proxy and its password.
        .filter((row) => row.scope !== 'global' || !flavor.isLocal)
        .sort(byStrength);
      const values = Object.create(null) as Record<string, unknown>;
      const unreadable = new Map<string, string>();
      const held = new Set<string>();
      for (const { name, value, secret_id: secretId } of rows) {
        unreadable.delete(name);
        if (secretId === null) {
          values[name] = value === null ? undefined : (JSON.parse(value) as unknown);
          held.delete(name);
          continue;
        }
        held.add(name);
        values[name] = secrets.value(secretId);
        if (values[name] === undefined) unreadable.set(name, secrets.facts(secretId).problem);
      }
      const marks = new Map<string, boolean>();
      for (const scope of ['base', 'flavor'] as const) {
        for (const mark of repo.marks(base, flavor.id))
          if (mark.scope === scope) marks.set(mark.name, mark.is_secret === 1);
      }
      return {
        values,
        isSecret: (name, type = 'string') =>
          marks.get(name) ?? ((type === 'string' || type === 'text') && looksSecret(name)),
        held,
        unreadable: [...unreadable].map(([name, problem]) => ({ name, problem })),
      };
    },
    version: () => version,
    touch() {
      version += 1;
    },
  };
}
