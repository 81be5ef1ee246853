import type Store from 'electron-store';
import type { Theme } from '../shared/host-bridge.ts';

/** What belongs to this device and not to a workspace. No case data, no secret. */
export interface DeviceSettings {
  theme: Theme;
  /** Empty: the default folder of this user, which the core knows. */
  workspaceDir: string;
  window: { width: number; height: number; x?: number; y?: number; isMaximised: boolean };
}

export type DeviceStore = Pick<Store<DeviceSettings>, 'get' | 'set'>;

export const isTheme = (value: unknown): value is Theme => value === 'auto' || value === 'dark' || value === 'light';

export function deviceDefaults(): DeviceSettings {
  return { theme: 'auto', workspaceDir: '', window: { width: 1440, height: 900, isMaximised: false } };
}
