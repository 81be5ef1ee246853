import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

const SOURCE = join(resolve(import.meta.dirname, '../..'), 'test/fixtures/analyzers');

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['analyzers', 'add', SOURCE]);
  await host.run(['case', 'new', 'Invoice phish']);
});
test.afterAll(() => host.remove());

/** Both schemes, as pictures too where a folder is asked for. */
async function look(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    const folder = process.env['OSMIA_SHOTS'];
    if (folder) await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`) });
    expect(await graveFaults(axeOn(page).withTags(['wcag2a', 'wcag2aa', 'cat.aria']))).toEqual([]);
  }
}

test('a rule keeps a value here, and the tester says why', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.getByRole('switch', { name: /line/i }).or(page.getByText('OFFLINE')).first().click();
  await expect(page.getByText('ONLINE', { exact: true })).toBeVisible();

  // The policy, and its tester.
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('link', { name: 'What may leave' }).click();
  const policy = page.getByRole('region', { name: 'What may leave' });
  await expect(policy).toContainText('What is inside a network');
  await policy.getByRole('button', { name: 'Add…' }).nth(2).click();
  await policy.getByRole('textbox', { name: 'Never leaves' }).fill('https://corp.example/');
  await policy.getByRole('button', { name: 'Add rule' }).click();
  await expect(policy).toContainText('A domain looks like corp.example');
  await policy.getByRole('textbox', { name: 'Never leaves' }).fill('corp.example');
  await policy.getByRole('textbox', { name: 'Why' }).fill('The client.');
  await policy.getByRole('button', { name: 'Add rule' }).click();
  await expect(policy.getByRole('listitem').filter({ hasText: 'corp.example' })).toBeVisible();
  await policy.getByRole('textbox', { name: 'A value' }).fill('vpn.corp.example');
  await expect(policy.getByRole('status')).toContainText('A rule keeps it: it names corp.example. The client.');
  await look(page, 'policy');

  await policy.getByRole('button', { name: 'Add…' }).nth(1).click();
  await policy.getByRole('combobox', { name: 'Service' }).fill('https://api.example.org/v3');
  await policy.getByRole('button', { name: 'Add rule' }).click();
  await expect(policy.getByRole('listitem').filter({ hasText: 'api.example.org' })).toContainText('never');
});

test('the sheet shows what is refused and names a person, and an override sends one of it', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.getByRole('link', { name: 'Cases' }).click();
  await page.getByText('Invoice phish').first().dblclick();
  await page.getByRole('tab', { name: /^Observables/ }).click();
  await page.getByRole('button', { name: 'Add', exact: false }).first().click();
  await page
    .getByRole('dialog')
    .getByRole('textbox')
    .first()
    .fill('evil.test\nvpn.corp.example\nhttps://evil.test/login?u=ana@victim.test\n203.0.113.7');
  await page.getByRole('dialog').getByRole('button', { name: /^Add/ }).last().click();
  const grid = page.getByRole('grid', { name: 'Observables' });
  await expect(rowWith(grid, 'evil[.]test').first()).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('r');
  const sheet = page.getByRole('grid', { name: 'Run sheet' });
  await expect(sheet).toBeVisible();

  // Nothing runs but what is overruled: the fixtures beside it are there to misbehave.
  for (const box of await sheet.locator('.group-row').getByRole('checkbox').all()) await box.click();
  await expect(page.getByRole('button', { name: /^Run 0/ })).toBeDisabled();
  const refused = rowWith(sheet, 'api.example.org gets nothing from this workspace.').filter({
    hasText: 'evil[.]test',
  });
  await refused.first().getByRole('button', { name: 'Override…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Overrule the gate for this job?' });
  await dialog.getByRole('textbox').fill('too short');
  await expect(dialog.getByRole('button', { name: 'Overrule' })).toBeDisabled();
  await dialog.getByRole('textbox').fill('The client agreed by phone at noon.');
  await dialog.getByRole('button', { name: 'Overrule' }).click();
  const side = page.getByRole('complementary', { name: 'What this run does' });
  await expect(side).toContainText('1overruled with a reason');
  await look(page, 'run-sheet');
  await page.getByRole('button', { name: 'Run 1, send 1 value' }).click();
  await page.waitForURL(/observables/);
});

test('the ledger has what left, with the reason, and answers whether a value ever did', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.getByRole('link', { name: 'Quota' }).click();
  await page.getByRole('tab', { name: 'Egress' }).click();
  const ledger = page.getByRole('grid', { name: 'Egress ledger' });
  await expect(rowWith(ledger, 'api.example.org')).toContainText('The client agreed by phone at noon.');
  await page.getByLabel('Value, hash, service or analyzer').fill('evil[.]test');
  await expect(
    page.getByText('It left 1 time, to api.example.org.').or(page.getByText('is a part of 1 other value')),
  ).toBeVisible();
  await expect(rowWith(ledger, 'api.example.org')).toBeVisible();
  await look(page, 'egress');
});
