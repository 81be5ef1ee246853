import type { Page } from '@playwright/test';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { putFile } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

let host: Host;

test.beforeAll(async () => {
  host = await startHost();
  const text = putFile(
    host,
    'list.txt',
    'seen 198.51.100.7, login.harbour-portal.com and ana@harbour-portal.com; the kinkajou',
  );
  await host.run(['case', 'new', 'Harbour phishing', '--tag', 'mail']);
  await host.run(['case', 'new', 'Quiet case']);
  // No analyzer here is for values: it says so with its exit code, and they are in the case all the same.
  await host.run(['analyze', text, '--observables', '--case', '1']).catch(() => undefined);
});
test.afterAll(() => host.remove());

const box = (page: Page) => page.getByRole('textbox', { name: 'Search or run a command' });
async function find(page: Page, text: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await expect(box(page)).toBeFocused();
  await page.keyboard.type(text);
}

test('the palette finds everything as it is typed, and Enter opens it', async ({ openWindow }) => {
  const page = await openWindow(host);
  await find(page, 'harbour');
  await expect(page.getByRole('button', { name: /harbour-portal\[\.\]com/ }).first()).toBeVisible();
  await expect(page.getByRole('button', { name: /Harbour phishing/ }).first()).toBeVisible();
  // What matched stands out, as text and not as markup.
  await expect(page.locator('.palette mark').first()).toHaveText(/harbour/i);
  await page.keyboard.press('Escape');
  await find(page, '198[.]51[.]100[.]7');
  await page
    .getByRole('button', { name: /198\[\.\]51\[\.\]100\[\.\]7/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/observables\/.+/);
  await find(page, '#2');
  await page
    .getByRole('button', { name: /Quiet case/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/cases\/2/);
});

test('commands: of every screen, of this one with its key, the last ones first', async ({ openWindow }) => {
  const page = await openWindow(host);
  await find(page, '>go to jobs');
  await page.getByRole('button', { name: /Go to Jobs/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/jobs/);
  await find(page, '>');
  await expect(
    page
      .getByRole('button')
      .filter({ hasText: /^Go to Jobs/ })
      .first(),
  ).toBeVisible();
  await expect(page.locator('.palette [data-action]').first()).toContainText('Go to Jobs');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet.getByText('On this screen')).toBeVisible();
  await expect(sheet.getByText('Search or run a command')).toBeVisible();
  await expect(sheet.getByText('Next row')).toBeVisible();
});

test('the page: by kind, with filters and their chips, problems said, pages and places kept in the address', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await find(page, 'harbour');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/search\?q=harbour/);
  expect(new URL(page.url()).search).toBe('');
  const field = page.getByRole('searchbox', { name: 'Search' });
  await expect(field).toHaveValue('harbour');
  const results = page.getByRole('grid', { name: 'Results' });
  await expect(results.getByText('Harbour phishing').first()).toBeVisible();
  await field.fill('harbour type:mail');
  await expect(results.getByText('Harbour phishing', { exact: true })).toBeHidden();
  await expect(results.getByRole('button', { name: /ana@harbour-portal\[\.\]com/ })).toBeVisible();
  await page.getByRole('button', { name: 'type:mail' }).click();
  await expect(field).toHaveValue('harbour');

  await field.fill('harbour tlp:purple');
  await expect(page.getByText(/“purple” does not go with tlp:/)).toBeVisible();
  await expect(page.getByText(/amber\+strict/)).toBeVisible();
  await expect(results.getByText('Harbour phishing').first()).toBeVisible();

  await field.fill('kinkajou');
  await expect(results.getByRole('button', { name: /list\.txt/ })).toBeVisible();
  await field.fill('nothing-is-called-so');
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.getByRole('button', { name: 'Everywhere' }).last().click();
  await page.waitForURL(/everywhere=1/);

  await field.fill('harbour');
  await page.getByRole('button', { name: /^Cases/ }).click();
  await page.waitForURL(/in=case/);
  await field.press('Enter');
  await page.waitForURL(/#\/cases\/1/);
  await page.goBack();
  await expect(field).toHaveValue('harbour');
  await page.reload();
  await expect(field).toHaveValue('harbour');
  await expect(results.getByText('Harbour phishing').first()).toBeVisible();
});

test('everything of it can be read by a screen reader', async ({ openWindow }) => {
  const page = await openWindow(host);
  await find(page, 'harbour');
  await page.locator('.palette mark').first().waitFor();
  expect(await graveFaults(axeOn(page))).toEqual([]);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('grid', { name: 'Results' }).waitFor();
  expect(await graveFaults(axeOn(page))).toEqual([]);
});

test('Shift+F10 opens the menu of the row, F1 the data card of an analyzer', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/observables`);
  await page.getByRole('grid').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Shift+F10');
  const menu = page.getByRole('menu');
  await menu.getByRole('menuitem', { name: /IOC on or off/ }).waitFor();
  await page.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await page.goto(`${host.url()}#/analyzers`);
  await page.getByRole('grid').waitFor();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('grid').focus();
  await page.keyboard.press('F1');
  await expect(page.getByRole('tab', { name: 'Card' })).toHaveAttribute('aria-selected', 'true');
});
