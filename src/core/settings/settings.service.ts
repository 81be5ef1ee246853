import type { Settings } from '../../shared/contract/workspace.ts';
import type { EventBus } from '../events/bus.ts';
import type { SettingsRepo } from './settings.repo.ts';

const DEFAULT_AUTO_LOCK_MINUTES = 15;

export interface SettingsService {
  get(): Settings;
  update(patch: Partial<Settings>): Settings;
}

export function createSettingsService(deps: { repo: SettingsRepo; events: EventBus }): SettingsService {
  const { repo, events } = deps;
  const get = (): Settings => ({
    autoLockMinutes: Number(repo.find('autoLockMinutes') ?? DEFAULT_AUTO_LOCK_MINUTES),
  });
  return {
    get,
    update(patch) {
      if (patch.autoLockMinutes !== undefined) repo.put('autoLockMinutes', String(patch.autoLockMinutes));
      events.publish('settings', 'settings');
      return get();
    },
  };
}
