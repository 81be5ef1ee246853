import { readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { chooseFiles, putFile } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  for (const title of ['First phish', 'Second phish', 'Third phish']) await host.run(['case', 'new', title]);
});
test.afterAll(() => host.remove());

const widget = (page: Page, title: string): Locator => page.getByRole('region', { name: title, exact: true });

async function openDashboards(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Dashboards' }).click();
  await expect(widget(page, 'Cases').getByRole('button', { name: /^\d open$/ })).toBeVisible();
}

async function savedText(page: Page, how: () => Promise<void>): Promise<{ name: string; text: string }> {
  const [download] = await Promise.all([page.waitForEvent('download'), how()]);
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'latin1') };
}

test('the shipped dashboard counts what is there, live, and every number opens its list', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openDashboards(page);
  const assignees = widget(page, 'Open cases per assignee');
  await expect(assignees.getByRole('img', { name: /^Open cases per assignee: \S+ 3\.$/ })).toBeVisible();
  await expect(assignees.getByRole('table')).toContainText(/\S+3$/);

  await host.run(['case', 'new', 'Fourth phish']);
  await expect(widget(page, 'Cases').getByRole('button', { name: '4 open', exact: true })).toBeVisible();

  // The chart as a table, by keyboard alone; its numbers are buttons.
  await assignees.getByRole('button', { name: 'More of Open cases per assignee' }).press('Enter');
  await expect(page.getByRole('menuitem', { name: 'Show as table' })).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(assignees.getByRole('table').getByRole('button', { name: '4' })).toBeVisible();
  await assignees.getByRole('button', { name: '4' }).click();
  await expect(page.getByRole('heading', { name: 'Cases', level: 1 })).toBeVisible();
  await expect(page.getByText('Fourth phish')).toBeVisible();
});

test('a widget is zoomed, and saved as CSV and as PNG', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openDashboards(page);
  const assignees = widget(page, 'Open cases per assignee');
  const save = async (what: string): Promise<void> => {
    await assignees.getByRole('button', { name: 'More of Open cases per assignee' }).click();
    await page.getByRole('menuitem', { name: what }).click();
  };
  const csv = await savedText(page, () => save('Save as CSV'));
  expect(csv.name).toBe('Open cases per assignee.csv');
  expect(csv.text).toMatch(/^"Assignee","Cases"\r\n"\S+","4"\r\n$/);
  await expect(assignees.locator('canvas')).toBeVisible();
  const png = await savedText(page, () => save('Save as PNG'));
  expect(png.name).toBe('Open cases per assignee.png');
  expect(png.text.slice(1, 4)).toBe('PNG');
  await assignees.getByRole('button', { name: 'Zoom Open cases per assignee' }).click();
  await expect(page.getByRole('dialog').getByRole('img', { name: /^Open cases per assignee/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
});

test('a dashboard of one’s own: made, filled with a preview, put in order by keyboard, undone, exported and imported', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await openDashboards(page);
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByLabel('Title', { exact: true }).fill('Mine');
  await page.getByRole('button', { name: 'Make dashboard' }).click();
  await expect(page.getByRole('heading', { name: 'No widgets yet' })).toBeVisible();

  await page.getByRole('tabpanel', { name: 'Mine' }).getByRole('button', { name: 'Add widget' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add widget' });
  await dialog.getByRole('radio', { name: 'Donut' }).click();
  await dialog.getByLabel('Title', { exact: true }).fill('By severity');
  await dialog.getByLabel('Split by').selectOption('severity');
  await expect(dialog.getByRole('region', { name: 'Preview' }).getByText('Medium')).not.toHaveCount(0);
  await dialog.getByRole('button', { name: 'Add widget' }).click();
  await expect(widget(page, 'By severity')).toBeVisible();

  await page.keyboard.press('n');
  await dialog.getByRole('radio', { name: 'Text' }).click();
  await dialog.getByLabel('Title', { exact: true }).fill('Words');
  await expect(dialog.getByRole('region', { name: 'Preview' })).toContainText('There are 4 of them.');
  await dialog.getByRole('button', { name: 'Add widget' }).click();
  await expect(widget(page, 'Words')).toContainText('There are 4 of them.');

  const order = (): Promise<string[]> => page.locator('.widget h2').allTextContents();
  await expect.poll(order).toEqual(['By severity', 'Words']);
  await page.getByRole('button', { name: 'Move Words: arrow keys' }).focus();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(order).toEqual(['Words', 'By severity']);
  await expect(page.getByRole('status').filter({ hasText: 'row 1 of 1, place 1 of 2' })).toHaveCount(1);
  await page.getByRole('button', { name: 'Remove Words' }).click();
  await expect.poll(order).toEqual(['By severity']);
  await page.keyboard.press('Control+z');
  await expect.poll(order).toEqual(['Words', 'By severity']);
  await page.getByRole('button', { name: 'Done' }).click();

  const file = await savedText(page, async () => {
    await page.getByRole('button', { name: 'More of this dashboard' }).click();
    await page.getByRole('menuitem', { name: 'Export as JSON' }).click();
  });
  expect(file.name).toBe('Mine.json');
  const hive = {
    title: 'From TheHive',
    status: 'Shared',
    definition: JSON.stringify({
      period: 'all',
      items: [
        {
          type: 'container',
          items: [
            { type: 'donut', options: { title: 'Status', entity: 'case', field: 'status' } },
            { type: 'donut', options: { title: 'Who', entity: 'user', field: 'name' } },
          ],
        },
      ],
    }),
  };
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await chooseFiles(page, putFile(host, 'hive.json', JSON.stringify(hive)), () =>
    page.getByLabel('Or from a file that Osmia or TheHive exported').click(),
  );
  await expect(page.getByRole('dialog')).toContainText('Who was left out: nothing is counted of user here.');
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(widget(page, 'Status').getByRole('img', { name: /Open 4/ })).toBeVisible();

  await page.getByRole('button', { name: 'More of this dashboard' }).click();
  await page.getByRole('menuitem', { name: 'Move to the trash' }).click();
  await expect(page.getByRole('tab', { name: 'From TheHive' })).toHaveCount(0);
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('tab', { name: 'From TheHive' })).toBeVisible();
});

test('roles, names and contrast, dark and light, charts, table and form', async ({ openWindow }) => {
  const page = await openWindow(host);
  await openDashboards(page);
  await expect(widget(page, 'Open cases per assignee').locator('canvas')).toBeVisible();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa', 'cat.aria']))).toEqual([]);
  }
  await page.getByRole('tab', { name: 'Mine' }).click();
  await page.getByRole('button', { name: 'Edit', exact: true }).click();
  await page.getByRole('button', { name: 'Edit By severity' }).click();
  await expect(page.getByRole('dialog', { name: 'Edit widget' })).toBeVisible();
  expect(await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa', 'cat.aria']))).toEqual([]);
});
