import type { Page } from '@playwright/test';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { acceptAll, openReport, putMail, rowWith, runSheet, takeIn } from './support/actions.ts';
import { type Host, PASSPHRASE, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
let places: Record<string, string>;

test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

test('a case with reports and a note', async ({ openWindow }) => {
  const page = await openWindow(host);
  await takeIn(page, putMail(host, 'Overdue invoice.eml'));
  const intake = new URL(page.url()).hash;
  await acceptAll(page);
  const grid = page.getByRole('grid', { name: 'Observables' });
  await page.getByLabel('Filter values').fill('Overdue');
  await rowWith(grid, 'Overdue invoice.eml').getByRole('checkbox').click();
  await page.keyboard.press('r');
  await runSheet(page);
  await page.goto(`${host.url()}#/cases/1/jobs`);
  await openReport(page, 'Email');
  const report = new URL(page.url()).hash;
  await takeIn(page, putMail(host, 'Second.eml', 'second'));
  places = { review: new URL(page.url()).hash, accepted: intake, report };
});

/** The rules of WCAG 2.1 AA in the dark; in the light, which differs in its colours only, those about colours. */
const judge = async (page: Page, where: string): Promise<void> => {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
    const axe = axeOn(page);
    const grave = await graveFaults(
      colorScheme === 'dark'
        ? axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'cat.aria'])
        : axe.withRules(['color-contrast']),
    );
    expect
      .soft(
        grave.map((line) => line.slice(0, 400)),
        `${where}, ${colorScheme}`,
      )
      .toEqual([]);
  }
};

test('no serious fault on any screen, dark and light', async ({ openWindow }) => {
  // Some forty examinations, each a walk through the whole page.
  test.setTimeout(300_000);
  const page = await openWindow(host);
  const screens: [string, string, string | RegExp][] = [
    ['intake list', '#/intake', 'Intake'],
    ['intake review', places['review'] ?? '', 'Second.eml'],
    ['intake accepted', places['accepted'] ?? '', 'Overdue invoice.eml'],
    ['cases', '#/cases', 'Cases'],
    ['case', '#/cases/1', /Overdue/],
    ['case observables', '#/cases/1/observables', /Overdue/],
    ['case notes', '#/cases/1/notes/new', /Overdue/],
    ['case evidence', '#/cases/1/evidence', /Overdue/],
    ['case jobs', '#/cases/1/jobs', /Overdue/],
    ['observables', '#/observables', 'Observables'],
    ['jobs', '#/jobs', 'Jobs'],
    ['report', places['report'] ?? '', /Email/],
    ['analyzers', '#/analyzers', 'Analyzers'],
    ['settings', '#/settings', 'Settings'],
  ];
  for (const [where, hash, heading] of screens) {
    await page.goto(`${host.url()}${hash}`);
    await expect(page.getByRole('heading', { name: heading, level: 1 })).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await judge(page, where);
  }
  await page.goto(`${host.url()}#/cases/1/observables`);
  await expect(page.getByRole('grid', { name: 'Observables' }).getByRole('row').nth(1)).toBeVisible();
  await page.keyboard.press('Space');
  await judge(page, 'preview');
  await page.keyboard.press('r');
  await expect(page.getByRole('button', { name: /^Run/ })).toBeVisible();
  await judge(page, 'run sheet');
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await judge(page, 'keys');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await expect(page.getByRole('textbox', { name: 'Search or run a command' })).toBeFocused();
  await judge(page, 'palette');
  await page.keyboard.press('Escape');

  await page.goto(`${host.url()}#/settings`);
  await page.getByRole('button', { name: 'Lock now' }).click();
  await expect(page.getByRole('heading', { name: /is locked$/ })).toBeVisible();
  await judge(page, 'lock screen');
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});
