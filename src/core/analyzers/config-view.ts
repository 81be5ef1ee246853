import type { FlavorConfig, SettingField, SettingValue } from '../../shared/contract/config.ts';
import type { SecretFacts } from '../../shared/contract/secrets.ts';
import type { SettingRow } from './analyzer-settings.repo.ts';
import { checkValue } from './check-value.ts';
import { commonItemsOf } from './common-items.ts';
import { type EffectiveConfig, effectiveConfig } from './effective-config.ts';
import type { ConfigItem, LoadedFlavor } from './flavor.ts';
import { baseTargetOf, byStrength, type StoredSettings } from './stored-settings.ts';

/** What is shown of a flavor's settings: never the value of a secret. */
export function configView(
  flavor: LoadedFlavor,
  siblings: readonly LoadedFlavor[],
  deps: { settings: StoredSettings; factsOf(secretId: string): SecretFacts },
  engagementId: string | undefined,
): FlavorConfig {
  const { settings, factsOf } = deps;
  const base = baseTargetOf(flavor);
  const rows = settings.repo
    .rowsFor(base, flavor.id)
    .filter((row) => row.engagement_id === '' || row.engagement_id === engagementId)
    .filter((row) => row.scope !== 'global' || !flavor.isLocal)
    .sort(byStrength);
  const { values, ...more } = settings.of(flavor, engagementId);
  const config = effectiveConfig(flavor, values, more);
  const marked = new Set(settings.repo.marks(base, flavor.id).map(({ name }) => name));
  const fieldOf = (item: ConfigItem, kind: SettingField['kind']): SettingField => {
    const held = rows.filter(({ name }) => name === item.name);
    const isSecret = more.isSecret(item.name, item.type);
    const { value, from } = resolved(item, kind, held, flavor, config);
    return {
      name: item.name,
      description: item.description,
      type: item.type,
      isMulti: item.isMulti,
      isRequired: item.isRequired,
      isSecret,
      isMarked: marked.has(item.name),
      kind,
      defaultValue: isSecret ? null : inherited(item, kind, flavor),
      held: held.map((row) => ({
        scope: row.scope,
        engagementId: row.engagement_id || null,
        // A value that was stored before somebody said that it is secret.
        value: isSecret || row.value === null ? null : asValue(JSON.parse(row.value)),
        secret: row.secret_id === null ? null : factsOf(row.secret_id),
      })),
      effective: isSecret ? null : value,
      from,
      problem: config.problems.find(({ name }) => name === item.name)?.problem ?? '',
    };
  };
  const fields = [
    ...flavor.items.map((item) => fieldOf(item, 'item')),
    ...commonItemsOf(flavor).map((item) => fieldOf(item, 'common')),
  ];
  const carried = settings.repo.carry(flavor.id);
  return {
    flavorId: flavor.id,
    name: flavor.name,
    version: flavor.version,
    engagementId: engagementId ?? null,
    base:
      base === ''
        ? null
        : { name: flavor.baseConfig, flavors: siblings.map(({ id, name, version }) => ({ id, name, version })) },
    fields,
    missing: config.missing,
    unknown: [
      ...new Set(
        rows.flatMap(({ scope, name }) =>
          scope === 'flavor' && !fields.some((field) => field.name === name) ? [name] : [],
        ),
      ),
    ],
    carried: carried ?? null,
  };
}

function resolved(
  item: ConfigItem,
  kind: SettingField['kind'],
  held: readonly SettingRow[],
  flavor: LoadedFlavor,
  config: EffectiveConfig,
): { value: SettingValue | null; from: SettingField['from'] } {
  const strongest = held.at(-1);
  const isUsed = strongest !== undefined && !config.problems.some(({ name }) => name === item.name);
  if (isUsed) {
    const value = strongest.value === null ? null : asValue(JSON.parse(strongest.value));
    return { value, from: strongest.scope };
  }
  const value = inherited(item, kind, flavor);
  return { value, from: value === null ? 'none' : 'descriptor' };
}

/** What holds without a setting. */
function inherited(item: ConfigItem, kind: SettingField['kind'], flavor: LoadedFlavor): SettingValue | null {
  if (kind === 'item' || item.name.startsWith('proxy_') || item.name === 'cacerts') {
    const fixed = Object.hasOwn(flavor.config, item.name) ? flavor.config[item.name] : undefined;
    const value = fixed ?? item.defaultValue;
    if (value === undefined || value === null) return null;
    const checked = checkValue(item, value);
    return 'value' in checked ? checked.value : null;
  }
  // What Osmia itself works out from the descriptor and the card.
  const { config } = effectiveConfig(flavor, {});
  return asValue(config[item.name]);
}

function asValue(value: unknown): SettingValue | null {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return Array.isArray(value) ? (value as SettingValue) : null;
}
