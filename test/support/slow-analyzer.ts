import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A folder in the Cortex layout with one local analyzer, `Slow_1_0`, that sleeps for `seconds` unless it is stopped. */
export function makeSlowAnalyzer(parent: string, name = 'foreign', seconds = '61'): string {
  const root = join(parent, name);
  const folder = join(root, 'Slow');
  mkdirSync(folder, { recursive: true });
  const write = (name: string, value: unknown): void => writeFileSync(join(folder, name), JSON.stringify(value));
  write('Slow.json', {
    name: 'Slow',
    version: '1.0',
    author: 'Osmia tests',
    url: 'https://example.com',
    license: 'Apache-2.0',
    description: 'Sleeps',
    dataTypeList: ['fqdn', 'domain', 'file'],
    command: 'Slow/slow.sh',
    baseConfig: 'Slow',
  });
  write('osmia.json', { card: { leaves: 'nothing', hosts: [], seenBy: 'nobody', keeps: 'nothing' } });
  writeFileSync(join(folder, 'slow.sh'), `#!/bin/sh\nexec sleep ${seconds}\n`, { mode: 0o755 });
  return root;
}
