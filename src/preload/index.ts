import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type HostGrant, type HostBridge, HOST_PORT_MESSAGE, type ThemeChoice } from '../shared/host-bridge.ts';

const argument = (name: string): string =>
  process.argv.find((value) => value.startsWith(`--osmia-${name}=`))?.slice(name.length + 9) ?? '';

const bridge: HostBridge = {
  kind: 'electron',
  platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
  appVersion: argument('version'),
  theme: (argument('theme') || 'auto') as ThemeChoice,
  setTheme: (theme) => ipcRenderer.invoke('osmia:set-theme', theme) as Promise<void>,
  pickFiles: () => ipcRenderer.invoke('osmia:pick-files') as Promise<HostGrant[]>,
  pickFolder: () => ipcRenderer.invoke('osmia:pick-folder') as Promise<HostGrant | null>,
  grantFile: async (file) => {
    const path = webUtils.getPathForFile(file);
    return path === '' ? null : ((await ipcRenderer.invoke('osmia:grant-dropped', path)) as HostGrant | null);
  },
  requestPort: () => ipcRenderer.send('osmia:request-port'),
};

// A MessagePort cannot cross the context bridge; a window message to ourselves can carry it.
ipcRenderer.on('osmia:port', (event) => {
  window.postMessage(HOST_PORT_MESSAGE, window.location.origin, event.ports);
});

contextBridge.exposeInMainWorld('osmiaHost', bridge);
