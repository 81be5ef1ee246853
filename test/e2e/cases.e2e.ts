import type { Page } from '@playwright/test';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;

test.beforeAll(async () => {
  host = await startHost();
  const make = (title: string, ...more: string[]): Promise<string> => host.run(['case', 'new', title, ...more]);
  await make('Invoice fraud', '--severity', '3', '--tag', 'phishing', '--tlp', 'green');
  await make('Refund mail', '--severity', '4', '--tag', 'phishing', '--tlp', 'red');
  await make('Stolen laptop', '--tag', 'physical');
  await make('Scanner traffic', '--severity', '1');
});
test.afterAll(() => host.remove());

const grid = (page: Page) => page.getByRole('grid', { name: 'Cases' });
const openList = async (page: Page): Promise<void> => {
  await page.goto(`${host.url()}#/cases`);
  await expect(grid(page)).toBeVisible();
};
const menu = async (page: Page, item: string | RegExp): Promise<void> => {
  await page.getByRole('button', { name: 'More about this case' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};

test('a value is a filter, filters are chips, and a view keeps them', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openList(page);
  await expect(page.getByText('4 match')).toBeVisible();
  await rowWith(grid(page), 'Invoice fraud').getByTitle('Filter by tag phishing').click();
  const chips = page.getByRole('group', { name: 'Filters' });
  await expect(chips.getByText('Tag: phishing')).toBeVisible();
  await expect(page.getByText('2 match')).toBeVisible();
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByRole('combobox', { name: 'Filter by' }).click();
  await page.getByRole('option', { name: 'TLP' }).click();
  await page.getByRole('checkbox', { name: 'RED' }).check();
  await page.keyboard.press('Escape');
  await expect(page.getByText('1 match')).toBeVisible();
  await expect(rowWith(grid(page), 'Refund mail')).toBeVisible();

  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save this view…' }).click();
  await page.getByLabel('Name').fill('Red phishing');
  await page.getByRole('button', { name: 'Save view' }).click();
  await expect(page.getByText('View “Red phishing” saved')).toBeVisible();
  await chips.getByRole('button', { name: /TLP: RED/ }).click();
  await expect(page.getByText('2 match')).toBeVisible();
  await page.getByRole('radio', { name: /^All/ }).click();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await expect(page.getByText('4 cases')).toBeVisible();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Red phishing', exact: true }).click();
  await expect(page.getByText('1 match')).toBeVisible();

  // What was shown last is there again, in another window too.
  await page.getByLabel('Filter cases').fill('mail');
  await expect(page.getByText('1 match')).toBeVisible();
  await page.goto(`${host.url()}#/jobs`);
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  await page.goto(`${host.url()}#/cases`);
  await expect(page.getByLabel('Filter cases')).toHaveValue('mail');
  await page.getByRole('button', { name: 'Clear filters' }).click();
});

test('a whole result is changed at once, and taken back at once', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/list/${encodeURIComponent('{"isOpen":true}')}`);
  await expect(page.getByText('4 match')).toBeVisible();
  await page.keyboard.press('Space');
  await expect(page.getByRole('complementary', { name: 'Preview of #4' })).toBeVisible();
  await page.keyboard.press('j');
  await expect(page.getByRole('complementary', { name: 'Preview of #3' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+a');
  await expect(page.getByText('4 selected')).toBeVisible();
  await page.getByRole('button', { name: 'Edit…' }).click();
  await page.getByLabel('Assignee').fill('bo');
  await page.getByRole('button', { name: 'Change 4' }).click();
  await expect(page.getByText('4 cases changed')).toBeVisible();
  await expect(grid(page).getByText('bo', { exact: true })).toHaveCount(4);
  await page.keyboard.press('Control+z');
  await expect(grid(page).getByText('bo', { exact: true })).toHaveCount(0);

  const download = page.waitForEvent('download');
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search or run a command' }).fill('export the list');
  await expect(page.getByText('Export the list of cases as CSV')).toBeVisible();
  await page.keyboard.press('Enter');
  const stream = await (await download).createReadStream();
  let text = '';
  for await (const piece of stream) text += String(piece);
  expect(text).toContain('"Invoice fraud"');
  expect(text.split('\r\n')).toHaveLength(6);
});

test('a case is closed with its tasks, a resolution and a summary, and opened again', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/tasks`);
  await page.getByLabel('New task', { exact: true }).fill('Call the client');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Call the client').first()).toBeVisible();
  await page.goto(`${host.url()}#/cases/1`);
  await menu(page, 'Close…');
  const dialog = page.getByRole('dialog', { name: 'Close #1' });
  await expect(dialog.getByText('Call the client')).toBeVisible();
  const close = dialog.getByRole('button', { name: 'Close case' });
  await expect(close).toBeDisabled();
  await dialog.getByLabel('Close them and the case').check();
  await dialog.getByRole('radio', { name: /True positive/ }).check();
  await expect(dialog.getByText(/To close: say whether it had an impact, write a summary/)).toBeVisible();
  await dialog.getByRole('radio', { name: 'It had none' }).check();
  await dialog.getByLabel('Summary').fill('Nobody paid.');
  const grave = await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa']));
  expect.soft(grave).toEqual([]);
  await close.click();
  await expect(page.getByText('Case closed')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Resolution: True positive. Change' })).toBeVisible();
  await expect(page.getByText('Nobody paid.')).toBeVisible();
  await menu(page, 'Open again');
  await expect(page.getByRole('button', { name: 'Status: In progress. Change' })).toBeVisible();
});

test('two cases are merged, shown as what they are, and taken apart again', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1`);
  await menu(page, 'Merge with another case…');
  const field = page.getByLabel('Case', { exact: true });
  await field.fill('abc');
  await expect(page.getByText('No such case in this engagement.')).toBeVisible();
  await field.fill('#1');
  await expect(page.getByText('This is the case itself.')).toBeVisible();
  await field.fill('#2');
  await page
    .getByRole('list', { name: 'Cases found' })
    .getByRole('button', { name: /Refund mail/ })
    .click();
  await expect(page.getByLabel('Title of the new case')).toHaveValue('Invoice fraud / Refund mail');
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await expect(page.getByRole('heading', { name: 'Invoice fraud / Refund mail', level: 1 })).toBeVisible();
  const banner = page.getByRole('note');
  await expect(banner).toContainText('Made of #1 Invoice fraud, #2 Refund mail');
  await banner.getByRole('link', { name: '#2 Refund mail' }).click();
  await expect(banner).toContainText('Merged into #5');
  await banner.getByRole('link', { name: /#5/ }).click();
  await expect(banner).toContainText('Made of');

  await menu(page, 'Take the merge apart…');
  await expect(page.getByText('Nothing was added or changed in #5 since.')).toBeVisible();
  await page.getByRole('button', { name: 'Take apart' }).click();
  await expect(page.getByRole('heading', { name: 'Invoice fraud', level: 1 })).toBeVisible();
  await expect(banner).toHaveCount(0);
  await page.goto(`${host.url()}#/cases/5`);
  await expect(page.getByRole('heading', { name: 'Case #5 is in the trash' })).toBeVisible();
});

test('the trash lists what is in it, and gives it back', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/4`);
  await menu(page, 'Move to the trash');
  await expect(grid(page)).toBeVisible();
  await expect(grid(page).getByText('Scanner traffic')).toHaveCount(0);
  await page.getByRole('link', { name: /^Trash/ }).click();
  const trash = page.getByRole('grid', { name: 'Trash' });
  await expect(rowWith(trash, 'Scanner traffic')).toBeVisible();
  const grave = await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa']));
  expect.soft(grave).toEqual([]);
  await rowWith(trash, 'Scanner traffic').getByRole('button', { name: 'Restore Scanner traffic' }).click();
  await expect(trash.getByText('Scanner traffic')).toHaveCount(0);
  await page.goto(`${host.url()}#/cases/4`);
  await expect(page.getByRole('heading', { name: 'Scanner traffic', level: 1 })).toBeVisible();
});

test('a case is destroyed from the trash when its number is typed, after saying what goes and what stays', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/4`);
  await menu(page, 'Move to the trash');
  await page.getByRole('link', { name: /^Trash/ }).click();
  const trash = page.getByRole('grid', { name: 'Trash' });
  await rowWith(trash, 'Scanner traffic').getByRole('button', { name: 'Destroy Scanner traffic…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Destroy #4' });
  await expect(dialog.getByRole('list', { name: 'Goes for good' })).toContainText('The case with its key');
  await expect(dialog.getByRole('list', { name: 'Out of reach' })).toContainText('Backups and copies');
  const grave = await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa']));
  expect.soft(grave).toEqual([]);
  const verb = dialog.getByRole('button', { name: 'Destroy', exact: true });
  await dialog.getByRole('textbox').fill('#5');
  await expect(verb).toBeDisabled();
  await dialog.getByRole('textbox').fill('#4');
  await verb.click();
  await expect(dialog).toHaveCount(0);
  await expect(page.getByText('#4 was destroyed')).toBeVisible();
  await expect(trash.getByText('Scanner traffic')).toHaveCount(0);
  await page.goto(`${host.url()}#/cases/4`);
  await expect(page.getByRole('heading', { name: 'Scanner traffic' })).toHaveCount(0);
});
