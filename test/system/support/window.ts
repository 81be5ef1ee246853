import { chmodSync, existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { type BrowserWindow, findBrowser, openBrowser } from '../../../src/server/web/browser.ts';
import { processesAbout } from './processes.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

export const browserPath = findBrowser();

export interface AppWindow {
  page: Page;
  /** The private folder of this window's browser. */
  profile: string;
  /** Closes the browser; resolves when its profile is gone. */
  close(): Promise<void>;
}

/**
 * The app window as Osmia opens it (its own profile, preferences and flags), of a browser without a screen that the test
 * can steer. `--no-sandbox` only because tests may run as root.
 */
export async function openAppWindow(world: World, browser: string, launchUrl: string): Promise<AppWindow> {
  const steered = world.put(
    'browser',
    `#!/bin/sh\nexec "${browser}" --headless=new --no-sandbox --disable-gpu --remote-debugging-port=0 "$@"\n`,
  );
  chmodSync(steered, 0o700);
  const window: BrowserWindow = openBrowser(steered, launchUrl);
  const profile = await until('the browser runs', () => profileOf(world));
  const portFile = join(profile, 'DevToolsActivePort');
  const port = await until(
    'the browser listens',
    () => existsSync(portFile) && readFileSync(portFile, 'utf8').split('\n')[0],
  );
  const connection = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const page = await until('the browser has its page', () => connection.contexts()[0]?.pages()[0]);
  await page.waitForURL((url) => url.protocol === 'http:');
  return {
    page,
    profile,
    async close() {
      await connection.close();
      window.close();
      await window.closed;
    },
  };
}

/** From the command line, as anybody could read it. The profile lies in TMPDIR, which is the world's. */
function profileOf(world: World): string | undefined {
  const found = processesAbout(join(world.home, 'tmp', 'osmia-browser-'))
    .map(({ command }) => /--user-data-dir=(\S+)/.exec(command)?.[1])
    .find((path) => path !== undefined);
  return found !== undefined && dirname(found) === join(world.home, 'tmp') ? found : undefined;
}
