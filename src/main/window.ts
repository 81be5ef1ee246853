import type { BrowserWindow, BrowserWindowConstructorOptions } from 'electron';
import type { DeviceSettings, DeviceStore } from './device-settings.ts';
import { APP_ORIGIN } from './navigation-guard.ts';

/** Every switch that keeps a web-content bug from becoming operating-system code, said aloud. */
export function windowOptions(
  settings: Pick<DeviceSettings, 'window' | 'theme'>,
  preload: string,
  version: string,
): BrowserWindowConstructorOptions {
  const { width, height, x, y } = settings.window;
  return {
    width: Math.max(1024, width),
    height: Math.max(700, height),
    ...(x === undefined || y === undefined ? {} : { x, y }),
    minWidth: 1024,
    minHeight: 700,
    show: false,
    title: 'Osmia',
    backgroundColor: '#0C0E11',
    webPreferences: {
      preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInSubFrames: false,
      nodeIntegrationInWorker: false,
      webviewTag: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      enableWebSQL: false,
      additionalArguments: [`--osmia-theme=${settings.theme}`, `--osmia-version=${version}`],
    },
  };
}

/** Shows the page when it is ready and remembers where the window stood. */
export async function openWindow(window: BrowserWindow, settings: DeviceStore): Promise<void> {
  window.once('ready-to-show', () => {
    if (settings.get('window').isMaximised) window.maximize();
    window.show();
  });
  window.on('close', () => {
    settings.set('window', { ...window.getNormalBounds(), isMaximised: window.isMaximized() });
  });
  await window.loadURL(`${APP_ORIGIN}/`);
}
