import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

const KIT = fileURLToPath(new URL('../fixtures/responders', import.meta.url));

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['analyzers', 'add', KIT]);
  await host.run(['case', 'new', 'Invoice of harbour.org']);
});
test.afterAll(() => host.remove());

/** A picture for whoever looks at the screens, where one is asked for. */
const shots = process.env['OSMIA_SHOTS'];

test('a task is added, started, written to and closed', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/tasks`);
  await page.getByRole('textbox', { name: 'New task' }).fill('Call the owner');
  await page.keyboard.press('Enter');
  const row = page.getByRole('grid', { name: 'Tasks' }).getByRole('row', { name: /Call the owner/ });
  await expect(row).toContainText('Waiting');
  await page.getByRole('textbox', { name: 'New line' }).fill('Nobody there');
  await page.keyboard.press('Control+Enter');
  await expect(row).toContainText('In progress');
  await expect(page.getByRole('complementary', { name: 'Task' })).toContainText('Nobody there');
  const detail = page.getByRole('complementary', { name: 'Task' });
  await detail.getByRole('button', { name: 'Complete', exact: true }).click();
  await expect(detail.getByRole('button', { name: 'Open again' })).toBeVisible();
  if (shots) await page.screenshot({ path: join(shots, 'tasks.png') });
});

test('respond: pick, exact preview, dry run, confirm, what it asked for, undo', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1`);
  await page.getByRole('button', { name: 'Respond…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Respond to case #1' });
  await expect(dialog.getByRole('radio', { name: /Mailer/ })).toContainText('smtp_host');
  if (shots) await page.screenshot({ path: join(shots, 'pick.png') });
  await dialog.getByRole('radio', { name: /KitEverything/ }).click();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(dialog).toContainText('Nothing: it runs on this machine');
  await expect(dialog).toContainText('#1 Invoice of harbour.org');
  await dialog.getByRole('button', { name: 'Dry run' }).click();
  await expect(dialog.getByRole('status')).toContainText('knows no dry run');
  if (shots) await page.screenshot({ path: join(shots, 'preview.png') });
  await dialog.getByRole('radio', { name: 'Exact text' }).click();
  await expect(dialog.getByRole('region', { name: 'What would be sent' })).toContainText('"_type": "case"');
  // Nothing has run so far.
  await expect(page.getByText('changes asked for')).toHaveCount(0);
  await dialog.getByRole('button', { name: 'Run here' }).click();

  await page.getByRole('button', { name: /11 changes asked for, \d+ not applied/ }).click();
  const asked = page.getByRole('list', { name: 'What it asked for' });
  const tag = asked.getByRole('listitem').filter({ hasText: 'AddTagToCase' });
  await expect(tag).toContainText('Tag “mail sent” added.');
  await expect(asked.getByRole('listitem').filter({ hasText: 'LaunchRocket' })).toContainText('does not know');
  await expect(page.locator('.case-tags')).toContainText('mail sent');
  if (shots) await page.screenshot({ path: join(shots, 'result.png') });
  await tag.getByRole('button', { name: 'Undo' }).click();
  await expect(tag).toContainText('Undone');
  await expect(page.locator('.case-tags')).not.toContainText('mail sent');
});

test('a selection: one preview over all, a job for each', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/observables`);
  await page.getByRole('button', { name: /^Add/ }).first().click();
  await page.getByRole('textbox', { name: 'Values, one a line' }).fill('198.51.100.7\nevil.example.com');
  await page.keyboard.press('Control+Enter');
  const grid = page.getByRole('grid', { name: 'Observables' });
  await expect(grid).toContainText('198[.]51[.]100[.]7');
  await page.keyboard.press('Control+a');
  await page
    .getByRole('toolbar', { name: 'Selection' })
    .getByRole('button', { name: 'More for the selection' })
    .click();
  await page.getByRole('menuitem', { name: 'Respond…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Respond to 3 observables/ });
  await dialog.getByRole('radio', { name: /KitEverything/ }).click();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(dialog.getByRole('listbox', { name: 'Objects' }).getByRole('option')).toHaveCount(3);
  if (shots) await page.screenshot({ path: join(shots, 'bulk.png') });
  await dialog.getByRole('button', { name: 'Run here on 3' }).click();
  await expect(page.getByText('KitEverything started on 3 objects')).toBeVisible();
});

test('the catalogue says what leaves, and lists the runs', async ({ openWindow }) => {
  const page = await openWindow(host, { colorScheme: 'dark', viewport: { width: 1024, height: 700 } });
  await page.goto(`${host.url()}#/responders`);
  const grid = page.getByRole('grid', { name: 'Responders' });
  await grid.getByRole('row', { name: /Mailer/ }).click();
  await expect(page.getByRole('complementary', { name: 'About it' })).toContainText('Your SMTP server');
  if (shots) await page.screenshot({ path: join(shots, 'catalogue.png') });
  await page.getByRole('tab', { name: 'Settings' }).click();
  await expect(page.getByRole('complementary', { name: 'About it' })).toContainText('smtp_host');
  if (shots) await page.screenshot({ path: join(shots, 'settings.png') });
  await page.getByRole('tab', { name: 'Runs' }).click();
  await expect(page.getByRole('region', { name: 'Runs' })).toContainText('KitEverything');
});
