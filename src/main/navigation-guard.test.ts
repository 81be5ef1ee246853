import type { Session, WebContents } from 'electron';
import { expect, test } from 'vitest';
import { deviceDefaults } from './device-settings.ts';
import { guardContents, guardSession, isOurs } from './navigation-guard.ts';
import { windowOptions } from './window.ts';

test('only our own origin is ours', () => {
  for (const url of ['osmia://app/', 'osmia://app/index.html#/cases/1', 'osmia://app'])
    expect(isOurs(url), url).toBe(true);
  for (const url of [
    'osmia://app.evil/',
    'osmia://evil@app.evil/',
    'osmia:app',
    'osmia-x://app/',
    'http://app/',
    'https://127.0.0.1/',
    'file:///x',
    'javascript:alert(1)',
    'data:text/html,x',
    'about:blank',
    'smb://x/y',
    'ms-msdt:/id',
    'vscode://x',
    '\\\\server\\share',
    '',
  ]) {
    expect(isOurs(url), url).toBe(false);
  }
});

test('no navigation, no window, no webview', () => {
  const listeners = new Map<string, (event: object) => void>();
  let open: ((details: never) => { action: string }) | undefined;
  guardContents({
    on: ((name: string, fn: (event: object) => void) => listeners.set(name, fn)) as unknown as WebContents['on'],
    setWindowOpenHandler: (fn: (details: never) => { action: string }) => {
      open = fn;
    },
  });
  expect(open!({} as never).action).toBe('deny');
  for (const name of ['will-navigate', 'will-redirect', 'will-attach-webview', 'will-frame-navigate']) {
    let isPrevented = false;
    listeners.get(name)!({ url: 'https://evil.test/', isMainFrame: true, preventDefault: () => (isPrevented = true) });
    expect(isPrevented, name).toBe(true);
  }
});

test('no permission, no device, no request beyond the page', () => {
  const set: Record<string, (...args: never[]) => unknown> = {};
  let isSpellChecking = true;
  let onRequest: ((details: { url: string }, callback: (answer: { cancel: boolean }) => void) => void) | undefined;
  guardSession({
    setPermissionRequestHandler: (fn: unknown) => (set['request'] = fn as never),
    setPermissionCheckHandler: (fn: unknown) => (set['check'] = fn as never),
    setDevicePermissionHandler: (fn: unknown) => (set['device'] = fn as never),
    setSpellCheckerEnabled: (isOn: boolean) => {
      isSpellChecking = isOn;
    },
    webRequest: { onBeforeRequest: (fn: typeof onRequest) => (onRequest = fn) },
  } as unknown as Session);
  let granted: boolean | undefined;
  set['request']!(null as never, 'media' as never, ((is: boolean) => (granted = is)) as never);
  expect([granted, set['check']!(), set['device']!(), isSpellChecking]).toEqual([false, false, false, false]);
  const cancelled = (url: string): boolean => {
    let answer = false;
    onRequest!({ url }, ({ cancel }) => (answer = cancel));
    return answer;
  };
  expect(cancelled('osmia://app/app.js')).toBe(false);
  expect(cancelled('blob:osmia://app/1')).toBe(false);
  for (const url of ['https://evil.test/x.png', 'http://127.0.0.1:80/', 'file:///etc/passwd', 'ws://evil.test/']) {
    expect(cancelled(url), url).toBe(true);
  }
});

test('the window is sandboxed, isolated and without Node', () => {
  const { webPreferences } = windowOptions(deviceDefaults(), '/preload.cjs', '1.0.0');
  expect(webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webviewTag: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    spellcheck: false,
    navigateOnDragDrop: false,
  });
});
