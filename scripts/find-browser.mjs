// Finds (or brings) the browser that the tests drive: the machine's own; else Debian's where we are root; else
// Playwright's own download; else one line that says what to install. Prints nothing but problems.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge', 'msedge'];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const isProgram = (path) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

export function installedBrowser() {
  if (process.env.OSMIA_BROWSER) return process.env.OSMIA_BROWSER;
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES].find(isProgram);
}

/** The path of a browser, `playwright` for Playwright's own, or undefined after having said what to install. */
export function bringBrowser() {
  const found = installedBrowser();
  if (found) return found;
  const run = (command, args) =>
    spawnSync(command, args, { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
      .status === 0;
  if (process.getuid?.() === 0 && isProgram('/usr/bin/apt-get')) {
    process.stdout.write('No browser here: installing Debian’s chromium.\n');
    if (run('apt-get', ['update', '-qq']) && run('apt-get', ['install', '-y', '-qq', 'chromium']))
      return installedBrowser();
  }
  process.stdout.write('No browser here: trying Playwright’s own.\n');
  if (run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])) return 'playwright';
  process.stderr.write(
    'The end-to-end tests need a browser. Install Chromium, Chrome or Edge, or set OSMIA_BROWSER to its path.\n',
  );
  return undefined;
}
