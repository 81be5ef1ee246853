// Builds what is missing or older than its sources, so that a fresh clone starts with one command.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isFresh(product, sources) {
  const built = statSync(join(root, product), { throwIfNoEntry: false });
  return built !== undefined && sources.every((source) => newest(join(root, source)) <= built.mtimeMs);
}

/** The page alone, for the web host. What is printed goes to standard error. Rejects when there is none. */
export async function buildRenderer() {
  if (isFresh('out/renderer/index.html', ['src/renderer', 'src/shared', 'package-lock.json'])) return;
  process.stderr.write('Building the window (once) …\n');
  const { build } = await import('vite');
  try {
    // The root is given in full: Osmia may be started from any folder.
    await build({
      configFile: join(root, 'src/renderer/vite.config.ts'),
      root: join(root, 'src/renderer'),
      logLevel: 'warn',
    });
  } catch (error) {
    // A checkout that this user may not write: what was built before still serves.
    if (!existsSync(join(root, 'out/renderer/index.html'))) throw error;
    process.stderr.write(
      `The window could not be built anew (${error.code ?? error.message}); using the earlier one.\n`,
    );
  }
}

/** Everything of the desktop window. Ends the process when the build fails. */
export function buildDesktop() {
  const sources = ['src', 'electron.vite.config.ts', 'package-lock.json'];
  if (['out/main/index.js', 'out/renderer/index.html'].every((product) => isFresh(product, sources))) return;
  process.stderr.write('Building the desktop window (once) …\n');
  const script = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  if (!existsSync(script)) throw new Error('electron-vite is missing: run npm install.');
  const run = spawnSync(process.execPath, [script, 'build', '--logLevel', 'warn'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
