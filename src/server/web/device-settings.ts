import { homedir } from 'node:os';
import Conf from 'conf';
import { appFolders } from '../../core/adapters/folders.ts';

/** What belongs to this device and not to a workspace. No case data, no secret. */
interface DeviceSettings {
  /** Empty: the default folder of this user. */
  workspaceDir: string;
}

export interface DeviceStore {
  workspaceDir(): string | undefined;
  rememberWorkspace(dir: string): void;
}

/** The device settings of the hosts without Electron; `folder` is the user's configuration folder unless given. */
export function openDeviceSettings(folder = appFolders(process.env, process.platform, homedir()).config): DeviceStore {
  const store = new Conf<DeviceSettings>({
    projectName: 'osmia',
    // A name of its own: Electron's settings in the same folder are electron-store's.
    configName: 'web-host',
    defaults: { workspaceDir: '' },
    // A file that was cut short must not keep anybody from starting.
    clearInvalidConfig: true,
    configFileMode: 0o600,
    cwd: folder,
  });
  return {
    workspaceDir: () => store.get('workspaceDir') || undefined,
    rememberWorkspace: (dir) => store.set('workspaceDir', dir),
  };
}
