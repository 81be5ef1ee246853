import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { buildPhishingMail } from '../../support/phishing-mail.ts';
import type { Host } from './host.ts';
import { expect } from './window.ts';

/** A PNG of one red pixel. */
export const TINY_PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);

/** Writes a file into the test's own folder and returns its path. */
export function putFile(host: Host, name: string, bytes: string | Uint8Array): string {
  const path = join(host.home, name);
  writeFileSync(path, bytes);
  return path;
}

/** The phishing mail; `mark` makes its bytes another file, so that flows on one host do not see each other's. */
export const putMail = (host: Host, name: string, mark = ''): string =>
  putFile(host, name, Buffer.concat([Buffer.from(mark === '' ? '' : `X-Mark: ${mark}\r\n`), buildPhishingMail()]));

/**
 * Drags files from outside over the window and lets go, as the browser itself does it: the events are trusted. Lets go
 * once the window says that it will take them; `isUntold` is for one that must not.
 */
export async function dropFiles(page: Page, paths: readonly string[], isUntold = false): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const drag = (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<unknown> =>
    session.send('Input.dispatchDragEvent', {
      type,
      x: 720,
      y: 450,
      data: { items: [], files: [...paths], dragOperationsMask: 1 },
    });
  await drag('dragEnter');
  await drag('dragOver');
  // A hand over the window sends one after another; so does this, until the window says that it takes them.
  if (!isUntold) {
    await expect(async () => {
      await drag('dragOver');
      await expect(page.getByRole('heading', { name: /into Intake$/ })).toBeVisible({ timeout: 500 });
    }).toPass();
  }
  await drag('dragOver');
  await drag('drop');
  await session.detach();
}

/** Chooses files with the browser's own dialog, opened by `how`. */
export async function chooseFiles(page: Page, paths: string | string[], how: () => Promise<void>): Promise<void> {
  const [chooser] = await Promise.all([page.waitForEvent('filechooser'), how()]);
  await chooser.setFiles(paths);
}

export async function pasteText(page: Page, text: string): Promise<void> {
  await page.evaluate((value) => navigator.clipboard.writeText(value), text);
  await page.keyboard.press('Control+v');
}

export async function pastePicture(page: Page, png: Uint8Array = TINY_PNG): Promise<void> {
  await page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': new Blob([bytes], { type: 'image/png' }) })]);
  }, Buffer.from(png).toString('base64'));
  await page.keyboard.press('Control+v');
}

export const candidates = (page: Page): Locator => page.getByRole('grid', { name: 'Candidates' });

/** The row of a grid that holds a text. */
export const rowWith = (grid: Locator, text: string | RegExp): Locator =>
  grid.getByRole('row').filter({ hasText: text });

/** Drops a file and waits until its candidates are there (or it is said that there are none). */
export async function takeIn(page: Page, path: string): Promise<void> {
  await dropFiles(page, [path]);
  await expect(page.getByRole('region', { name: 'Candidates' })).toBeVisible({ timeout: 30_000 });
}

/** From the review of an intake to its case, everything accepted that is to be decided. Returns the case's number. */
export async function acceptAll(page: Page): Promise<number> {
  // The keys act on the row under the cursor: on a loaded machine it comes after the region.
  await expect(
    candidates(page).getByRole('row', { selected: true }).or(candidates(page).getByRole('row').nth(2)).first(),
  ).toBeVisible();
  await page.keyboard.press('Shift+A');
  await expect(page.getByRole('radio', { name: /^To decide/ })).toContainText('0');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/cases\/\d+\/observables/);
  await expect(page.getByRole('grid', { name: 'Observables' })).toBeVisible();
  return Number(/cases\/(\d+)/.exec(page.url())?.[1]);
}

/** Runs what the open run sheet has ticked and waits until no job is queued or running. */
export async function runSheet(page: Page): Promise<void> {
  await expect(page.getByRole('button', { name: /^Run \d/ })).toBeEnabled();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText(/^\d+ jobs? started$/)).toBeVisible();
  await expect(page.getByRole('contentinfo', { name: 'Activity' })).toContainText('Nothing running', {
    timeout: 60_000,
  });
}

/** Opens the report of one analyzer from the open list of jobs. */
export async function openReport(page: Page, analyzer: string): Promise<void> {
  const jobs = page.getByRole('grid', { name: 'Jobs' });
  await jobs.getByRole('row', { name: new RegExp(`^Select ${analyzer} done`) }).dblclick();
  await expect(page.getByRole('region', { name: 'Report' })).toContainText('nothing, it ran here');
}
