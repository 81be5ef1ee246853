// `npm run screenshots`: drives the real program with the sample mail and writes docs/screenshots. `--small` takes the
// same pictures of a small window, into the temporary folder only; `--bench` takes those of the case bench alone.
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, expect as playwrightExpect } from '@playwright/test';
import './require-node.mjs';
import { startHost } from '../test/e2e/support/host.ts';
import { dropFiles, openReport, rowWith, runSheet } from '../test/e2e/support/actions.ts';
import { buildRenderer } from './build-window.mjs';
import { bringBrowser } from './find-browser.mjs';
import { shootBench } from './screenshots/bench-screens.mjs';
import { addEarlierCase, prepare, shootEngine } from './screenshots/engine-screens.mjs';

const root = resolve(import.meta.dirname, '..');
const isSmall = process.argv.includes('--small');
// A loaded machine may be late; a picture is worth the wait.
const expect = playwrightExpect.configure({ timeout: 30_000 });
const isBenchOnly = process.argv.includes('--bench');
const folder = isSmall ? join(tmpdir(), 'osmia-screenshots-small') : join(root, 'docs/screenshots');
const viewport = isSmall ? { width: 1024, height: 700 } : { width: 1440, height: 900 };
const NOTE = `# First look

The mail claims to be from **Harbour Billing**. It is not:

- SPF and DMARC fail, there is no DKIM signature.
- The link reads \`www.harbour.example.net\` and leads to https://login.harbour-portal.example.com/auth

## Next

- [x] Hashes of the attachment
- [x] Macro read, not run
- [ ] Ask the mail gateway who else got it

| Host | Where | Since |
| --- | --- | --- |
| 198.51.100.23 | macro, port 8443 | 23 Nov |
| login.harbour-portal.example.com | mail body | 23 Nov |
`;

const DESCRIPTION = `Accounts payable forwarded the mail at 07:15 UTC. Nobody opened the attachment.

They expect: is it the same crew as in October, and what has to be blocked.
`;

const browserPath = bringBrowser();
if (!browserPath) process.exit(1);
await buildRenderer();
mkdirSync(folder, { recursive: true });
const host = await startHost();
const browser = await chromium.launch(browserPath === 'playwright' ? {} : { executablePath: browserPath });
try {
  const context = await browser.newContext({ viewport, reducedMotion: 'reduce', colorScheme: 'dark' });
  await drive(await context.newPage());
} finally {
  await browser.close();
  await host.remove();
}
process.stdout.write(`${folder}\n`);

async function drive(page) {
  const shoot = async (name) => {
    // Toasts come and go; a picture has none.
    const toasts = page.locator('.mantine-Notification-root');
    await expect(async () => {
      while ((await toasts.count()) > 0) await toasts.first().getByRole('button').last().click({ timeout: 1_000 });
    }).toPass();
    await expect(toasts).toHaveCount(0);
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
      await page.evaluate(() => document.fonts.ready);
      await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), animations: 'disabled' });
    }
  };
  const shootFirst = isBenchOnly ? () => Promise.resolve() : shoot;
  const go = (hash) => page.goto(`${host.url()}${hash}`);
  await page.goto(await host.launchUrl());
  await page.getByRole('heading', { name: 'Intake' }).waitFor();
  await shoot('welcome');

  await dropFiles(page, [join(root, 'resources/samples/overdue-invoice-88213.eml')]);
  const candidates = page.getByRole('grid', { name: 'Candidates' });
  await candidates.waitFor();
  await page.getByRole('button', { name: 'How they enter the case' }).click();
  await page.getByLabel('Title of the new case').fill('Overdue invoice 88213, harbour.example.net');
  await page.keyboard.press('Escape');
  await candidates.focus();
  await page.keyboard.press('Shift+A');
  for (const value of ['www[.]example[.]org', '192[.]0[.]2[.]53', 'ap@harbour']) {
    await rowWith(candidates, value).click();
    await page.keyboard.press('u');
  }
  const login = rowWith(candidates, 'body.html, line 8').first();
  await login.click();
  await page.keyboard.press('u');
  // In a small window the place is not a column of its own.
  if (!isSmall) await login.getByRole('button', { name: /line 8/ }).click();
  await candidates.hover();
  await page.mouse.wheel(0, -5_000);
  await expect(page.getByRole('button', { name: /^To decide/ })).toBeInViewport();
  await shootFirst('intake');

  await page.keyboard.press('Control+Enter');
  const grid = page.getByRole('grid', { name: 'Observables' });
  await grid.waitFor();
  await page.keyboard.press('Control+a');
  await page
    .getByRole('toolbar', { name: 'Selection' })
    .getByText(/^(All )?\d+ selected/)
    .waitFor();
  await page.keyboard.press('r');
  await page.getByRole('button', { name: /^Run \d/ }).waitFor();
  await shootFirst('runsheet');
  await runSheet(page);

  await go('#/cases/1/notes/new');
  await page.getByRole('textbox', { name: 'Title' }).fill('First look');
  await page.getByRole('textbox', { name: 'Note', exact: true }).click();
  await page.keyboard.insertText(NOTE);
  await page.keyboard.press('Control+Enter');
  await page.getByRole('heading', { name: 'Next' }).waitFor();
  await shootFirst('notes');

  await go('#/cases/1/observables');
  await grid.hover();
  await page.mouse.wheel(0, 5_000);
  await rowWith(grid, '.eml').first().click();
  await page.keyboard.press('Space');
  await page.getByRole('complementary', { name: 'Preview' }).getByText('Email').first().waitFor();
  await shootFirst('observables');

  await go('#/cases/1/jobs');
  await openReport(page, 'Email');
  await shootFirst('report');

  await prepare(host);
  await addEarlierCase(page, host, go);
  await go('#/cases/1');
  await page.getByRole('button', { name: 'Edit description' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill(DESCRIPTION);
  await page.getByRole('button', { name: 'Save description' }).click();
  await page.locator('p').filter({ hasText: 'Accounts payable' }).waitFor();
  await shootFirst('case');

  if (!isBenchOnly) await shootEngine({ page, host, go, shoot });
  await shootBench({ page, host, go, shoot });
}
