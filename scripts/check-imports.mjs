// The import rules, twice: on the sources (no violation may be found) and on a planted one (it must be found).
import { spawnSync } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

function cruise(cwd, ...folders) {
  const run = spawnSync(
    process.execPath,
    [bin, '--config', join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', ...folders],
    { cwd, encoding: 'utf8', maxBuffer: 1 << 28 },
  );
  try {
    return JSON.parse(run.stdout).summary;
  } catch {
    process.stderr.write(`${run.stdout}${run.stderr}\n`);
    process.exit(1);
  }
}

const sources = cruise(root, 'src', 'analyzers', 'responders');
if (sources.totalCruised < 50) {
  process.stderr.write(`The import check saw only ${sources.totalCruised} modules; it is not working.\n`);
  process.exit(1);
}
const broken = sources.violations.filter((v) => v.rule.severity === 'error');
for (const v of broken) process.stderr.write(`${v.rule.name}: ${v.from} → ${v.to}\n`);

const planted = cruise(join(root, 'test/fixtures/import-rules'), 'src').violations.map((v) => v.rule.name);
const missed = ['core-runs-no-analysis', 'electron-only-in-its-host'].filter((rule) => !planted.includes(rule));
for (const rule of missed) process.stderr.write(`The planted violation of ${rule} was not found.\n`);

process.stdout.write(
  `import rules: ${sources.totalCruised} modules, ${broken.length} violations, planted ones found: ${missed.length === 0}\n`,
);
process.exit(broken.length + missed.length > 0 ? 1 : 0);
