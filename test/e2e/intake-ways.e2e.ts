import { openSync, closeSync, ftruncateSync } from 'node:fs';
import { join } from 'node:path';
import { candidates, chooseFiles, dropFiles, pastePicture, pasteText, putFile, rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

const MIB = 1_048_576;
/** The character that turns the reading direction, by its code. */
const SHOWN = /^invoice.{1,4}202e.?fdp\.exe$/i;

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

test('text pasted on any screen goes to Intake', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/jobs`);
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  await pasteText(page, 'seen hxxps://evil[.]example-shop[.]com/a and 45.77.12.9\nCVE-2026-12345');
  const grid = candidates(page);
  await expect(rowWith(grid, 'hxxps://evil[.]example-shop[.]com/a')).toBeVisible();
  await expect(rowWith(grid, '45[.]77[.]12[.]9')).toBeVisible();
  await expect(rowWith(grid, 'CVE-2026-12345')).toBeVisible();
});

test('a picture pasted on any screen goes to Intake', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/analyzers`);
  await expect(page.getByRole('heading', { name: 'Analyzers' })).toBeVisible();
  await pastePicture(page);
  await page.waitForURL(/#\/intake\/.+/);
  await expect(page.getByText(/PNG/).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No observables in it' })).toBeVisible();
});

test('pasting into a field stays there', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases`);
  const filter = page.getByLabel('Filter cases');
  await filter.click();
  await pasteText(page, 'http://in-a-field.example.com');
  await expect(filter).toHaveValue('http://in-a-field.example.com');
  await expect(page).toHaveURL(/#\/cases/);
});

test('an empty file is said to be empty', async ({ openWindow }) => {
  const page = await openWindow(host);
  await dropFiles(page, [putFile(host, 'nothing.bin', '')]);
  await expect(page.getByRole('heading', { name: 'nothing.bin', level: 1 })).toBeVisible();
  await expect(page.getByText(/\b0 (bytes|B)\b/).first()).toBeVisible();
  await expect(page.getByText(/empty/i).first()).toBeVisible();
});

test('a name that hides its ending shows it', async ({ openWindow }) => {
  const page = await openWindow(host);
  await dropFiles(page, [putFile(host, 'invoice\u202Efdp.exe', 'MZ no program')]);
  const heading = page.getByRole('heading', { level: 1 }).filter({ hasText: 'invoice' });
  await expect(heading).toHaveText(SHOWN);
  await page.goto(`${host.url()}#/intake`);
  await expect(page.getByRole('grid', { name: 'Intake' }).getByRole('button', { name: SHOWN })).toBeVisible();
});

test('300 MB show their progress, can be cancelled, and the page lives on', async ({ openWindow }) => {
  const path = join(host.home, 'large.bin');
  const file = openSync(path, 'w');
  ftruncateSync(file, 300 * MIB);
  closeSync(file);
  const page = await openWindow(host);
  await chooseFiles(page, path, () => page.keyboard.press('Control+o'));
  const progress = page.getByRole('progressbar', { name: 'large.bin' });
  await expect(progress).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(progress).toBeHidden();
  await expect(
    page.getByRole('grid', { name: 'Intake' }).or(page.getByRole('heading', { name: /^Drop a file/ })),
  ).toBeVisible();
  await expect(page.getByText('large.bin')).toHaveCount(0);

  await chooseFiles(page, path, () => page.keyboard.press('Control+o'));
  await expect(page.getByRole('heading', { name: 'large.bin', level: 1 })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/315 MB/).first()).toBeVisible();
  // The frame answers while the file is read.
  await page.keyboard.press('Control+2');
  await expect(page.getByRole('heading', { name: 'Cases', level: 1 })).toBeVisible();
});

test('a folder is refused in words', async ({ openWindow }) => {
  const page = await openWindow(host);
  await dropFiles(page, [join(host.home, 'config')]);
  await expect(page.getByText(/config.*was not taken in|folder/i).first()).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Intake', level: 1 })).toBeVisible();
});
