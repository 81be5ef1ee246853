import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { acceptAll, candidates, chooseFiles, openReport, rowWith, runSheet, takeIn } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const tour = readFileSync(at('docs/tour.md'), 'utf8');
const MAIL = 'resources/samples/overdue-invoice-88213.eml';
const ALERTS = 'resources/samples/alerts.csv';
const LOGIN = 'login.harbour-portal';
const RELAY = '198.51.100.23';
const defanged = (value: string): string => value.replaceAll('.', '[.]');

// What a step waits for is there in seconds, or it is not there at all.
test.use({ actionTimeout: 15_000 });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

const grid = (page: Page, name: string) => page.getByRole('grid', { name, exact: true });
const tab = (page: Page, name: string) =>
  page
    .getByRole('tab', { name: new RegExp(`^${name}`) })
    .first()
    .click();
const rail = (page: Page, name: string) =>
  page
    .getByRole('navigation', { name: 'Screens' })
    .getByRole('link', { name: new RegExp(`^${name}`) })
    .click();
async function openCase(page: Page, number: number): Promise<void> {
  await rail(page, 'Cases');
  await rowWith(grid(page, 'Cases'), `#${number}`).dblclick();
  await page.waitForURL(new RegExp(`#/cases/${number}$`));
}
async function caseMenu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'More about this case' }).click();
  await page.getByRole('menuitem', { name: item }).click();
}

/** What each step of the page does, under the title that it has there. */
const STEPS: Readonly<Record<string, (page: Page) => Promise<void>>> = {
  async Start(page) {
    await expect(page.getByRole('heading', { name: 'Intake', level: 1 })).toBeVisible();
    await expect(page.getByRole('contentinfo', { name: 'Activity' })).toContainText('Nothing running');
  },

  async 'Open the demo case'(page) {
    await page.getByRole('button', { name: 'Open the demo case' }).click();
    await page.waitForURL(/#\/cases\/1$/);
    await expect(page.getByRole('heading', { name: /^Demo: overdue invoice/, level: 1 })).toBeVisible();
    await expect(page.getByRole('contentinfo', { name: 'Activity' })).toContainText('Nothing running', {
      timeout: 60_000,
    });
    await expect(page.getByRole('tab', { name: /^Tasks \d/ })).toBeVisible();
    await expect(page.getByRole('tab', { name: /^Notes \d/ })).toBeVisible();
    expect(JSON.parse(await host.run(['egress', 'list', '--json']))).toMatchObject({ entries: [] });
  },

  async 'Drop the sample mail'(page) {
    await takeIn(page, at(MAIL));
    await expect(page.getByText('#1').first()).toBeVisible();
    await expect(candidates(page).getByRole('row').nth(2)).toBeVisible();
  },

  async 'Accept it into a case'(page) {
    expect(await acceptAll(page)).toBe(2);
    await expect(rowWith(grid(page, 'Observables'), defanged(LOGIN)).first()).toBeVisible();
  },

  async 'Run the local analyzers'(page) {
    await page.keyboard.press('Control+a');
    await page.keyboard.press('r');
    const email = rowWith(grid(page, 'Run sheet'), 'Email').filter({ hasText: 'Cached' }).first();
    await email.getByRole('button', { name: 'Ask again' }).click();
    await expect(page.getByText('Nothing leaves this machine.')).toBeVisible();
    await runSheet(page);
  },

  async 'Look at a report'(page) {
    await openCase(page, 2);
    await tab(page, 'Jobs');
    await openReport(page, 'Email');
  },

  async 'Write a note that names the other case'(page) {
    await openCase(page, 2);
    await tab(page, 'Notes');
    await page.getByRole('button', { name: 'New note', exact: true }).first().click();
    await page.getByRole('textbox', { name: 'Title' }).fill('Seen before');
    await page.getByRole('textbox', { name: 'Note', exact: true }).click();
    await page.keyboard.type('Same mail as #1');
    await page.getByRole('option', { name: /Demo: overdue invoice/ }).click();
    await page.keyboard.press('Control+Enter');
    await expect(page.getByText('Saved', { exact: true })).toBeVisible();
    const note = page.getByRole('region', { name: 'Seen before' });
    await expect(note.getByRole('link', { name: /#1/ })).toBeVisible();
  },

  async 'Make a task and begin it'(page) {
    await tab(page, 'Tasks');
    const field = page.getByRole('textbox', { name: 'New task', exact: true });
    await field.fill('Ask who else got it');
    await field.press('Enter');
    const line = rowWith(grid(page, 'Tasks'), 'Ask who else got it');
    await expect(line).toBeVisible();
    await field.press('Escape');
    await line.click();
    await page.keyboard.press('s');
    await expect(line).toContainText('In progress');
    await rail(page, 'Tasks');
    await expect(rowWith(grid(page, 'Tasks'), 'Ask who else got it')).toBeVisible();
  },

  async 'Link two observables'(page) {
    await openCase(page, 2);
    await tab(page, 'Observables');
    await page.keyboard.press('/');
    await page.keyboard.type('value:*login*');
    await expect(grid(page, 'Observables').locator('.grid-row')).toHaveCount(1);
    await rowWith(grid(page, 'Observables'), defanged(LOGIN)).dblclick();
    await expect(page.getByRole('heading', { level: 1 })).toContainText('login');
    await page.keyboard.press('l');
    const dialog = page.getByRole('dialog', { name: /^Link / });
    await dialog.getByRole('combobox', { name: 'It' }).fill('communicates');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByRole('combobox', { name: 'Observables of this case' }).fill(RELAY);
    await dialog.getByRole('option', { name: `ip ${defanged(RELAY)}`, exact: true }).click();
    await page.keyboard.press('Control+Enter');
    const links = page.locator('.relations').first();
    await expect(links).toContainText('communicates with');
    await links.getByRole('link', { name: /198/ }).first().click();
    await expect(page.getByRole('heading', { level: 1 })).toContainText(defanged(RELAY));
    await expect(page.locator('.relations').first()).toContainText('login');
  },

  async 'See it as a graph'(page) {
    await openCase(page, 2);
    await tab(page, 'Graph');
    await expect(page.getByRole('img', { name: /thing.* and .* link/ })).toBeVisible();
    await page.keyboard.press('/');
    await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('login');
    await rowWith(grid(page, 'Things in the graph'), defanged(LOGIN)).click();
    const selection = page.getByRole('region', { name: 'Selection' });
    await expect(selection).toContainText('communicates with');
    await expect(selection).toContainText('found in');
  },

  async 'Put a time on the timeline'(page) {
    await tab(page, 'Timeline');
    await expect(page.getByRole('heading', { name: 'What happened, and when' })).toBeVisible();
    await page.keyboard.press('n');
    await expect(page.getByRole('textbox', { name: 'When' })).toBeFocused();
    await page.keyboard.type('2026-11-23 08:10 CET');
    await page.keyboard.press('Tab');
    await page.keyboard.type('Mail delivered');
    await page.keyboard.press('Enter');
    await expect(rowWith(grid(page, 'Timeline'), 'Mail delivered')).toContainText('07:10');
    // The strip of events is not the strip at the bottom, which stays as high as it was.
    await expect(page.getByRole('contentinfo', { name: 'Activity' }).getByText('Nothing running')).toBeInViewport();
  },

  async 'Import an alert'(page) {
    await rail(page, 'Alerts');
    await chooseFiles(page, at(ALERTS), () => page.getByRole('button', { name: 'Import alerts…' }).click());
    const row = rowWith(grid(page, 'Alerts'), 'Second mail of the harbour kit');
    await row.click();
    const preview = page.getByRole('complementary', { name: 'Preview' });
    await expect(preview.getByRole('list', { name: 'Observables' })).toContainText('known in');
    await grid(page, 'Alerts').focus();
    await page.keyboard.press('i');
    await expect(page.getByText(/1 alert imported as case #3/)).toBeVisible();
    await expect(row).toHaveCount(0);
  },

  async 'Find it again'(page) {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('textbox', { name: 'Search or run a command' })).toBeFocused();
    await page.keyboard.type('parcel-track');
    await expect(page.getByRole('button', { name: /parcel-track/ }).first()).toBeVisible();
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/search\?q=parcel-track/);
    await page.getByRole('searchbox', { name: 'Search' }).fill('parcel-track in:observables');
    const results = grid(page, 'Results');
    for (const number of [1, 2, 3]) await expect(rowWith(results, `#${number}`).first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'in:observables' })).toBeVisible();
  },

  async 'Let a number open its list'(page) {
    await rail(page, 'Dashboards');
    const cases = page.getByRole('region', { name: 'Cases', exact: true });
    await cases.getByRole('button', { name: '3 open', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Cases', level: 1 })).toBeVisible();
    await expect(page.getByText('3 match')).toBeVisible();
  },

  async 'Merge two cases, and take the merge apart'(page) {
    await openCase(page, 2);
    const title = await page.getByRole('heading', { level: 1 }).innerText();
    await caseMenu(page, 'Merge with another case…');
    await page.getByLabel('Case', { exact: true }).fill('#3');
    await page
      .getByRole('list', { name: 'Cases found' })
      .getByRole('button', { name: /Second mail of the harbour kit/ })
      .click();
    await page.getByRole('button', { name: 'Merge', exact: true }).click();
    await page.waitForURL(/#\/cases\/4$/);
    const banner = page.getByRole('note');
    await expect(banner).toContainText('Made of #2');
    await tab(page, 'Observables');
    // Both had it; the merged case has it once.
    await page.keyboard.press('/');
    await page.keyboard.type(`type:ip value:${RELAY}`);
    await expect(grid(page, 'Observables').locator('.grid-row')).toHaveCount(1);
    await caseMenu(page, 'Take the merge apart…');
    await page.getByRole('button', { name: 'Take apart' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(title);
    await expect(banner).toHaveCount(0);
  },

  async 'Undo, and redo'(page) {
    await openCase(page, 2);
    await tab(page, 'Observables');
    await page.keyboard.press('/');
    await page.keyboard.type(`type:ip value:${RELAY}`);
    const row = grid(page, 'Observables').locator('.grid-row');
    await expect(row).toHaveCount(1);
    const flag = row.getByRole('img', { name: 'IOC', exact: true });
    await expect(flag).toHaveCount(0);
    await row.click();
    await page.keyboard.press('i');
    await expect(flag).toHaveCount(1);
    await page.keyboard.press('Control+z');
    await expect(flag).toHaveCount(0);
    await page.keyboard.press('Control+Shift+z');
    await expect(flag).toHaveCount(1);
  },

  async 'Read the custody log'(page) {
    await tab(page, 'Evidence');
    await rowWith(grid(page, 'Evidence'), 'overdue-invoice').first().click();
    const custody = page.getByRole('region', { name: 'Custody' });
    for (const word of ['Received', 'Accepted into the case', 'Read by an analyzer'])
      await expect(custody).toContainText(word);
    await expect(custody).toContainText('the chain holds');
  },

  async 'Throw a case away, and take it back'(page) {
    await openCase(page, 3);
    await caseMenu(page, 'Move to the trash');
    await expect(rowWith(grid(page, 'Cases'), 'Second mail of the harbour kit')).toHaveCount(0);
    await page.getByRole('link', { name: /^Trash/ }).click();
    // What the merge made is here too.
    const restore = grid(page, 'Trash').getByRole('button', {
      name: 'Restore Second mail of the harbour kit',
      exact: true,
    });
    await restore.click();
    await expect(restore).toHaveCount(0);
    await openCase(page, 3);
    await expect(page.getByRole('tab', { name: /^Observables 3/ })).toBeVisible();
  },
};

test('the page and this walk have the same steps, and its pictures and links are there', () => {
  const numbered = [...tour.matchAll(/^## (?:(\d+)\. )?(.+)$/gm)];
  expect(numbered.map(([, number]) => Number(number))).toEqual(numbered.map((_, i) => i + 1));
  expect(numbered.map(([, , title]) => title)).toEqual(Object.keys(STEPS));
  const targets = [...tour.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target ?? '');
  expect(targets.filter((target) => !existsSync(at(`docs/${target}`)))).toEqual([]);
  expect([MAIL, ALERTS].filter((path) => !tour.includes(path))).toEqual([]);
});

test('the tour, step by step', async ({ openWindow }) => {
  test.setTimeout(240_000);
  const page = await openWindow(host);
  for (const [title, walk] of Object.entries(STEPS)) await test.step(title, () => walk(page));
});
