// npm test: unit, service, conformance and engine tests, then the end-to-end flows in a real browser. The last line is
// the sum of what the two runners counted themselves (test/support/closing-count*.ts).
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import './require-node.mjs';
import { bringBrowser } from './find-browser.mjs';
import { step } from './run-step.mjs';

const browser = bringBrowser();
if (!browser) process.exit(1);

const folder = mkdtempSync(join(tmpdir(), 'osmia-counts-'));
const counts = join(folder, 'counts');
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const env = { OSMIA_COUNT_FILE: counts, ...(browser === 'playwright' ? {} : { OSMIA_BROWSER: browser }) };

const isLong = process.argv.includes('--long');
if (isLong) {
  step('large figures', ['node_modules/vitest/vitest.mjs', 'run'], { ...env, OSMIA_LONG: '1' });
} else {
  // The page that the browser opens, and the desktop's bundles, which the tests start on plain Node.
  step('build', ['node_modules/electron-vite/bin/electron-vite.js', 'build', '--logLevel', 'warn']);
  // A build that ended well in the wrong place looks like a good one until a browser opens nothing.
  for (const product of ['out/main/index.js', 'out/preload/index.cjs', 'out/renderer/index.html']) {
    if (!existsSync(product)) throw new Error(`the build left no ${product}`);
  }
  step('unit, service, conformance, engine', ['node_modules/vitest/vitest.mjs', 'run'], env);
  step('end to end', ['node_modules/@playwright/test/cli.js', 'test'], env);
}

const sum = { passed: 0, failed: 0, skipped: 0 };
for (const line of readFileSync(counts, 'utf8').trim().split('\n')) {
  const count = JSON.parse(line);
  for (const key of Object.keys(sum)) sum[key] += count[key];
}
process.stdout.write(`\n${sum.passed} passed, ${sum.failed} failed, ${sum.skipped} skipped\n`);
