// npm run verify: everything a change must pass, cheapest first.
import './require-node.mjs';
import { step } from './run-step.mjs';

const bin = (path) => `node_modules/${path}`;

step('format', [bin('@biomejs/biome/bin/biome'), 'format', '.']);
step('lint', [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings']);
for (const project of ['shared', 'node', 'electron', 'renderer', 'test']) {
  step(`types: ${project}`, [bin('typescript/bin/tsc'), '-p', `tsconfig.${project}.json`]);
}
step('import rules', ['scripts/check-imports.mjs']);
step('dead code', [bin('knip/bin/knip.js'), '--no-progress']);
// Builds first, then every test.
step('build and test', ['scripts/test.mjs']);
