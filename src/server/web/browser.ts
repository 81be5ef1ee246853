import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
  'microsoft-edge-stable',
];

const PLACES: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
    '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  ],
  win32: ['ProgramFiles', 'ProgramFiles(x86)', 'LOCALAPPDATA'].flatMap((variable) => {
    const folder = process.env[variable];
    return folder === undefined
      ? []
      : [
          join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
          join(folder, 'Chromium', 'Application', 'chrome.exe'),
          join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
        ];
  }),
};

/** The first Chromium, Chrome or Edge of this machine; `OSMIA_BROWSER` names another. */
export function findBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env['OSMIA_BROWSER']) return env['OSMIA_BROWSER'];
  const onPath = (env['PATH'] ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...(process.platform === 'win32' ? [] : onPath), ...(PLACES[process.platform] ?? [])].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Why no browser window can be opened here, in words; undefined where one can. */
export function whyNoBrowser(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (process.getuid?.() === 0) return 'a browser does not run as root with its sandbox on';
  if (process.platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return 'there is no display';
  if (!findBrowser(env)) return 'there is no Chromium, Chrome or Edge';
  return undefined;
}

/** Everything of a browser that talks to its maker, keeps what it saw, or looks into what is typed. Never --no-sandbox. */
const QUIET_FLAGS = [
  '--window-size=1440,900',
  '--no-first-run',
  '--no-default-browser-check',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-client-side-phishing-detection',
  '--disable-breakpad',
  '--disable-sync',
  '--disable-extensions',
  '--disable-default-apps',
  '--dns-prefetch-disable',
  '--no-pings',
  '--metrics-recording-only',
  '--disable-features=Translate,SpellcheckService,SpellCheck,OptimizationHints,MediaRouter,AutofillServerCommunication,InterestFeedContentSuggestions,CertificateTransparencyComponentUpdater',
  '--disable-spell-checking',
  '--disk-cache-size=1',
  '--media-cache-size=1',
  '--password-store=basic',
  '--use-mock-keychain',
];

/** What a profile starts with: nothing is predicted, checked, saved or restored. */
const PREFERENCES = {
  browser: { enable_spellchecking: false, has_seen_welcome_page: true },
  spellcheck: { use_spelling_service: false, dictionaries: [] },
  search: { suggest_enabled: false },
  net: { network_prediction_options: 2 },
  dns_prefetching: { enabled: false },
  alternate_error_pages: { enabled: false },
  autofill: { profile_enabled: false, credit_card_enabled: false },
  credentials_enable_service: false,
  profile: { password_manager_enabled: false, exit_type: 'Normal' },
  safebrowsing: { enabled: false },
  session: { restore_on_startup: 5 },
  translate: { enabled: false },
};

export interface BrowserWindow {
  /** Resolves when the browser has ended and its profile is gone. */
  closed: Promise<void>;
  close(): void;
}

/**
 * Opens `launchUrl` as an app window with a private profile (0700) that is removed when the browser ends. Every user of
 * the machine can read a command line, so the launch code is not in it: the browser gets the path of a file (0600) in
 * the profile that leads on to the address.
 */
export function openBrowser(binary: string, launchUrl: string): BrowserWindow {
  const profile = mkdtempSync(join(profileParent(binary), 'osmia-browser-'));
  const start = join(profile, 'osmia.html');
  writeFileSync(start, startPage(launchUrl), { mode: 0o600 });
  writeFileSync(join(profile, 'First Run'), '');
  // Chromium reads the preferences of the profile `Default`.
  writePreferences(profile);
  const child = spawn(binary, browserArguments(profile, pathToFileURL(start).href), {
    stdio: 'ignore',
    // What it keeps for the time of its life goes with the profile too, however it ends.
    env: process.platform === 'linux' ? { ...process.env, TMPDIR: profile } : process.env,
  });
  const remove = (): void => rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', remove);
  return {
    closed: ended(child).then(() => {
      process.off('exit', remove);
      remove();
    }),
    close: () => void child.kill(),
  };
}

export function browserArguments(profile: string, startUrl: string): string[] {
  return [
    `--app=${startUrl}`,
    `--user-data-dir=${profile}`,
    `--disk-cache-dir=${join(profile, 'cache')}`,
    ...QUIET_FLAGS,
  ];
}

/** A page that leads on at once. The address is ours, but it is put into a script: `<` must not end it. */
export function startPage(launchUrl: string): string {
  const address = JSON.stringify(launchUrl).replaceAll('<', '\\u003c');
  return `<!doctype html><meta charset="utf-8"><title>Osmia</title><script>location.replace(${address})</script>\n`;
}

function writePreferences(profile: string): void {
  const folder = join(profile, 'Default');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, 'Preferences'), JSON.stringify(PREFERENCES), { mode: 0o600 });
}

/** A browser in a snap sees neither the machine's temporary folder nor hidden ones. */
function profileParent(binary: string): string {
  if (!isSnap(binary)) return tmpdir();
  const folder = join(homedir(), 'snap', 'chromium', 'common');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

function isSnap(binary: string): boolean {
  try {
    const real = realpathSync(binary);
    return real.startsWith('/snap/') || real === '/usr/bin/snap';
  } catch {
    return false;
  }
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
}
