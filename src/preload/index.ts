import { contextBridge, ipcRenderer, webUtils } from 'electron';
import { type Grant, type HostBridge, PORT_MESSAGE, type Theme } from '../shared/host-bridge.ts';

const argument = (name: string): string =>
  process.argv.find((value) => value.startsWith(`--osmia-${name}=`))?.slice(name.length + 9) ?? '';

const bridge: HostBridge = {
  platform: process.platform,
  version: argument('version'),
  theme: (argument('theme') || 'auto') as Theme,
  setTheme: (theme) => ipcRenderer.invoke('osmia:set-theme', theme) as Promise<void>,
  pickFiles: () => ipcRenderer.invoke('osmia:pick-files') as Promise<Grant[]>,
  pickFolder: () => ipcRenderer.invoke('osmia:pick-folder') as Promise<Grant | null>,
  grantFile: async (file) => {
    const path = webUtils.getPathForFile(file as File);
    return path === '' ? null : ((await ipcRenderer.invoke('osmia:grant-dropped', path)) as Grant | null);
  },
  requestPort: () => ipcRenderer.send('osmia:request-port'),
};

// A MessagePort cannot cross the context bridge; a window message to ourselves can carry it.
ipcRenderer.on('osmia:port', (event) => {
  window.postMessage(PORT_MESSAGE, window.location.origin, event.ports);
});

contextBridge.exposeInMainWorld('osmiaHost', bridge);
