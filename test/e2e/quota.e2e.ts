import { join, resolve } from 'node:path';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

const SOURCE = join(resolve(import.meta.dirname, '../..'), 'test/fixtures/quota-analyzers');

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['analyzers', 'add', SOURCE]);
  await host.run(['case', 'new', 'Invoice phish']);
});
test.afterAll(() => host.remove());

/** Runs the fixture's analyzer; a job that has to wait is no error here. */
const ask = (value: string): Promise<unknown> =>
  host
    .run(['analyze', value, '--value', '--analyzers', 'Paced_Lookup_1_0', '--case', '1'])
    .catch((error: unknown) => expect(String(error)).toContain('ended with 3'));

test('limits, what is left, the ledger and a share, live', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.getByRole('switch', { name: /line/i }).or(page.getByText('OFFLINE')).first().click();
  await expect(page.getByText('ONLINE', { exact: true })).toBeVisible();
  await page.getByRole('link', { name: 'Quota' }).click();
  const budgets = page.getByRole('grid', { name: 'Budgets' });
  const paced = rowWith(budgets, 'paced');
  await expect(paced).toContainText('0of 5');
  await expect(page.getByText('Nothing was counted yet')).toBeVisible();

  await ask('192.0.2.7');
  await expect(paced).toContainText('1of 5');
  const ledger = page.getByRole('grid', { name: 'Ledger' });
  await expect(rowWith(ledger, '192[.]0[.]2[.]7')).toContainText('settled');

  await page.getByRole('button', { name: 'Edit limits' }).click();
  await page.getByLabel('Calls a day').fill('2');
  await page.getByLabel('Midnight of which zone').fill('Mars/Olympus');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await expect(page.getByText('“Mars/Olympus” is not a time zone.')).toBeVisible();
  await page.getByLabel('Midnight of which zone').fill('America/New_York');
  await page.getByRole('button', { name: 'Save limits' }).click();
  await expect(paced).toContainText('of 2');
  await expect(budgets).toContainText('resets 00:00 America/New_York');

  await ask('192.0.2.8');
  await ask('192.0.2.9');
  await expect(paced).toContainText('1 queued, done');
  await expect(page.getByText('1 call, 0 left today, done')).toBeVisible();

  await page.getByLabel('At most this share, in percent').fill('50');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(paced).toContainText('50 % here');

  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa', 'cat.aria']))).toEqual([]);
  }
});
