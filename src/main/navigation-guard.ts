import type { Session, WebContents } from 'electron';

/** Our own scheme instead of `file:`, so that the page has an origin and no file can be read through it. */
export const APP_SCHEME = 'osmia';
export const APP_ORIGIN = `${APP_SCHEME}://app`;

/** The page stays the page: nothing a report, a mail or a link does can navigate, open a window or attach a webview. */
export function guardContents(contents: Pick<WebContents, 'on' | 'setWindowOpenHandler'>): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    event.preventDefault();
  });
  contents.on('will-frame-navigate', (event) => {
    if (!event.isMainFrame || !isOurs(event.url)) event.preventDefault();
  });
  contents.on('will-attach-webview', (event) => {
    event.preventDefault();
  });
}

/**
 * No permission is ever granted, no device chosen, and no request leaves: the page has only our scheme, so even a
 * report that got past the policy finds no network. Dev tools are the one exception, in a checkout.
 */
export function guardSession(
  session: Pick<
    Session,
    'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler' | 'webRequest'
  > & { setSpellCheckerEnabled(isOn: boolean): void },
): void {
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setSpellCheckerEnabled(false); // it would download dictionaries
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: !isOurs(details.url) && !/^(devtools|blob|data):/.test(details.url) });
  });
}

/** By parsed origin, never by prefix: `osmia://app.evil` must not pass for `osmia://app`. */
export function isOurs(url: string): boolean {
  try {
    const parsed = new URL(url);
    return parsed.protocol === `${APP_SCHEME}:` && parsed.host === 'app';
  } catch {
    return false;
  }
}
