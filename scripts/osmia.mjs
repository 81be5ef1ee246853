#!/usr/bin/env node
// The `osmia` command in a checkout. The version check comes before the first .ts file, which an old Node cannot load.
import './require-node.mjs';
// Not by name: an old Node has no such export and would fail before the check could say why.
import nodeModule from 'node:module';

nodeModule.enableCompileCache();
await import('../src/cli/osmia.ts');
