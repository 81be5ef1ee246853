import { expect, test } from 'vitest';
import { appFolders } from './folders.ts';

test('each system has its own places', () => {
  expect(appFolders({}, 'linux', '/home/ana')).toEqual({
    data: '/home/ana/.local/share/osmia',
    logs: '/home/ana/.local/state/osmia/logs',
    config: '/home/ana/.config/osmia',
    run: '/home/ana/.local/state/osmia/run',
  });
  expect(appFolders({ LOCALAPPDATA: 'C:\\L', APPDATA: 'C:\\R' }, 'win32', 'C:\\Users\\ana')).toEqual({
    data: 'C:\\L\\Osmia',
    logs: 'C:\\L\\Osmia\\logs',
    config: 'C:\\R\\Osmia',
    run: 'C:\\L\\Osmia\\run',
  });
  expect(appFolders({}, 'darwin', '/Users/ana').logs).toBe('/Users/ana/Library/Logs/Osmia');
});

test('XDG variables are followed, relative ones ignored', () => {
  const env = {
    XDG_DATA_HOME: '/d',
    XDG_STATE_HOME: '/s',
    XDG_CONFIG_HOME: 'relative',
    XDG_RUNTIME_DIR: '/run/user/1',
  };
  expect(appFolders(env, 'linux', '/home/ana')).toEqual({
    data: '/d/osmia',
    logs: '/s/osmia/logs',
    config: '/home/ana/.config/osmia',
    run: '/run/user/1/osmia',
  });
});
