import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { expect, test } from 'vitest';
import { makeTempDir } from '../support/make-db.ts';

const root = join(import.meta.dirname, '..', '..');

/** Electron's package fetches its binary at first use; asking it here would start that download, so only look. */
function findBinary(): string | undefined {
  const folder = join(root, 'node_modules', 'electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return undefined;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : undefined;
}

const binary = findBinary();
const isBuilt = existsSync(join(root, 'out', 'main', 'index.js'));
if (!binary)
  console.log('Electron smoke tests skipped: there is no Electron binary here (npx install-electron brings it).');
else if (!isBuilt) console.log('Electron smoke tests skipped: run `npm run build` first.');

test.skipIf(!binary || !isBuilt)(
  'the desktop window opens, its page has the bridge and no Node, and it quits in order',
  async () => {
    const home = makeTempDir();
    const app = await _electron.launch({
      executablePath: binary!,
      args: [root, `--user-data-dir=${join(home, 'profile')}`],
      env: { ...process.env, XDG_DATA_HOME: join(home, 'data'), XDG_CONFIG_HOME: join(home, 'config'), HOME: home },
    });
    const page = await app.firstWindow();
    await page.waitForSelector('[role="main"], main');
    const found = await page.evaluate(() => ({
      bridge: typeof (window as unknown as Record<string, unknown>)['osmiaHost'],
      require: typeof (window as unknown as Record<string, unknown>)['require'],
      process: typeof (window as unknown as Record<string, unknown>)['process'],
      origin: window.location.origin,
    }));
    expect(found).toEqual({ bridge: 'object', require: 'undefined', process: 'undefined', origin: 'osmia://app' });
    await app.close();
  },
  60_000,
);
