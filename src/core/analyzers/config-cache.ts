import { type EffectiveConfig, effectiveConfig } from './effective-config.ts';
import type { LoadedFlavor } from './flavor.ts';
import type { StoredSettings } from './stored-settings.ts';

/**
 * The effective configuration of a flavor in an engagement. Ten thousand jobs share a few, so each is put together once
 * and again when a setting or the flavor itself has changed.
 */
export function createConfigCache(
  settings: StoredSettings,
): (flavor: LoadedFlavor, engagementId?: string) => EffectiveConfig {
  let version = settings.version();
  // `items`: another reading of the descriptor makes another list.
  const known = new Map<string, { items: LoadedFlavor['items']; config: EffectiveConfig }>();
  return (flavor, engagementId = '') => {
    if (version !== settings.version()) {
      known.clear();
      version = settings.version();
    }
    const key = [flavor.id, engagementId, flavor.isLocal].join('\0');
    const found = known.get(key);
    if (found?.items === flavor.items) return found.config;
    const { values, ...more } = settings.of(flavor, engagementId);
    const config = effectiveConfig(flavor, values, more);
    known.set(key, { items: flavor.items, config });
    return config;
  };
}
