import { join } from 'node:path';
import { makeSlowAnalyzer } from '../support/slow-analyzer.ts';
import { acceptAll, openReport, putMail, rowWith, runSheet, takeIn } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

test('run sheet, live jobs, report, artifacts with one key', async ({ openWindow }) => {
  const page = await openWindow(host);
  await takeIn(page, putMail(host, 'Overdue invoice.eml'));
  const number = await acceptAll(page);
  const grid = page.getByRole('grid', { name: 'Observables' });

  await page.getByLabel('Filter values').fill('Overdue invoice.eml');
  const file = rowWith(grid, 'Overdue invoice.eml');
  await expect(grid.getByRole('row')).toHaveCount(2);
  await file.getByRole('checkbox').click();
  await page.keyboard.press('r');

  await expect(page.getByRole('heading', { name: 'Run sheet' })).toBeVisible();
  await expect(page.getByText('Nothing leaves this machine.')).toBeVisible();
  const sheet = page.getByRole('grid', { name: 'Run sheet' });
  for (const analyzer of ['FileInfo', 'Email', 'Indicators'])
    await expect(rowWith(sheet, analyzer).last()).toBeVisible();
  await expect(page.getByRole('complementary', { name: 'What this run does' })).toContainText('0values leave');
  await runSheet(page);

  // Back on the grid: its row has a verdict without a reload.
  await page.waitForURL(new RegExp(`#/cases/${number}/observables`));
  await page.getByLabel('Filter values').fill('Overdue invoice.eml');
  await expect(file).not.toContainText('Not analysed');
  await expect(file.locator('.taxonomy').first()).toBeVisible();

  await page.getByRole('tab', { name: /^Jobs/ }).click();
  const jobs = page.getByRole('grid', { name: 'Jobs' });
  await expect(rowWith(jobs, 'done')).toHaveCount(3);
  await openReport(page, 'Email');

  const report = page.getByRole('region', { name: 'Report' });
  await expect(page.getByRole('heading', { name: /Email/, level: 1 })).toBeVisible();
  await expect(report).toContainText('nothing, it ran here');
  await expect(report).toContainText('Overdue invoice € 88213');
  await expect(report).toContainText('billing@bad-site');
  await page.getByRole('tab', { name: 'Raw JSON' }).click();
  await expect(report).toContainText('"summary"');
  await page.getByRole('tab', { name: 'What was sent' }).click();
  await expect(report).toContainText('Nothing left this machine for this report');
  await page.getByRole('tab', { name: 'Report', exact: true }).click();

  const artifacts = page.getByRole('complementary', { name: 'Artifacts' });
  const offer = artifacts.getByRole('button', { name: /^Import \d+ into #/ });
  const count = Number(/Import (\d+)/.exec((await offer.textContent()) ?? '')?.[1]);
  expect(count).toBeGreaterThan(0);
  await page.keyboard.press('i');
  await expect(page.getByText(new RegExp(`^${count} observables? imported`))).toBeVisible();
  await expect(offer).toBeHidden();
  await page.goto(`${host.url()}#/cases/${number}/observables`);
  await page.getByLabel('Filter values').fill('Invoice.zip');
  await expect(rowWith(grid, 'Invoice.zip').first()).toBeVisible();
});

test('an analysis of many observables, seen live in the grid', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/observables`);
  const grid = page.getByRole('grid', { name: 'Observables' });
  await expect(grid.getByRole('row').nth(3)).toBeVisible();
  await page.keyboard.press('Control+a');
  await expect(page.getByRole('toolbar', { name: 'Selection' })).toContainText('selected');
  await page.keyboard.press('r');
  await expect(page.getByRole('heading', { name: 'Run sheet' })).toBeVisible();
  // What ran before is answered from its report, and the sheet says so.
  await expect(
    page
      .getByRole('grid', { name: 'Run sheet' })
      .getByText(/^Cached/)
      .first(),
  ).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(grid).toBeVisible();
});

test('a running job is cancelled', async ({ openWindow }) => {
  await host.run(['analyzers', 'add', makeSlowAnalyzer(host.home)]);
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/observables`);
  const grid = page.getByRole('grid', { name: 'Observables' });
  await page.getByLabel('Filter values').fill('Overdue invoice.eml');
  const row = rowWith(grid, 'Overdue invoice.eml').first();
  await row.getByRole('checkbox').click();
  await page.keyboard.press('r');
  await expect(rowWith(page.getByRole('grid', { name: 'Run sheet' }), 'Slow').last()).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await page.getByRole('link', { name: /running/ }).click();
  const jobs = page.getByRole('grid', { name: 'Jobs' });
  await expect(rowWith(jobs, 'Slow')).toContainText('running');
  await rowWith(jobs, 'Slow').getByRole('button', { name: 'Cancel Slow' }).click();
  await expect(rowWith(jobs, 'Slow')).toContainText('cancelled');
  await expect(page.getByRole('contentinfo', { name: 'Activity' })).toContainText('Nothing running');
});

test('after quitting and starting again everything is there, and the same bytes are known', async ({ openWindow }) => {
  await host.quit();
  await host.start();
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/observables`);
  const grid = page.getByRole('grid', { name: 'Observables' });
  await page.getByLabel('Filter values').fill('Overdue invoice.eml');
  await expect(rowWith(grid, 'Overdue invoice.eml').locator('.taxonomy').first()).toBeVisible();
  await page.getByRole('tab', { name: /^Jobs/ }).click();
  await expect(rowWith(page.getByRole('grid', { name: 'Jobs' }), 'done')).toHaveCount(3);
  await page.getByRole('tab', { name: /^Evidence/ }).click();
  await expect(rowWith(page.getByRole('grid', { name: 'Evidence' }), 'Overdue invoice.eml')).toBeVisible();

  await takeIn(page, join(host.home, 'Overdue invoice.eml'));
  const notice = page.getByRole('status').filter({ hasText: 'The same bytes were here before.' });
  await expect(notice.getByRole('link', { name: /^#1 / }).first()).toBeVisible();
  await notice
    .getByRole('link', { name: /earlier reports?$/ })
    .first()
    .click();
  await expect(page.getByText(/FileInfo/).first()).toBeVisible();
});
