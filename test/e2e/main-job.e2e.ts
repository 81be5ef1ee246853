import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { candidates, chooseFiles, dropFiles, putMail, rowWith, takeIn } from './support/actions.ts';
import { type Host, PASSPHRASE, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost({ unlock: 'window' });
});
test.afterAll(() => host.remove());

test('first start: one passphrase, then the window is ready for a drop', async ({ openWindow }) => {
  const page = await openWindow(host);
  await expect(page.getByRole('heading', { name: 'Choose a passphrase' })).toBeVisible();
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.getByLabel('The same again').fill('something else');
  await page.getByRole('button', { name: 'Make the workspace' }).click();
  await expect(page.getByText('The two differ.')).toBeVisible();
  await page.getByLabel('The same again').fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Make the workspace' }).click();

  await expect(page.getByRole('heading', { name: 'Intake' })).toBeVisible();
  await expect(page.getByRole('switch', { name: /^Offline/ })).toHaveText('OFFLINE');
  await expect(page.getByRole('button', { name: /TLP amber\. Change/ })).toBeVisible();
  await expect(page.getByRole('button', { name: /PAP amber\. Change/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Intake' })).toBeVisible();
});

test('a dropped mail shows what it is, what it holds and what could not be read', async ({ openWindow }) => {
  const path = putMail(host, 'Overdue invoice.eml');
  const bytes = readFileSync(path);
  const page = await openWindow(host);
  await takeIn(page, path);

  await expect(page.getByRole('heading', { name: 'Overdue invoice.eml', level: 1 })).toBeVisible();
  const tree = page.getByRole('tree', { name: 'Contents' });
  await tree.getByRole('treeitem').first().click();
  const facts = page.getByRole('region', { name: 'Facts of the chosen part' });
  for (const algorithm of ['md5', 'sha1', 'sha256'])
    await expect(facts).toContainText(createHash(algorithm).update(bytes).digest('hex'));
  await expect(facts).toContainText(/mail|message/i);
  await expect(facts.getByText(/^[\d.]+ KB$/)).toHaveAttribute('title', /^\d,\d{3} bytes$/);

  for (const name of ['Invoice.zip', 'Invoice_inner.zip', 'Invoice_88213.docm', 'original.eml'])
    await expect(tree.getByRole('treeitem').filter({ hasText: name }).first()).toBeVisible();
  await expect(page.getByText(/^Not read: /)).toBeVisible();
  await expect(page.locator('.coverage')).toContainText('locked.txt');
  await expect(page.locator('.coverage')).toContainText(/encrypted|password/i);

  const grid = candidates(page);
  await expect(rowWith(grid, 'hxxps://pay[.]bad-site[.]com/x')).toContainText(/line \d+/);
  await expect(rowWith(grid, '45[.]77[.]12[.]9')).toContainText('evil.txt');
  await page.getByRole('radio', { name: /^Rejected/ }).click();
  const rejected = grid.getByRole('row').filter({ has: page.getByLabel('Rejected') });
  await expect(rejected.first()).toBeVisible();
  for (const row of await rejected.all()) await expect(row.getByRole('gridcell').last()).not.toBeEmpty();
});

test('a jump to a place marks it in the source', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.getByRole('button', { name: 'Overdue invoice.eml' }).click();
  const row = rowWith(candidates(page), 'hxxps://pay[.]bad-site[.]com/x');
  await row.getByRole('button', { name: /line \d+/ }).click();
  const current = page.getByRole('region', { name: 'Source' }).locator('mark[data-current]');
  await expect(current).toHaveText('hxxps://pay[.]bad-site[.]com/x');
  await expect(current).toBeInViewport();
  await page.getByRole('radio', { name: 'Hex' }).click();
  await expect(page.getByRole('region', { name: 'Hex' })).toContainText('00000000');
});

test('keys decide, and Ctrl+Enter makes the case', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.getByRole('button', { name: 'Overdue invoice.eml' }).click();
  const grid = candidates(page);
  await expect(grid.getByRole('row').nth(2)).toBeVisible();
  const only = (name: RegExp) => page.getByRole('radio', { name });
  await page.keyboard.press('u');
  const number = async (name: RegExp): Promise<number> =>
    Number(/\d+$/.exec((await only(name).textContent()) ?? '')?.[0]);
  const before = { accepted: await number(/^Accepted/), skipped: await number(/^Skipped/) };

  const cursor = grid.locator('[role="row"].cursor');
  const first = await cursor.textContent();
  await page.keyboard.press('j');
  await expect(cursor).not.toHaveText(first ?? '');
  await page.keyboard.press('k');
  await expect(cursor).toHaveText(first ?? '');
  await page.keyboard.press('x');
  await expect(only(/^Skipped/)).toContainText(String(before.skipped + 1));
  await page.keyboard.press('a');
  await expect(only(/^Accepted/)).toContainText(String(before.accepted + 1));
  await page.keyboard.press('Shift+A');
  await expect(only(/^To decide/)).toContainText('0');

  await page.getByRole('button', { name: 'How they enter the case' }).click();
  await page.getByLabel('Title of the new case').fill('Overdue invoice, harbour.org');
  await page.getByLabel('Mark them as IOC').check();
  await page.getByRole('button', { name: 'Added observables: TLP amber. Change' }).click();
  await page.getByRole('menuitem', { name: /TLP:RED/ }).click();
  await page.keyboard.press('Control+Enter');

  await page.waitForURL(/#\/cases\/1\/observables/);
  await expect(page.getByRole('heading', { name: 'Overdue invoice, harbour.org' })).toBeVisible();
  const observables = page.getByRole('grid', { name: 'Observables' });
  const pay = rowWith(observables, 'hxxps://pay[.]bad-site[.]com/x');
  await pay.click();
  await expect(pay).toHaveClass(/cursor/);
  await page.keyboard.press('Space');
  const preview = page.getByRole('complementary', { name: 'Preview' });
  await expect(preview.getByRole('button', { name: 'Observable: TLP red. Change' })).toBeVisible();
  await expect(preview.getByRole('button', { name: 'Observable: PAP amber. Change' })).toBeVisible();
  await expect(pay.getByRole('img', { name: 'IOC' })).toBeVisible();
  await expect(rowWith(observables, 'hxxp://inner[.]bad-site[.]com')).toBeVisible();

  await page.getByRole('tab', { name: /^Evidence/ }).click();
  const evidence = page.getByRole('grid', { name: 'Evidence' });
  await expect(rowWith(evidence, 'Overdue invoice.eml')).toBeVisible();
});

test('the file dialog takes a file too', async ({ openWindow }) => {
  const page = await openWindow(host);
  await chooseFiles(page, putMail(host, 'chosen.eml', 'chosen'), () =>
    page.getByRole('button', { name: 'Choose files' }).click(),
  );
  await expect(page.getByRole('heading', { name: 'chosen.eml', level: 1 })).toBeVisible();
  await expect(rowWith(candidates(page), 'hxxps://pay[.]bad-site[.]com/x')).toBeVisible();
});

test('several dropped files lie in the list', async ({ openWindow }) => {
  const page = await openWindow(host);
  await dropFiles(page, [putMail(host, 'one.eml', 'one'), putMail(host, 'two.eml', 'two')]);
  const list = page.getByRole('grid', { name: 'Intake' });
  await expect(rowWith(list, 'one.eml')).toContainText('to decide');
  await expect(rowWith(list, 'two.eml')).toContainText('to decide');
});
