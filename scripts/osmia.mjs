#!/usr/bin/env node
// The `osmia` command in a checkout. The version check comes before the first .ts file, which an old Node cannot load.
import './require-node.mjs';
import './code-cache.mjs';

await import('../src/cli/osmia.ts');
