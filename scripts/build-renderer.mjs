// Builds the window where it is missing or older than its sources, so that a fresh clone starts with one command.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const CONFIG = 'src/renderer/vite.config.ts';
const SOURCES = ['src/renderer', 'src/shared', 'package-lock.json'];

function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export function isRendererFresh() {
  const page = join(root, 'out/renderer/index.html');
  if (!existsSync(page)) return false;
  const builtAt = statSync(page).mtimeMs;
  return SOURCES.every((source) => newest(join(root, source)) <= builtAt);
}

/** Builds only where it must; what is printed goes to standard error. Rejects when the build fails. */
export async function buildRenderer() {
  if (isRendererFresh()) return;
  process.stderr.write('Building the window (once) …\n');
  const { build } = await import('vite');
  await build({ configFile: join(root, CONFIG), logLevel: 'warn' });
}
