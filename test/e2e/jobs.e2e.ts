import { cpSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

const FIXTURES = join(import.meta.dirname, '../fixtures/analyzers');
let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  const kit = join(host.home, 'kit');
  mkdirSync(kit);
  for (const name of ['Good', 'Online']) cpSync(join(FIXTURES, name), join(kit, name), { recursive: true });
  await host.run(['analyzers', 'add', kit]);
});
test.afterAll(() => host.remove());

const analyze = (value: string, analyzer: string): Promise<string> =>
  host.run(['analyze', value, '--value', '--type', 'other', '--analyzers', analyzer]);

test('what waited for a link is shown, looked at again, and released', async ({ openWindow }) => {
  // It waits, so the command ends with 3.
  for (const value of ['one', 'two', 'three']) await analyze(value, 'Lookup_1_0').catch(() => undefined);
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/jobs`);
  const jobs = page.getByRole('grid', { name: 'Jobs' });
  await expect(rowWith(jobs, 'waits: link')).toHaveCount(3);
  const facets = page.getByRole('complementary', { name: 'States and services' });
  await facets.getByRole('button', { name: /^Link/ }).click();
  await expect(rowWith(jobs, 'waits: link')).toHaveCount(3);
  await facets.getByRole('button', { name: /^Failed/ }).click();
  await expect(page.getByText('No job is in this state')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.getByRole('switch', { name: /online|offline/i }).click();
  await expect(page.getByText('3 jobs waited for a link, and there is one now.')).toBeVisible();
  await page.getByRole('button', { name: 'Look and release…' }).click();
  await expect(page.getByRole('heading', { name: 'Flush' })).toBeVisible();
  await expect(rowWith(page.getByRole('grid', { name: 'Run sheet' }), 'Lookup').last()).toBeVisible();
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/jobs/);
  await expect(rowWith(jobs, 'done')).toHaveCount(3);
});

test('paused and resumed; what was raised goes first', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/jobs`);
  await expect(page.getByRole('grid', { name: 'Jobs' })).toBeVisible();
  await page.keyboard.press('p');
  await expect(page.getByText('The queue is paused.').first()).toBeVisible();
  const command = analyze('four', 'Ok_1_0');
  const row = rowWith(page.getByRole('grid', { name: 'Jobs' }), 'four');
  await expect(row).toContainText('paused');
  await row.click();
  await page.keyboard.press('+');
  await expect(row.getByRole('img', { name: 'Raised' })).toBeVisible();
  await page.getByRole('button', { name: 'Resume' }).first().click();
  await expect(row).toContainText('done');
  await command;
});
