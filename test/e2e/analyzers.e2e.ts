import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { servePythonIndex } from '../support/python-index.ts';
import { rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['analyzers', 'add', makeSource(host.home)]);
});
test.afterAll(() => host.remove());

/** A folder in Cortex's layout: one that needs a package, one that names a well-known service, one that nobody knows. */
function makeSource(home: string): string {
  const root = join(home, 'Cortex-Analyzers', 'analyzers');
  const add = (folder: string, name: string, program: string, more: object = {}): void => {
    mkdirSync(join(root, folder), { recursive: true });
    const common = {
      version: '1.0',
      description: `${name} of the test`,
      author: 'Osmia',
      url: '',
      license: 'Apache-2.0',
    };
    const descriptor = { name, ...common, dataTypeList: ['ip', 'domain'], command: `${folder}/x.py`, ...more };
    writeFileSync(join(root, folder, `${name}.json`), JSON.stringify(descriptor));
    writeFileSync(join(root, folder, 'x.py'), `#!/usr/bin/env python3\n${program}`, { mode: 0o755 });
  };
  const report = `import json, sys
out = {"success": True, "summary": {"taxonomies": [{"level": "safe", "namespace": "Word", "predicate": "Is", "value": WORD}]}, "artifacts": [], "operations": [], "full": {}}
json.dump(out, open(sys.argv[1] + "/output/output.json", "w"))
`;
  add('Word', 'Word', `from osmia_word import WORD\n${report}`);
  writeFileSync(join(root, 'Word', 'osmia.json'), JSON.stringify({ isLocal: true }));
  writeFileSync(join(root, 'Word', 'requirements.txt'), 'osmia-word\n');
  const key = { name: 'key', description: 'API key', type: 'string', multi: false, required: true };
  const days = { name: 'days', description: 'How far back', type: 'number', multi: false, default: 30 };
  add('AbuseIPDB', 'AbuseIPDB', 'WORD = 1\n', { configurationItems: [key, days] });
  add('Mystery', 'Mystery', 'WORD = 1\n');
  return root;
}

test('the catalogue says what each sends and why one cannot run; facets narrow it', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.getByRole('link', { name: 'Analyzers' }).first().click();
  const grid = page.getByRole('grid', { name: 'Analyzers' });
  await expect(page.getByText(/^\d+ of 6 can run$/)).toBeVisible();
  await expect(rowWith(grid, 'Word')).toContainText('The Python module osmia_word is missing');
  await expect(rowWith(grid, 'AbuseIPDB')).toContainText('A secret is not set: key');
  await expect(rowWith(grid, 'Mystery')).toContainText('The whole value');

  await page
    .getByRole('button', { name: /^Nobody knows/ })
    .first()
    .click();
  await expect(rowWith(grid, 'Mystery')).toBeVisible();
  await expect(rowWith(grid, 'Word')).toHaveCount(0);
  await page
    .getByRole('button', { name: /^Nobody knows/ })
    .first()
    .click();

  await page.getByRole('searchbox', { name: 'Filter analyzers' }).fill('abuseip');
  const about = page.getByRole('complementary', { name: 'About it' });
  await expect(about).toContainText('api.abuseipdb.com');
  await expect(about).toContainText('Osmia’s own knowledge of the service');
  await page.getByRole('button', { name: /^Sources/ }).click();
  await expect(page.getByRole('complementary', { name: 'Sources' })).toContainText(
    'item days spells its default "default"',
  );
});

test('its environment is made after a yes, and the test run goes through the gate', async ({ openWindow }) => {
  const index = await servePythonIndex([
    { name: 'osmia-word', version: '1.0', files: { 'osmia_word.py': 'WORD = "kept"\n' } },
  ]);
  const page = await openWindow(host);
  await page.getByRole('link', { name: 'Analyzers' }).first().click();
  await page.getByRole('searchbox', { name: 'Filter analyzers' }).fill('word of the test');
  const about = page.getByRole('complementary', { name: 'About it' });
  await about.getByRole('tab', { name: 'Environment' }).click();
  await about.getByText('Another package index').click();
  await about.getByLabel('Address').fill(index.url);
  await about.getByRole('button', { name: 'Make its environment…' }).click();
  await expect(page.getByRole('dialog')).toContainText(`Fetch 1 package from ${new URL(index.url).host}?`);
  expect(index.asked).toEqual([]);
  await page.getByRole('button', { name: 'Fetch and make' }).click();
  await expect(about.getByText('1, pinned with hashes')).toBeVisible({ timeout: 30_000 });
  await index.close();
  await expect(about).toContainText('It can run.');

  await about.getByRole('tab', { name: 'Test' }).click();
  await expect(about).toContainText('192.0.2.1');
  await about.getByRole('button', { name: 'Run the test' }).click();
  await expect(about.getByRole('link', { name: /Word/ })).toBeVisible({ timeout: 20_000 });
});
