import { appendFileSync } from 'node:fs';

export interface Count {
  passed: number;
  failed: number;
  skipped: number;
}

/** Prints the closing line of a runner and hands the count to scripts/test.mjs, which adds the runners up. */
export function closeWith(count: Count): void {
  process.stdout.write(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
  const file = process.env['OSMIA_COUNT_FILE'];
  if (file) appendFileSync(file, `${JSON.stringify(count)}\n`);
}
