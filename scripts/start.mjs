// `npm start`: the desktop window where Electron can run, else the same app in the machine's own browser.
import './require-node.mjs';
import './code-cache.mjs';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildDesktop, buildRenderer } from './build-window.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const electron = join(root, 'node_modules/electron');
/** Where the download failed it is not tried again for a day: a machine without a link should start at once. */
const failedAt = join(root, 'node_modules/.osmia-no-electron');
const DAY = 86_400_000;

/** Why the desktop window cannot open here, in words; undefined where it can. */
function whyNoElectron() {
  if (process.env.OSMIA_HOST === 'web') return 'OSMIA_HOST=web asks for the browser';
  if (process.getuid?.() === 0) return 'Electron does not run as root with its sandbox on';
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY)
    return 'there is no display';
  if (electronBinary()) return undefined;
  if (existsSync(failedAt) && Date.now() - statSync(failedAt).mtimeMs < DAY) return 'its download failed today';
  process.stderr.write('Fetching Electron (once; OSMIA_HOST=web does without) …\n');
  const fetched = spawnSync(process.execPath, [join(electron, 'install.js')], { stdio: 'ignore', timeout: 120_000 });
  if (fetched.status === 0 && electronBinary()) return undefined;
  writeFileSync(failedAt, '');
  return 'its binary could not be downloaded';
}

function electronBinary() {
  try {
    const binary = join(electron, 'dist', readFileSync(join(electron, 'path.txt'), 'utf8').trim());
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

function startElectron() {
  buildDesktop();
  const child = spawn(electronBinary(), [root, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 130 : 0)));
}

const reason = whyNoElectron();
if (reason === undefined) startElectron();
else {
  process.stderr.write(`No desktop window: ${reason}. Osmia opens in the browser instead.\n`);
  await buildRenderer();
  const { runWebHost } = await import('../src/server/web/run-web-host.ts');
  process.exitCode = await runWebHost(process.argv.slice(2));
}
