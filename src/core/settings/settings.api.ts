import type { settingsContract } from '../../shared/contract/workspace.ts';
import type { Handlers } from '../../shared/rpc/contract.ts';
import type { CallContext } from '../ports.ts';
import type { SettingsService } from './settings.service.ts';

export const createSettingsApi = (
  service: SettingsService,
): Pick<Handlers<typeof settingsContract, CallContext>, 'settings.get' | 'settings.update'> => ({
  'settings.get': () => service.get(),
  'settings.update': (_ctx, patch) =>
    service.update(patch.autoLockMinutes === undefined ? {} : { autoLockMinutes: patch.autoLockMinutes }),
});
