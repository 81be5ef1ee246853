import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { chooseFiles, putFile } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;

const misp = (
  ref: string,
  info: string,
  values: [type: string, value: string, isIoc: boolean][],
  tags: string[] = [],
): string =>
  JSON.stringify({
    Event: {
      uuid: `5e000000-0000-4000-8000-0000000000${ref}`,
      info,
      date: '2026-11-20',
      threat_level_id: '1',
      Orgc: { name: 'CERT Harbour' },
      Tag: [{ name: 'tlp:green' }, ...tags.map((name) => ({ name }))],
      Attribute: values.map(([type, value, isIoc]) => ({ type, category: 'Network activity', value, to_ids: isIoc })),
    },
  });

test.beforeAll(async () => {
  host = await startHost();
  await host.run(['case', 'new', 'Known campaign']);
  await host.run(['case', 'new', 'Other matter']);
  const folder = join(host.home, 'alerts');
  mkdirSync(folder);
  writeFileSync(
    join(folder, 'a.json'),
    misp(
      'a1',
      'Phishing wave',
      [
        ['domain', 'bad.example', true],
        ['ip-dst', '198.51.100.4', true],
        ['md5', 'd41d8cd98f00b204e9800998ecf8427e', false],
      ],
      ['phishing'],
    ),
  );
  writeFileSync(join(folder, 'b.json'), misp('b2', 'Scanner seen', [['ip-src', '203.0.113.9', false]]));
  writeFileSync(join(folder, 'c.json'), misp('c3', 'Beacon again', [['ip-dst', '203.0.113.77', true]]));
  writeFileSync(join(folder, 'broken.json'), '{"Event":');
  await host.run(['alerts', 'import', folder]);
});
test.afterAll(() => host.remove());

/** A picture for whoever looks at the screens, where one is asked for. */
const shots = process.env['OSMIA_SHOTS'];

const grid = 'Alerts';

test('the queue: unread on the rail, preview with known values and similar cases, filters and accessibility', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  // What the preview compares with: a case that holds one of the values.
  await page.goto(`${host.url()}#/cases/1/observables`);
  await page.getByRole('button', { name: /^Add/ }).first().click();
  const add = page.getByRole('dialog');
  await add.getByRole('textbox').first().fill('bad.example');
  await add
    .getByRole('button', { name: /^Add|^Save/ })
    .last()
    .click();
  await expect(page.getByRole('grid').first()).toContainText('bad[.]example');

  await page.getByRole('link', { name: /Alerts/ }).click();
  await expect(page.getByRole('link', { name: /Alerts/ }).getByLabel('3 unread')).toBeVisible();
  const rows = page.getByRole('grid', { name: grid });
  await expect(rows.getByRole('row', { name: /Phishing wave/ })).toContainText('New');
  await rows.getByRole('row', { name: /Phishing wave/ }).click();
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await expect(preview).toContainText('Phishing wave');
  await expect(preview.getByRole('list', { name: 'Observables' })).toContainText('known in #1');
  await expect(preview).toContainText('1/3 observables (33 %)');
  await preview.getByRole('button', { name: 'Open only' }).click();
  await expect(preview).toContainText('#1 Known campaign');
  if (shots) await page.screenshot({ path: join(shots, 'alerts-queue.png') });
  expect(await graveFaults(axeOn(page))).toEqual([]);

  await page.keyboard.press('/');
  await page.keyboard.type('203.0.113.9');
  await expect(rows.getByRole('row')).toHaveCount(2);
  await expect(rows).toContainText('Scanner seen');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
});

test('triage by keys: ignore, undo, read; import as case and undo; merge by number and detach', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/alerts`);
  const rows = page.getByRole('grid', { name: grid });
  const alert = (name: RegExp) => rows.getByRole('row', { name });
  await alert(/Scanner seen/).click();
  await page.keyboard.press('g');
  await expect(alert(/Scanner seen/)).toHaveCount(0);
  await expect(page.getByText('1 alert ignored: read, and updates are not shown')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(alert(/Scanner seen/)).toBeVisible();

  await alert(/Beacon again/).click();
  await page.keyboard.press('i');
  await expect(page.getByText(/1 alert imported as case #3: 1 observable added/)).toBeVisible();
  await expect(alert(/Beacon again/)).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(alert(/Beacon again/)).toContainText('New');

  await alert(/Phishing wave/).click();
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog', { name: 'Merge 1 alert into a case' });
  await expect(dialog.getByRole('list', { name: 'Cases' })).toContainText('shares 1/3');
  await dialog.getByRole('textbox', { name: 'Case' }).fill('#1');
  await expect(dialog.getByRole('listitem')).toHaveCount(1);
  if (shots) await page.screenshot({ path: join(shots, 'alerts-merge.png') });
  await page.keyboard.press('Enter');
  await expect(page.getByText(/merged into case #1: 2 observables added, 1 were there/)).toBeVisible();

  await page.goto(`${host.url()}#/cases/1`);
  const overview = page.getByRole('complementary', { name: /related cases/i });
  await expect(overview).toContainText('Phishing wave');
  await expect(page.getByText('Merged with alert')).toBeVisible();
  if (shots) await page.screenshot({ path: join(shots, 'alerts-of-case.png') });
  await overview.getByRole('button', { name: /Detach Phishing wave/ }).click();
  await expect(page.getByText(/1 alert detached, 2 observables moved to the trash/)).toBeVisible();
  await expect(page.getByText('Merged with alert')).toHaveCount(0);
});

test('several at once: one new case of the selection', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/alerts`);
  const rows = page.getByRole('grid', { name: grid });
  await expect(rows.getByRole('row', { name: /Scanner seen/ })).toBeVisible();
  await rows.getByRole('row', { name: /Scanner seen/ }).click();
  await page.keyboard.press('x');
  await rows.getByRole('row', { name: /Beacon again/ }).click();
  await page.keyboard.press('x');
  const bar = page.getByRole('toolbar', { name: 'Selection' });
  await expect(bar).toContainText('2 selected');
  if (shots) await page.screenshot({ path: join(shots, 'alerts-selection.png') });
  await bar.getByRole('button', { name: /^Import/ }).click();
  await expect(page.getByText(/2 alerts imported as case #\d: 2 observables added/)).toBeVisible();
  await expect(rows.getByRole('row', { name: /Scanner seen/ })).toHaveCount(0);
});

test('a file chosen in the window; sources and what could not be taken; an alert by its address', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/alerts`);
  const file = putFile(host, 'table.csv', 'ref,title,severity,ioc\n77,Row of a table,critical,evil.example\n');
  await chooseFiles(page, file, () => page.getByRole('button', { name: 'Import alerts…' }).click());
  const row = page.getByRole('grid', { name: grid }).getByRole('row', { name: /Row of a table/ });
  await expect(row).toContainText('Critical');

  await page.getByRole('tab', { name: /Sources/ }).click();
  const readings = page.getByRole('region', { name: 'Sources' });
  await expect(readings).toContainText('table.csv');
  await readings.getByRole('button', { name: 'Show problems' }).click();
  await expect(readings.getByRole('list', { name: 'Problems' })).toContainText('broken.json');
  await page.getByRole('button', { name: 'Add feed…' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Add a feed' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Partner');
  await dialog.getByRole('textbox', { name: 'Address' }).fill('https://feed.example/misp/');
  if (shots) await page.screenshot({ path: join(shots, 'alerts-add-feed.png') });
  await dialog.getByRole('button', { name: 'Add feed' }).click();
  await expect(readings).toContainText('https://feed.example/misp/');
  // A new engagement is OFFLINE: nothing is fetched.
  await expect(readings.getByRole('button', { name: 'Fetch now' })).toBeDisabled();
  if (shots) await page.screenshot({ path: join(shots, 'alerts-sources.png') });
  expect(await graveFaults(axeOn(page))).toEqual([]);

  await page.getByRole('tab', { name: /Queue/ }).click();
  await row.dblclick();
  await expect(page).toHaveURL(/#\/alerts\/[0-9a-f-]{36}$/);
  await expect(page.getByRole('region', { name: 'What it brings' })).toContainText('evil[.]example');
  if (shots) await page.screenshot({ path: join(shots, 'alerts-page.png') });
  await page.keyboard.press('Escape');
  await expect(page.getByRole('grid', { name: grid })).toBeVisible();
});
