import { randomBytes } from 'node:crypto';
import { basename, isAbsolute } from 'node:path';
import type { IpcMain, IpcMainInvokeEvent } from 'electron';
import type { Grant, Theme } from '../shared/host-bridge.ts';
import { type DeviceStore, isTheme } from './device-settings.ts';
import { isOurs } from './navigation-guard.ts';

export interface HostCallDeps {
  ipcMain: Pick<IpcMain, 'handle' | 'on'>;
  settings: DeviceStore;
  /** Absolute paths that the user chose; empty when the dialog was cancelled. */
  chooseFiles(): Promise<string[]>;
  chooseFolder(): Promise<string[]>;
  grant(token: string, path: string): void;
  connect(event: { senderId: number }): void;
  applyTheme(theme: Theme): void;
}

/** A call counts only from the main frame of our own page. */
function isFromPage(event: Pick<IpcMainInvokeEvent, 'senderFrame'>): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && isOurs(frame.url);
}

/** Every channel of the host, each with its sender and its argument checked. */
export function registerHostCalls(deps: HostCallDeps): void {
  const handle = (channel: string, fn: (argument: unknown) => unknown): void => {
    deps.ipcMain.handle(channel, (event, argument: unknown) => {
      if (!isFromPage(event)) throw new Error(`${channel} was refused: not from the page`);
      return fn(argument);
    });
  };

  const grantPath = (path: string): Grant => {
    const token = randomBytes(32).toString('base64url');
    deps.grant(token, path);
    return { token, name: basename(path) };
  };

  handle('osmia:pick-files', async () => (await deps.chooseFiles()).map(grantPath));
  handle('osmia:pick-folder', async () => {
    const [path] = await deps.chooseFolder();
    return path === undefined ? null : grantPath(path);
  });
  // The path comes from the preload's webUtils, not from the page: the page handed over a File the user dropped.
  handle('osmia:grant-dropped', (path) => {
    if (typeof path !== 'string' || !isAbsolute(path) || path.includes('\0')) return null;
    return grantPath(path);
  });
  handle('osmia:set-theme', (theme) => {
    if (!isTheme(theme)) throw new Error('osmia:set-theme was refused: no such theme');
    deps.settings.set('theme', theme);
    deps.applyTheme(theme);
  });
  deps.ipcMain.on('osmia:request-port', (event) => {
    if (isFromPage(event)) deps.connect({ senderId: event.sender.id });
  });
}
