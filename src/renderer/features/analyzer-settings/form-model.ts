import type {
  FlavorConfig,
  GivenValue,
  SettingField,
  SettingScope,
  SettingValue,
} from '../../../shared/contract/config.ts';

/** Where a change of a field goes. */
export type EditScope = Exclude<SettingScope, 'global'>;

/** What was typed and not yet saved, by the field's name. `undefined` as value: only the scope was chosen. */
export type Edits = Readonly<Record<string, { scope: EditScope; value: GivenValue }>>;

type Held = SettingField['held'][number];

export const heldAt = (field: SettingField, scope: SettingScope, engagementId: string | null): Held | undefined =>
  field.held.find((held) => held.scope === scope && held.engagementId === engagementId);

/** A field is edited where its value is; a new one with the siblings, where there are any. Limits are each flavor's own. */
export function scopeOf(field: SettingField, config: FlavorConfig): EditScope {
  if (config.base === null) return 'flavor';
  if (heldAt(field, 'flavor', config.engagementId)) return 'flavor';
  if (heldAt(field, 'base', config.engagementId)) return 'base';
  return field.kind === 'item' ? 'base' : 'flavor';
}

/** What a scope inherits where it says nothing itself: the value, and in words where it is from. */
export function inheritedBy(
  field: SettingField,
  scope: EditScope,
  config: FlavorConfig,
): { value: SettingValue | null; from: string; isSecret: boolean } | undefined {
  const weaker = field.held.filter(
    (held) =>
      !(held.scope === scope && held.engagementId === config.engagementId) &&
      !(held.engagementId === config.engagementId && held.scope === 'flavor') &&
      (config.engagementId !== null || held.engagementId === null),
  );
  const last = weaker.at(-1);
  if (last) {
    const where = {
      flavor: 'this analyzer',
      base: 'its shared settings',
      global: 'the settings of all analyzers',
    } as const;
    const scopeWords = where[last.scope];
    return {
      value: last.value,
      from:
        last.engagementId === null && config.engagementId !== null ? `${scopeWords} for every engagement` : scopeWords,
      isSecret: last.secret !== null,
    };
  }
  if (field.defaultValue === null) return undefined;
  return { value: field.defaultValue, from: 'its own default', isSecret: false };
}

export function valueWords(value: SettingValue | null): string {
  if (value === null || value === '') return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : value.join(', ');
  return typeof value === 'boolean' ? (value ? 'On' : 'Off') : String(value);
}

/** The calls that save the edits: one a scope. */
export function savesOf(edits: Edits): { scope: EditScope; values: Record<string, GivenValue> }[] {
  return (['base', 'flavor'] as const).flatMap((scope) => {
    const values = Object.fromEntries(
      Object.entries(edits).flatMap(([name, edit]) => (edit.scope === scope ? [[name, edit.value] as const] : [])),
    );
    return Object.keys(values).length === 0 ? [] : [{ scope, values }];
  });
}
