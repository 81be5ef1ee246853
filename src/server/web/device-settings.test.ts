import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeTempDir } from '../../../test/support/make-db.ts';
import { openDeviceSettings } from './device-settings.ts';

it('remembers the last workspace, for this user only', () => {
  const folder = makeTempDir();
  expect(openDeviceSettings(folder).workspaceDir()).toBeUndefined();
  openDeviceSettings(folder).rememberWorkspace('/somewhere/case work');
  expect(openDeviceSettings(folder).workspaceDir()).toBe('/somewhere/case work');
  if (process.platform !== 'win32') expect(statSync(join(folder, 'web-host.json')).mode & 0o777).toBe(0o600);
});

it('starts anew from a file that was cut short', () => {
  const folder = makeTempDir();
  writeFileSync(join(folder, 'web-host.json'), '{"workspaceDir": "/x');
  expect(openDeviceSettings(folder).workspaceDir()).toBeUndefined();
});
