import { join, resolve } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
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
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode()
      .withTags(['wcag2a', 'wcag2aa', 'cat.aria'])
      .analyze();
    const grave = violations.filter((each) => each.impact === 'serious' || each.impact === 'critical');
    expect(grave.map((each) => `${each.id}: ${each.nodes.map((node) => node.target.join(' ')).join(' | ')}`)).toEqual(
      [],
    );
  }
}

test('a rule keeps a value here, the sheet says so, an override sends another, and the ledger answers', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.getByRole('switch', { name: /line/i }).or(page.getByText('OFFLINE')).first().click();
  await expect(page.getByText('ONLINE', { exact: true })).toBeVisible();

  // The policy, and its tester.
  await page.getByRole('link', { name: 'Settings' }).click();
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

  // The run sheet over what may go, what may not, and what names a person.
  await page.getByRole('link', { name: 'Cases' }).click();
  await page.getByText('Invoice phish').first().dblclick();
  await page.getByRole('tab', { name: /^Observables/ }).click();
  await page.getByRole('button', { name: 'Add', exact: false }).first().click();
  await page
    .getByRole('dialog')
    .getByRole('textbox')
    .first()
    .fill('evil.test\nvpn.corp.example\nhttps://evil.test/login?u=ana@victim.test\n203.0.113.7');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Add/ })
    .last()
    .click();
  const grid = page.getByRole('grid', { name: 'Observables' });
  await expect(rowWith(grid, 'evil[.]test').first()).toBeVisible();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('r');
  const sheet = page.getByRole('grid', { name: 'Run sheet' });
  await expect(sheet).toBeVisible();
  await look(page, 'run-sheet');
});
