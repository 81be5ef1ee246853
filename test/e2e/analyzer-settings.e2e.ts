import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

const SECRET = 'sk-live-0123456789abcdef';

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  const folder = join(host.home, 'Cortex-Analyzers');
  for (const name of ['Lookup', 'Scan', 'Comments']) {
    mkdirSync(join(folder, 'Service'), { recursive: true });
    const descriptor = {
      name: `Service_${name}`,
      version: '1.0',
      author: 'test',
      url: 'https://example.org',
      license: 'Apache-2.0',
      description: 'Asks a service about a value.',
      dataTypeList: ['ip', 'domain'],
      command: 'Service/run.sh',
      baseConfig: 'Service',
      configurationItems: [
        { name: 'key', description: 'API key of your account.', type: 'string', multi: false, required: true },
        {
          name: 'polling_interval',
          description: 'Seconds between two looks.',
          type: 'number',
          multi: false,
          required: false,
          defaultValue: 60,
        },
        { name: 'highlighted', description: 'Engines that count more.', type: 'string', multi: true, required: false },
        {
          name: 'verify',
          description: 'Check the certificate of the server.',
          type: 'boolean',
          multi: false,
          required: false,
          defaultValue: true,
        },
      ],
    };
    writeFileSync(join(folder, 'Service', `${name}.json`), JSON.stringify(descriptor));
  }
  writeFileSync(join(folder, 'Service/run.sh'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  await host.run(['analyzers', 'add', folder]);
});
test.afterAll(() => host.remove());

test('a key is entered once for all siblings, shown by its last four characters, replaced and deleted', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/analyzers`);
  const grid = page.getByRole('grid', { name: 'Analyzers' });
  await grid.getByRole('row').filter({ hasText: 'Service_Lookup' }).click();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await expect(page.getByText('Shared with 2 other analyzers')).toBeVisible();
  await page.getByLabel('key', { exact: true }).fill(SECRET);
  await page.getByRole('textbox', { name: 'polling_interval' }).fill('30');
  await page.getByRole('button', { name: 'Save 2 changes' }).click();
  await expect(page.getByText('••••••••cdef')).toBeVisible();
  await expect(page.getByText(SECRET)).toHaveCount(0);

  await grid.getByRole('row').filter({ hasText: 'Service_Scan' }).click();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await expect(page.getByText('••••••••cdef')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'polling_interval' })).toHaveValue('30');
  await page.getByRole('textbox', { name: 'polling_interval' }).fill('');
  await page.getByRole('button', { name: 'More about polling_interval' }).click();
  await page.getByRole('menuitem', { name: 'Use another value for this analyzer only' }).click();
  await page.getByRole('textbox', { name: 'polling_interval' }).fill('90');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(page.getByText('only here')).toBeVisible();

  await page.goto(`${host.url()}#/settings`);
  const secrets = page.getByRole('region', { name: 'Secrets' });
  await expect(secrets.getByText('of Service')).toBeVisible();
  await secrets.scrollIntoViewIfNeeded();
  await secrets.getByRole('button', { name: 'Replace…' }).click();
  await secrets.getByLabel('New value').fill('sk-live-fedcba9876543210');
  await secrets.getByRole('button', { name: 'Replace', exact: true }).click();
  await expect(secrets.getByText('••••••••3210')).toBeVisible();
  await secrets.getByRole('button', { name: 'More about this secret' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('button', { name: 'Delete it' }).click();
  await expect(secrets.getByText('None yet.')).toBeVisible();
});

test('proxy, sets and the import from Cortex', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings`);
  await page.getByRole('radio', { name: 'All', exact: true }).click();
  const network = page.getByRole('region', { name: 'Network of analyzers' });
  await network.getByLabel('Proxy for https').fill('proxy.example');
  await network.getByRole('button', { name: 'Save' }).click();
  await expect(network.getByText('Type the whole address')).toBeVisible();
  await network.getByLabel('Proxy for https').fill('http://ana:pass-of-the-proxy@proxy.example:3128');
  await network.getByRole('button', { name: 'Save' }).click();
  await expect(network.getByLabel('Proxy for https')).toHaveValue('http://proxy.example:3128');

  const sets = page.getByRole('region', { name: 'Analyzer sets' });
  await sets.getByRole('button', { name: 'New set…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Triage');
  await dialog.getByLabel('Add an analyzer').first().click();
  await page.getByRole('option', { name: /FileInfo/ }).click();
  await dialog.getByLabel('Add an analyzer').first().click();
  await page.getByRole('option', { name: /Service_Lookup/ }).click();
  await dialog.getByRole('button', { name: 'Make set' }).click();
  await expect(sets.getByText('2 analyzers: ')).toBeVisible();
  await sets.scrollIntoViewIfNeeded();

  const file = [
    {
      name: 'Service_Lookup_1_0',
      workerDefinitionId: 'Service_Lookup_1_0',
      configuration: { key: SECRET, polling_interval: '45', gone: 'x', max_tlp: 2, proxy_http: null },
      rate: 4,
      rateUnit: 'Minute',
    },
  ];
  await page.locator('input[type=file][accept*=json]').setInputFiles({
    name: 'organisation.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(file)),
  });
  await expect(
    dialog.getByText('1 analyzer or responder: 2 settings to take over, 1 secret among them.'),
  ).toBeVisible();
  await dialog.getByRole('button', { name: 'Take over 2' }).click();
  await expect(dialog.getByText('2 settings taken over')).toBeVisible();
  await expect(dialog.getByText(SECRET)).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(page.getByRole('region', { name: 'Secrets' }).getByText('••••••••cdef')).toBeVisible();
});

test('a set runs on what is under the cursor, from the palette, and is chosen anew on the run sheet', async ({
  openWindow,
}) => {
  const note = join(host.home, 'note.txt');
  writeFileSync(note, 'Nothing of interest.\n');
  await host.run(['case', 'new', 'A case']);
  await host.run(['analyze', note, '--case', '1', '--analyzers', 'FileInfo_1_0']);
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/observables`);
  await page.getByRole('grid', { name: 'Observables' }).getByRole('row').filter({ hasText: 'note.txt' }).click();
  await page.keyboard.press('ControlOrMeta+k');
  await page.getByRole('textbox', { name: 'Search or run a command' }).fill('> Run set');
  await page.getByText('Run set Triage on 1 observable…').click();
  await expect(page.getByRole('heading', { name: 'Run sheet' })).toBeVisible();
  const sheet = page.getByRole('grid', { name: 'Run sheet' });
  await expect(sheet.getByText('FileInfo').first()).toBeVisible();
  await expect(sheet.getByText('Email')).toHaveCount(0);
  await page.getByRole('button', { name: 'Set: Triage' }).click();
  await page.getByRole('menuitem', { name: 'Every analyzer that fits' }).click();
  await expect(page.getByRole('button', { name: 'Use a set' })).toBeVisible();
});
