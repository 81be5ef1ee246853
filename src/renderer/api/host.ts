import type { HostBridge, Theme } from '../../shared/host-bridge.ts';

declare global {
  interface Window {
    osmiaHost?: HostBridge;
  }
}

const THEME_KEY = 'osmia-theme';

/** The desktop bridge, or undefined in a browser (the web host), where files go over HTTP. */
export const hostBridge = (): HostBridge | undefined => window.osmiaHost;

/** The device's choice of colour scheme; in a browser this and panel widths are all that local storage holds. */
export function readTheme(): Theme {
  const bridge = hostBridge();
  if (bridge) return bridge.theme;
  const stored = localStorage.getItem(THEME_KEY);
  return stored === 'dark' || stored === 'light' ? stored : 'auto';
}

export async function writeTheme(theme: Theme): Promise<void> {
  const bridge = hostBridge();
  if (bridge) await bridge.setTheme(theme);
  else if (theme === 'auto') localStorage.removeItem(THEME_KEY);
  else localStorage.setItem(THEME_KEY, theme);
}

export const isMac = (): boolean => {
  const bridge = hostBridge();
  return bridge ? bridge.platform === 'darwin' : navigator.userAgent.includes('Mac OS');
};
