import { chooseFiles, dropFiles, putFile, takeIn } from './support/actions.ts';
import { type Host, PASSPHRASE, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

const SECRET = 'canary-9481.bad-site.com';

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

test('the lock screen hides everything; a wrong passphrase says so, the right one goes on', async ({ openWindow }) => {
  const page = await openWindow(host);
  await takeIn(page, putFile(host, `${SECRET}.txt`, `http://${SECRET}/x`));
  await expect(page.getByText('canary-9481').first()).toBeVisible();
  await page.goto(`${host.url()}#/settings`);
  await page.getByRole('button', { name: 'Lock now' }).click();

  await expect(page.getByRole('heading', { name: /is locked$/ })).toBeVisible();
  expect(await page.content()).not.toContain('canary-9481');
  await expect(page.getByRole('navigation')).toHaveCount(0);
  await page.goto(`${host.url()}#/intake`);
  await expect(page.getByRole('heading', { name: /is locked$/ })).toBeVisible();
  expect(await page.content()).not.toContain('canary-9481');

  await page.getByLabel('Passphrase', { exact: true }).fill('not this one');
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('alert')).toContainText(/passphrase/i);
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByText('canary-9481').first()).toBeVisible();
});

test('a locked window does not open a file that is dropped on it', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings`);
  await page.getByRole('button', { name: 'Lock now' }).click();
  await expect(page.getByRole('heading', { name: /is locked$/ })).toBeVisible();
  await dropFiles(page, [putFile(host, 'evidence.html', '<script>alert(1)</script>')], true);
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('a second window locks with the first', async ({ openWindow }) => {
  const first = await openWindow(host);
  const second = await openWindow(host);
  await second.goto(`${host.url()}#/cases`);
  await first.goto(`${host.url()}#/settings`);
  await first.getByRole('button', { name: 'Lock now' }).click();
  await expect(second.getByRole('heading', { name: /is locked$/ })).toBeVisible();
  await second.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await second.keyboard.press('Enter');
  await expect(second.getByRole('heading', { name: 'Cases', level: 1 })).toBeVisible();
  await expect(first.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('the recovery key is shown once and opens the workspace', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings`);
  await page.getByRole('button', { name: 'Make a recovery key…' }).click();
  const shown = page.getByLabel('Recovery key', { exact: true });
  await expect(shown).toBeVisible();
  const key = ((await shown.textContent()) ?? '').trim();
  expect(key.length).toBeGreaterThan(20);
  await page.getByRole('button', { name: 'I have it' }).click();
  await expect(shown).toHaveCount(0);
  await page.reload();
  await expect(page.getByRole('button', { name: 'Make a new recovery key…' })).toBeVisible();
  expect(await page.content()).not.toContain(key);

  await page.getByRole('button', { name: 'Lock now' }).click();
  await page.getByRole('button', { name: 'Use the recovery key' }).click();
  await page.getByLabel('Recovery key').fill(key.toLowerCase());
  await page.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('another passphrase opens after a change, the old one no longer', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings`);
  await page.getByRole('button', { name: 'Change the passphrase…' }).click();
  await page.getByLabel('Passphrase now').fill(PASSPHRASE);
  await page.getByLabel('New passphrase').fill('quite another one');
  await page.getByLabel('The same again').fill('quite another one');
  await page.getByRole('button', { name: 'Change passphrase' }).click();
  await expect(page.getByText('Passphrase changed')).toBeVisible();
  await host.quit();
  await host.start({ unlock: 'window' });

  const after = await openWindow(host);
  await after.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE);
  await after.keyboard.press('Enter');
  await expect(after.getByRole('alert')).toContainText(/passphrase/i);
  await after.getByLabel('Passphrase', { exact: true }).fill('quite another one');
  await after.keyboard.press('Enter');
  await expect(after.getByRole('heading', { name: 'Intake', level: 1 })).toBeVisible();
  await chooseFiles(after, putFile(host, 'later.txt', 'http://later.bad-site.com'), () =>
    after.keyboard.press('Control+o'),
  );
  await expect(after.getByRole('heading', { name: 'later.txt', level: 1 })).toBeVisible();
});
