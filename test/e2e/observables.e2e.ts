import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { sourceFromBytes } from '../../src/analysis/byte-source.ts';
import { makeLockedZip } from '../../src/analysis/containers/locked-zip.ts';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { chooseFiles, putFile, rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['case', 'new', 'Portal phishing']);
  await host.run(['case', 'new', 'An earlier one']);
});
test.afterAll(() => host.remove());

const grid = (page: Page): Locator => page.getByRole('grid', { name: 'Observables' });
const rows = (page: Page): Locator => grid(page).locator('.grid-row');
const toasts = (page: Page, text: string | RegExp): Locator =>
  page.locator('.mantine-Notification-root').filter({ hasText: text });

const openCase = async (page: Page, number: number): Promise<void> => {
  await page.goto(`${host.url()}#/cases/${number}/observables`);
  await expect(page.getByRole('region', { name: 'Observables' })).toBeVisible();
};

test('lines: every one has its outcome, what was refused can be kept', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 2);
  await page.keyboard.press('n');
  await page.getByLabel('Values, one a line').fill('45.77.1.9\nlogin.evil-portal.com');
  await page.keyboard.press('Control+Enter');
  await expect(rows(page)).toHaveCount(2);

  await openCase(page, 1);
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Add observables' });
  await dialog
    .getByLabel('Values, one a line')
    .fill('hxxps://login[.]evil-portal[.]com/a\n45.77.1[.]9\n999.888.777.666\nlogin.evil-portal.com\n45.77.1.9');
  await dialog.getByLabel('Description').fill('From the proxy log');
  await dialog.getByText('IOC', { exact: true }).click();
  await page.keyboard.press('Control+Enter');
  await expect(dialog.getByRole('status')).toContainText('1 refused');
  await expect(dialog.getByRole('row', { name: /999\.888/ })).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep 1 refused value anyway' }).click();
  await expect(dialog.getByRole('status')).not.toContainText('refused');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(rows(page)).toHaveCount(4);
  // All calls of one dialog go back in one step.
  await expect(rowWith(grid(page), 'hxxps')).toBeVisible();
});

test('a table: columns are found by their heads, the preview shows them, tags are merged', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Add observables' });
  await dialog.getByRole('radio', { name: 'Table' }).click();
  const csv = putFile(
    host,
    'iocs.csv',
    'indicator;type;labels;to_ids\n45.77.1.9;ip;c2,seen;1\ncdn.evil-portal.com;domain;cdn;0\n"two; words";other;;0\n',
  );
  await chooseFiles(page, csv, () => dialog.getByRole('button', { name: 'Choose a file' }).click());
  await expect(dialog.getByText('3 values found')).toBeVisible();
  await expect(dialog.getByRole('region', { name: 'The first rows' })).toContainText('cdn.evil-portal.com');
  await dialog.getByRole('button', { name: 'Add 3' }).click();
  await expect(dialog.getByRole('status')).toContainText('already there, tags and flags merged');
  await dialog.getByRole('button', { name: 'Done' }).click();
  await expect(rows(page)).toHaveCount(6);
  await expect(page.getByRole('complementary', { name: 'Facets' }).getByRole('button', { name: /^c2/ })).toBeVisible();
});

test('files: an archive under a password nobody knows is asked for, then every file in it is evidence', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  const zip = await makeLockedZip(
    sourceFromBytes(Buffer.from('MZ not a program')),
    'dropper/stage2.bin',
    'hard to guess',
    'aes',
  );
  const path = join(host.home, 'samples.zip');
  writeFileSync(path, zip);
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog', { name: 'Add observables' });
  await dialog.getByRole('radio', { name: 'Files' }).click();
  await chooseFiles(page, [path, putFile(host, 'note.txt', 'nothing in it')], () =>
    dialog.getByRole('button', { name: 'Choose files' }).click(),
  );
  await expect(dialog.getByRole('list', { name: 'Files to add' }).getByRole('listitem')).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Add 2' }).click();
  await expect(dialog.getByText(/1 archive locked/)).toBeVisible({ timeout: 30_000 });
  await dialog.getByLabel('Password', { exact: true }).fill('hard to guess');
  await page.keyboard.press('Enter');
  await expect(dialog).toHaveCount(0);
  await expect(rowWith(grid(page), 'stage2.bin')).toBeVisible();
  await expect(rowWith(grid(page), 'note.txt')).toBeVisible();
  await page.goto(`${host.url()}#/cases/1/evidence`);
  await expect(page.getByText('stage2.bin').first()).toBeVisible();
});

test('orders and filters, both ways, by clicking and by typing', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await expect(rows(page)).toHaveCount(8);
  await grid(page).getByRole('button', { name: 'Value' }).click();
  await expect(grid(page).getByRole('columnheader', { name: 'Value' })).toHaveAttribute('aria-sort', 'ascending');
  await expect(rows(page).first()).toContainText('45[.]77[.]1[.]9');
  const facets = page.getByRole('complementary', { name: 'Facets' });
  await facets.getByRole('button', { name: /^file/i }).click({ modifiers: ['Shift'] });
  await expect(rows(page)).toHaveCount(6);
  await page.keyboard.press('/');
  await page.keyboard.type('-type:other value:*evil*');
  await expect(rows(page)).toHaveCount(3);
  await expect(page.getByText('3 of 8 match')).toBeVisible();
  await page.keyboard.press('Escape');
  await page
    .getByRole('button', { name: /^Seen elsewhere/ })
    .first()
    .click();
  await page.keyboard.press('Escape');
  await openCase(page, 2);
  await openCase(page, 1);
  await page
    .getByRole('button', { name: /^Seen elsewhere/ })
    .first()
    .click();
  await expect(rows(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Order and columns' }).click();
  await page.getByRole('menuitemcheckbox', { name: 'Tags' }).click();
  await expect(grid(page).getByRole('columnheader', { name: 'Tags' })).toBeVisible();
  await page.reload();
  await expect(grid(page).getByRole('columnheader', { name: 'Tags' })).toBeVisible();
});

test('keys mark, tag, edit and trash the whole result; one undo takes each back', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await expect(rows(page)).toHaveCount(8);
  await page.keyboard.press('Control+a');
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('All 8 selected');
  await page.keyboard.press('t');
  await page
    .getByRole('dialog', { name: 'Tag 8 observables' })
    .getByRole('combobox', { name: 'Add tags' })
    .fill('sweep');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Enter');
  await expect(toasts(page, '8 observables tagged')).toBeVisible();
  const facets = page.getByRole('complementary', { name: 'Facets' });
  await expect(facets.getByRole('button', { name: /^sweep/ })).toContainText('8');
  await page.keyboard.press('Control+z');
  await expect(facets.getByRole('button', { name: /^sweep/ })).toHaveCount(0);
  await page.keyboard.press('u');
  await expect(facets.getByRole('button', { name: /^Not compared/ })).toContainText('8');
  await page.keyboard.press('u');
  await expect(facets.getByRole('button', { name: /^Not compared/ })).toHaveCount(0);
  await page.keyboard.press('Delete');
  await expect(page.getByRole('heading', { name: 'No observables yet' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(rows(page)).toHaveCount(8);
});

test('another type is checked, and kept only if one insists', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await rowWith(grid(page), 'two; words').getByRole('checkbox').click();
  await page.getByRole('button', { name: 'More for the selection' }).click();
  await page.getByRole('menuitem', { name: 'Change the type…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the type' });
  await dialog.getByRole('combobox', { name: 'Type' }).fill('domain');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog.getByRole('button', { name: 'Change 1' }).click();
  await expect(dialog.getByRole('alert')).toContainText('not changed');
  await dialog.getByRole('button', { name: 'Keep anyway as domain' }).click();
  await expect(dialog).toHaveCount(0);
  await expect(rowWith(grid(page), 'two; words')).toContainText('domain');
});

test('a link is made by the keyboard, seen from the other end, and goes back', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await rowWith(grid(page), 'cdn[.]evil-portal[.]com').dblclick();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('cdn');
  await page.keyboard.press('l');
  const dialog = page.getByRole('dialog', { name: /^Link / });
  await dialog.getByRole('combobox', { name: 'It' }).fill('resolves');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog.getByRole('combobox', { name: 'Observables of this case' }).fill('45.77');
  await expect(dialog.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await dialog.getByLabel('Note').fill('passive DNS');
  await page.keyboard.press('Control+Enter');
  await expect(toasts(page, '1 link added')).toBeVisible();
  const links = page.locator('.relations').first();
  await expect(links).toContainText('resolves to');
  await links.getByRole('link', { name: /45/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('45[.]77[.]1[.]9');
  await expect(page.locator('.relations').first()).toContainText('is resolved from');
  await expect(page.locator('.elsewhere')).toContainText('An earlier one');
  await page.keyboard.press('Control+z');
  await expect(page.locator('.relations').first()).not.toContainText('is resolved from');
});

test('every field of an observable is edited in place', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await rowWith(grid(page), 'cdn[.]evil-portal[.]com').dblclick();
  await page.getByRole('button', { name: 'Add a description' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill('Serves the kit');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Serves the kit')).toBeVisible();
  await page.keyboard.press('s');
  await expect(page.getByLabel('Sighted at (UTC)')).not.toHaveValue('');
  await page.getByLabel('Sighted at (UTC)').fill('2026-11-01T10:20');
  await page.getByLabel('Sighted at (UTC)').blur();
  await expect(toasts(page, 'Time of the sighting changed')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Sighted at (UTC)')).toHaveValue('2026-11-01T10:20');
  await page.getByRole('button', { name: /^Observable: TLP amber/ }).click();
  await page.getByRole('menuitem', { name: /TLP:RED/ }).click();
  await expect(page.getByRole('button', { name: /^Observable: TLP red/ })).toBeVisible();
});

test('a selection leaves as text, defanged; a file leaves behind a password', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await rowWith(grid(page), 'hxxps').getByRole('checkbox').click();
  await rowWith(grid(page), 'stage2.bin').getByRole('checkbox').click();
  await page.getByRole('button', { name: 'Export' }).click();
  const dialog = page.getByRole('dialog', { name: 'Export 2 observables' });
  await dialog.getByRole('radio', { name: 'Text' }).click();
  await dialog.getByRole('button', { name: 'Copy' }).click();
  await expect(toasts(page, '2 observables copied defanged')).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied.split('\n').sort()).toEqual([
    '',
    expect.stringMatching(/^hxxps:\/\/login\[\.\]evil-portal\[\.\]com\/a$/),
    expect.stringMatching(/^stage2\.bin\|[0-9a-f]{64}$/),
  ]);
  await page.keyboard.press('Escape');
  await rowWith(grid(page), 'stage2.bin').dblclick();
  await page.getByRole('button', { name: 'Download as ZIP…' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download', exact: true }).click(),
  ]);
  expect(download.suggestedFilename()).toBe('stage2.bin.zip');
});

test('no serious fault in the grid, its dialogs and the page of an observable', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openCase(page, 1);
  await expect(rows(page)).toHaveCount(8);
  const judge = async (what: string): Promise<void> => {
    const grave = await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa']));
    expect
      .soft(
        grave.map((line) => line.slice(0, 400)),
        what,
      )
      .toEqual([]);
  };
  await page.keyboard.press('Space');
  await judge('grid and preview');
  await page.keyboard.press('n');
  await judge('add');
  await page.getByRole('radio', { name: 'Files' }).click();
  await judge('add files');
  await page.keyboard.press('Escape');
  await page.keyboard.press('e');
  await judge('edit');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByRole('button', { name: 'Markings, dates and help' }).click();
  await judge('filter menu');
  await page.keyboard.press('Escape');
  await grid(page).focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Links' })).toBeVisible();
  await judge('page');
});
