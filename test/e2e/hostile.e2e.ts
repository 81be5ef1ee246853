import type { Page } from '@playwright/test';
import { buildMail } from '../support/build-mail.ts';
import { buildZip } from '../support/build-zip.ts';
import { PAYLOADS } from './support/payloads.ts';
import { acceptAll, dropFiles, openReport, putFile, runSheet, takeIn } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

/*
 * Whatever a page must never do (ask another origin, open a dialog or a window, navigate, add a frame, break the content
 * security policy) is watched in every test of this folder by support/window.ts; here it is provoked on every screen.
 */
test.describe.configure({ mode: 'serial' });

let host: Host;
let report = '';
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

/** Nothing of a payload became an element, and no script of it ran. */
async function isInert(page: Page): Promise<void> {
  const found = await page.evaluate(() => ({
    elements: [
      ...document.querySelectorAll(
        '#root script, #root iframe, #root object, #root embed, #root base, #root meta, #root form[action], a[href^="javascript:"], a[href^="data:"], a[href^="http"], a[target="_blank"], img[src^="http"], [onerror], [onload], [onclick], [onfocus], [onmouseover]',
      ),
    ].map((element) => element.outerHTML.slice(0, 200)),
    hasRun: 'osmiaHacked' in window,
    isTitleOurs: !document.title.includes('HACKED'),
  }));
  expect(found).toEqual({ elements: [], hasRun: false, isTitleOurs: true });
}

const hostileMail = (): Uint8Array => {
  // oxlint-disable-next-line no-control-regex -- what a header cannot hold
  const oneLine = PAYLOADS.map((payload) => payload.replaceAll(/[\u0000-\u001F]+/g, ' '));
  return buildMail(
    [
      `From: "${oneLine[1]?.replaceAll('"', "'")}" <x@bad-site.com>`,
      `Subject: =?utf-8?B?${Buffer.from(oneLine.join(' ')).toString('base64')}?=`,
      'Message-ID: <<script>alert(1)</script>@bad-site.com>',
      ...oneLine.map((payload, index) => `X-Payload-${index}: ${payload}`),
    ],
    [
      { type: 'text/plain; charset=utf-8', encoding: 'base64', body: PAYLOADS.join('\r\n') },
      { type: 'text/html; charset=utf-8', encoding: 'base64', body: PAYLOADS.join('<br>\n') },
      ...oneLine.slice(0, 12).map((payload, index) => ({
        type: 'application/octet-stream',
        name: `${index}${payload.replaceAll('"', "'").replaceAll('/', '∕')}.txt`,
        body: Buffer.from(payload),
      })),
      {
        type: 'application/zip',
        name: '<img src=x onerror=alert(1)>.zip',
        body: buildZip(oneLine.map((payload, index) => ({ name: `${index}/${payload.slice(0, 120)}`, data: payload }))),
      },
    ],
  );
};

test('a mail full of payloads, from Intake to the report', async ({ openWindow }) => {
  const page = await openWindow(host);
  await takeIn(page, putFile(host, '<img src=x onerror=osmiaHacked=1>.eml', hostileMail()));
  await isInert(page);
  const items = page.getByRole('tree', { name: 'Contents' }).getByRole('treeitem');
  for (let index = 0; index < Math.min(await items.count(), 40); index += 6) {
    await items.nth(index).click();
    await isInert(page);
  }
  for (let step = 0; step < 8; step += 1) await page.keyboard.press('j');
  await page.keyboard.press('g');
  await isInert(page);
  await acceptAll(page);
  await isInert(page);

  await page.getByLabel('Filter values').fill('.eml');
  // A filter that lands after the click would take the selection with it.
  const rows = page.getByRole('grid', { name: 'Observables' }).getByRole('row');
  await expect(rows.filter({ hasNotText: '.eml' })).toHaveCount(1);
  await page.getByRole('checkbox', { name: /^Select <img/ }).click();
  await page.keyboard.press('r');
  await expect(page.getByRole('button', { name: /^Run \d/ })).toBeEnabled();
  await isInert(page);
  await runSheet(page);
  for (const tab of ['', '/observables', '/evidence', '/jobs']) {
    await page.goto(`${host.url()}#/cases/1${tab}`);
    await expect(page.getByRole('tab', { selected: true }).first()).toBeVisible();
    await expect(page.locator('[aria-busy="true"]')).toHaveCount(0);
    await isInert(page);
  }
  for (const analyzer of ['Email', 'FileInfo', 'Indicators']) {
    await page.goto(`${host.url()}#/cases/1/jobs`);
    await openReport(page, analyzer);
    await isInert(page);
    for (const tab of ['What was sent', 'Raw JSON', 'Log']) {
      await page.getByRole('tab', { name: tab }).click();
      await isInert(page);
    }
    report = page.url();
  }
});

test('payloads as file names and as bytes of other kinds', async ({ openWindow }) => {
  const page = await openWindow(host);
  const names = PAYLOADS.slice(0, 8).map(
    (payload, index) => `${index}${payload.replaceAll(/[/\r\n\0]/g, '∕').slice(0, 80)}`,
  );
  await dropFiles(
    page,
    names.map((name, index) =>
      putFile(host, `${name}.${['html', 'svg', 'js', 'xhtml'][index % 4]}`, PAYLOADS.join('\n')),
    ),
  );
  const list = page.getByRole('grid', { name: 'Intake' });
  await expect(list.getByRole('row')).toHaveCount(10);
  await isInert(page);
  await list.getByRole('row').nth(1).dblclick();
  await expect(page.getByRole('region', { name: 'Source' })).toBeVisible();
  await isInert(page);
  await page.getByRole('radio', { name: 'Hex' }).click();
  await isInert(page);
});

test('payloads in a note, its title, the case, its tags and observables', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/notes/new`);
  await page.getByRole('textbox', { name: 'Title' }).fill('<script>osmiaHacked=1</script>');
  await page.getByRole('textbox', { name: 'Note', exact: true }).click();
  await page.keyboard.insertText(PAYLOADS.join('\n\n'));
  await page.getByRole('radio', { name: 'Read' }).click();
  const note = page.getByRole('region', { name: '<script>osmiaHacked=1</script>' });
  await expect(note).toContainText('onerror');
  await isInert(page);
  for (const link of await note.locator('.dead-link').all()) await link.click();
  await isInert(page);
  await page.keyboard.press('Control+Enter');
  await expect(note.getByText('Saved', { exact: true })).toBeVisible();

  await page.goto(`${host.url()}#/cases/1`);
  await page.getByRole('button', { name: 'Edit the title' }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('"><img src=x onerror=osmiaHacked=1> \u202Egnp.exe');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toContainText(/202e/i);
  await page.getByRole('button', { name: 'Edit description' }).click();
  await page.getByRole('textbox', { name: 'Description' }).fill(PAYLOADS.join('\n\n'));
  await page.getByRole('button', { name: 'Save description' }).click();
  await expect(page.getByRole('button', { name: 'Edit description' })).toBeVisible();
  await isInert(page);

  await page.goto(`${host.url()}#/cases/1/observables`);
  await page.getByRole('button', { name: 'Add…' }).click();
  await page.getByLabel('Values, one a line').fill(PAYLOADS.join('\n'));
  await page.getByRole('button', { name: /^Add \d+$/ }).click();
  await isInert(page);
  await page.keyboard.press('Escape');
  await page.goto(`${host.url()}#/observables`);
  await expect(page.getByRole('grid', { name: 'Observables' }).getByRole('row').nth(1)).toBeVisible();
  await page.keyboard.press('Space');
  await isInert(page);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('<img');
  await expect(page.getByRole('dialog')).toBeVisible();
  await isInert(page);
  await page.keyboard.press('Escape');
  await page.goto(`${host.url()}#/cases`);
  await expect(page.getByRole('grid', { name: 'Cases' })).toContainText('onerror');
  await isInert(page);
});

test('a hostile address in the location goes nowhere', async ({ openWindow }) => {
  const page = await openWindow(host);
  for (const hash of [
    '#/javascript:alert(1)',
    '#//evil.example',
    '#/intake/<script>',
    '#/cases/__proto__',
    '#/reports/%00',
    report,
  ]) {
    await page.goto(hash.startsWith('#') ? `${host.url()}${hash}` : hash);
    await expect(page.getByRole('contentinfo', { name: 'Activity' })).toBeVisible();
    await isInert(page);
  }
});
