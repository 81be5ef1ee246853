import { readFileSync } from 'node:fs';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { acceptAll, putMail, rowWith, takeIn } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

test('a mail and what stood in it, drawn, found, linked, and saved as a picture', async ({ openWindow }) => {
  const page = await openWindow(host);
  await takeIn(page, putMail(host, 'invoice.eml'));
  const number = await acceptAll(page);
  await page.goto(`${host.url()}#/cases/${number}/graph`);
  const picture = page.getByRole('img', { name: /thing.* and .* link/ });
  await expect(picture).toBeVisible();
  const list = page.getByRole('grid', { name: 'Things in the graph' });
  await expect(rowWith(list, 'invoice.eml')).toBeVisible();

  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('login');
  await rowWith(list, 'login[.]').first().click();
  const selection = page.getByRole('region', { name: 'Selection' });
  await expect(selection).toContainText('found in');
  await selection.getByRole('button', { name: 'invoice.eml' }).click();
  await expect(selection.getByRole('heading')).toHaveText('invoice.eml');
  expect(await graveFaults(axeOn(page))).toEqual([]);

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as a picture' }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`case-${number}-graph.png`);
  const png = readFileSync(await download.path());
  expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
  expect(png.length).toBeGreaterThan(10_000);
});

test('two things are linked by the keyboard; undone and done again', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/graph`);
  const list = page.getByRole('grid', { name: 'Things in the graph' });
  const counted = page.getByText(/\d+ things, \d+ links?/);
  await expect(rowWith(list, 'invoice.eml')).toBeVisible();
  await expect(counted).toBeVisible();
  const before = Number(/(\d+) link/.exec(await counted.innerText())?.[1]);
  await page.keyboard.press('j');
  await page.keyboard.press('j');
  await page.keyboard.press('x');
  const selection = page.getByRole('region', { name: 'Selection' });
  await expect(selection).toContainText('Choose another one to link it with');
  await page.keyboard.press('j');
  await expect(selection.getByRole('button', { name: 'Link them…' })).toBeVisible();
  await page.keyboard.press('l');
  await page.getByRole('menuitem', { name: 'resolves to' }).press('Enter');
  await expect(page.getByText(`${before + 1} links`)).toBeVisible();
  await expect(page.getByText('Linked: resolves to')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText(`, ${before} links`)).toBeVisible();
  await expect(page.getByText(/^Undone: /)).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(page.getByText(`${before + 1} links`)).toBeVisible();
  await expect(page.getByText(/^Done again: /)).toBeVisible();
});

test('types and links are hidden and shown, and another layout is another picture', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/graph`);
  const list = page.getByRole('grid', { name: 'Things in the graph' });
  await expect(rowWith(list, 'invoice.eml')).toBeVisible();
  await page.getByRole('button', { name: 'Types and links' }).click();
  await page.getByRole('menuitemcheckbox', { name: /^file\s*\d/ }).click();
  await page.keyboard.press('Escape');
  await expect(rowWith(list, 'invoice.eml')).toHaveCount(0);
  await page.getByRole('button', { name: /^Layout/ }).click();
  await page
    .getByRole('menuitemradio', { name: 'Tree' })
    .or(page.getByRole('menuitem', { name: 'Tree' }))
    .click();
  await expect(page.getByText(/things, \d+ links?/)).toBeVisible();
});

test('two thousand things stay usable', async ({ openWindow }) => {
  const values = Array.from({ length: 2_000 }, (_, i) => `host${i}.many.example.com`);
  await host.run(['case', 'new', 'Many']);
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/intake`);
  await page.evaluate((text) => navigator.clipboard.writeText(text), values.join('\n'));
  await page.keyboard.press('Control+v');
  await expect(page.getByRole('region', { name: 'Candidates' })).toBeVisible({ timeout: 30_000 });
  const number = await acceptAll(page);
  await page.goto(`${host.url()}#/cases/${number}/graph`);
  await page
    .getByRole('button', { name: /^Show all/ })
    .or(page.getByRole('button', { name: 'Linked only' }))
    .first()
    .click();
  // The values, and the paste that they stood in.
  await expect(page.getByText(/2,001 things/)).toBeVisible({ timeout: 45_000 });
  await expect(page.getByText('Laying out…')).toHaveCount(0, { timeout: 45_000 });
  // The window answers at once, whatever the picture costs.
  await page.keyboard.press('/');
  await page.getByRole('searchbox', { name: 'Find in the graph' }).fill('host1999.');
  const list = page.getByRole('grid', { name: 'Things in the graph' });
  await rowWith(list, 'host1999').click();
  await expect(page.getByRole('region', { name: 'Selection' })).toContainText('host1999');
});
