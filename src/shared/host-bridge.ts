/** A file or folder that the user chose. The window holds the token; only host and core know the path. */
export interface Grant {
  token: string;
  name: string;
}

export type Theme = 'auto' | 'dark' | 'light';

/**
 * What a window may ask of its host. Electron's preload puts it on `window.osmiaHost`; the web host has none, and the
 * page uses browser means (a file input, an upload) instead.
 */
export interface HostBridge {
  readonly platform: string;
  readonly version: string;
  /** Read before the first paint. */
  readonly theme: Theme;
  setTheme(theme: Theme): Promise<void>;
  pickFiles(): Promise<Grant[]>;
  pickFolder(): Promise<Grant | null>;
  /** For a dropped or pasted File that has a path; null where it has none (a picture from the clipboard). */
  grantFile(file: object): Promise<Grant | null>;
  /**
   * Asks for a connection to the core. It arrives as a window message with data PORT_MESSAGE from this very window and
   * one MessagePort; asked again after a lost connection.
   */
  requestPort(): void;
}

export const PORT_MESSAGE = 'osmia:port';
