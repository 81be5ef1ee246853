#!/usr/bin/env node
// `npm run conformance -- DIR`: runs every runnable analyzer of a folder in Cortex's layout on a value that is nobody's,
// in the sandbox, and prints a table. Without `--network` the whole program runs where there is no network.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import './require-node.mjs';

const USAGE = `Usage: npm run conformance -- DIR [options]
  --network       let analyzers use the network; without it nothing can leave
  --all-types     each analyzer on each of its types, instead of its first
  --only TEXT     only analyzers whose name has this in it
  --seconds N     the longest one run may take (60)
  --json          one JSON object instead of the table`;

let values;
let positionals;
try {
  ({ values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      network: { type: 'boolean', default: false },
      'all-types': { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seconds: { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  }));
} catch (error) {
  process.stderr.write(`${error.message}\n${USAGE}\n`);
  process.exit(2);
}
const seconds = Number(values.seconds);
const [folder] = positionals;
if (values.help || folder === undefined || !(seconds > 0)) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(values.help ? 0 : 2);
}

const INSIDE = 'OSMIA_CONFORMANCE_INSIDE';
if (!values.network && process.env[INSIDE] === undefined) {
  // Osmia itself has no network then, so that no analyzer's claim to be local has to be believed.
  const own = process.getuid?.() === 0 ? ['--net'] : ['--map-root-user', '--net'];
  const inner = spawnSync('unshare', [...own, '--', process.execPath, ...process.execArgv, ...process.argv.slice(1)], {
    stdio: 'inherit',
    env: { ...process.env, [INSIDE]: '1' },
  });
  if (inner.error === undefined && inner.status !== null) process.exit(inner.status);
  process.stderr.write('This system cannot take the network away (unshare). Use --network to run with it.\n');
  process.exit(1);
}

const { printConformance } = await import('../test/conformance/cortex-folder.ts');
process.exitCode = await printConformance({
  folder,
  hasNetwork: values.network,
  isEveryType: values['all-types'],
  only: values.only,
  seconds,
  isJson: values.json,
});
