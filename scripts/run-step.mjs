// Runs one step of a chain, says how long it took, and ends the chain where it fails.
import { spawnSync } from 'node:child_process';

export function step(title, args, env = {}) {
  const from = performance.now();
  process.stdout.write(`\n── ${title}\n`);
  const run = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  if (run.status !== 0) {
    process.stderr.write(`\n── ${title} failed after ${seconds} s\n`);
    process.exit(run.status ?? 1);
  }
  process.stdout.write(`── ${title}: ${seconds} s\n`);
}
