import { posix, win32 } from 'node:path';

export interface AppFolders {
  /** Workspaces. */
  data: string;
  logs: string;
  /** Device settings. */
  config: string;
  /** Things that end with the session. */
  run: string;
}

/** Where Osmia keeps its own things on this system. Pure: pass `process.env`, `process.platform`, `os.homedir()`. */
export function appFolders(
  env: Record<string, string | undefined>,
  platform: NodeJS.Platform,
  home: string,
): AppFolders {
  if (platform === 'win32') {
    const local = env['LOCALAPPDATA'] || win32.join(home, 'AppData', 'Local');
    const roaming = env['APPDATA'] || win32.join(home, 'AppData', 'Roaming');
    return {
      data: win32.join(local, 'Osmia'),
      logs: win32.join(local, 'Osmia', 'logs'),
      config: win32.join(roaming, 'Osmia'),
      run: win32.join(local, 'Osmia', 'run'),
    };
  }
  if (platform === 'darwin') {
    const library = posix.join(home, 'Library');
    const data = posix.join(library, 'Application Support', 'Osmia');
    return { data, logs: posix.join(library, 'Logs', 'Osmia'), config: data, run: posix.join(data, 'run') };
  }
  // The specification says that a relative path in these is to be ignored.
  const xdg = (name: string, fallback: string): string => {
    const value = env[name];
    return posix.join(value && posix.isAbsolute(value) ? value : posix.join(home, fallback), 'osmia');
  };
  const state = xdg('XDG_STATE_HOME', '.local/state');
  return {
    data: xdg('XDG_DATA_HOME', '.local/share'),
    logs: posix.join(state, 'logs'),
    config: xdg('XDG_CONFIG_HOME', '.config'),
    run: env['XDG_RUNTIME_DIR'] ? xdg('XDG_RUNTIME_DIR', '') : posix.join(state, 'run'),
  };
}
