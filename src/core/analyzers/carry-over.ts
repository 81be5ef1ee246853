import type { Clock } from '../ports.ts';
import type { SettingFlavor, SettingRow } from './analyzer-settings.repo.ts';
import { checkValue } from './check-value.ts';
import { commonItemsOf } from './common-items.ts';
import type { LoadedFlavor } from './flavor.ts';
import { baseTargetOf, type StoredSettings } from './stored-settings.ts';

/**
 * Gives each flavor without settings of its own those of the version before it: what its descriptor still has and whose
 * value still fits. What does not is said, and stays with the old version. Returns how many flavors were given some.
 */
export function carryOver(flavors: readonly LoadedFlavor[], settings: StoredSettings, clock: Clock): number {
  const { repo } = settings;
  return repo.transaction(() => {
    let carried = 0;
    for (const flavor of flavors) {
      if (repo.carry(flavor.id) !== undefined || repo.rowsOf('flavor', flavor.id).length > 0) continue;
      const older = repo.noted(flavor.source, flavor.name).filter((known) => known.flavor_id !== flavor.id);
      const from = nearest(flavor.version, older);
      if (from === undefined) continue;
      const { taken, left } = moveRows(flavor, from, settings, clock.now());
      repo.recordCarry(flavor.id, {
        fromId: from.flavor_id,
        fromVersion: from.version,
        taken,
        left,
        at: clock.now(),
      });
      repo.note(noteOf(flavor));
      carried += 1;
    }
    if (carried > 0) settings.touch();
    return carried;
  });
}

export const noteOf = (flavor: LoadedFlavor): SettingFlavor => ({
  flavor_id: flavor.id,
  source: flavor.source,
  name: flavor.name,
  version: flavor.version,
  base: baseTargetOf(flavor),
});

function moveRows(
  flavor: LoadedFlavor,
  from: SettingFlavor,
  { repo }: StoredSettings,
  now: number,
): { taken: string[]; left: { name: string; reason: string }[] } {
  // Under another base the shared settings would be lost too: they come along as its own, under what was its own.
  const rows: SettingRow[] = [
    ...(from.base === baseTargetOf(flavor) || from.base === '' ? [] : repo.rowsOf('base', from.base)),
    ...repo.rowsOf('flavor', from.flavor_id),
  ];
  const items = new Map([...flavor.items, ...commonItemsOf(flavor)].map((item) => [item.name, item]));
  const taken = new Set<string>();
  const left = new Map<string, string>();
  for (const row of rows) {
    const item = items.get(row.name);
    if (item === undefined) {
      // Of a base: a sibling's, and nothing that this flavor ever had.
      if (row.scope === 'flavor') left.set(row.name, `${flavor.version} has no such setting any more.`);
      continue;
    }
    const slot = { ...row, scope: 'flavor', target: flavor.id } as const;
    if (row.secret_id !== null) repo.put(slot, { secretId: row.secret_id }, now);
    else {
      const checked = checkValue(item, JSON.parse(row.value ?? 'null'));
      if ('problem' in checked) {
        left.set(row.name, `${flavor.version} wants something else. ${checked.problem}`);
        continue;
      }
      repo.put(slot, { value: JSON.stringify(checked.value) }, now);
    }
    taken.add(row.name);
  }
  for (const mark of repo.marks('', from.flavor_id)) {
    if (mark.scope === 'flavor' && items.has(mark.name))
      repo.mark('flavor', flavor.id, mark.name, mark.is_secret === 1);
  }
  return { taken: [...taken], left: [...left].map(([name, reason]) => ({ name, reason })) };
}

/** The highest version below; where there are only later ones (somebody went back), the lowest of them. */
function nearest(version: string, known: readonly SettingFlavor[]): SettingFlavor | undefined {
  const sorted = [...known].sort((a, b) => compareVersions(a.version, b.version));
  return sorted.findLast((one) => compareVersions(one.version, version) < 0) ?? sorted[0];
}

/** By their numbers: 1.10 comes after 1.9. */
export function compareVersions(a: string, b: string): number {
  const left = a.split('.');
  const right = b.split('.');
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (Number.parseInt(left[i] ?? '0', 10) || 0) - (Number.parseInt(right[i] ?? '0', 10) || 0);
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
