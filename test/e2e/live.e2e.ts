import type { WebSocketRoute } from '@playwright/test';
import { type Host, startHost } from './support/host.ts';
import { rowWith } from './support/actions.ts';
import { expect, test } from './support/window.ts';

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['case', 'new', 'Seen in two windows']);
});
test.afterAll(() => host.remove());

test('two windows see each other’s changes, and those of the command line', async ({ openWindow }) => {
  const first = await openWindow(host);
  const second = await openWindow(host, { isFresh: true });
  await first.goto(`${host.url()}#/cases/1`);
  await second.goto(`${host.url()}#/cases`);
  const cases = second.getByRole('grid', { name: 'Cases' });
  await expect(rowWith(cases, 'Seen in two windows')).toBeVisible();

  await first.getByRole('button', { name: 'Edit the title' }).click();
  await first.getByLabel('Title', { exact: true }).fill('Renamed in the first');
  await first.keyboard.press('Enter');
  await expect(rowWith(cases, 'Renamed in the first')).toBeVisible();

  await second.getByRole('button', { name: 'Star #1' }).click();
  await expect(first.getByRole('button', { name: 'Take the star off' })).toBeVisible();

  await host.run(['case', 'new', 'From the shell']);
  await expect(rowWith(cases, 'From the shell')).toBeVisible();
});

test('a lost connection is said and comes back by itself', async ({ openWindow }) => {
  const page = await openWindow(host, { mayFail: true });
  const sockets: WebSocketRoute[] = [];
  let isCut = false;
  await page.routeWebSocket(/\/rpc$/, (socket) => {
    if (isCut) return void socket.close();
    sockets.push(socket);
    socket.connectToServer();
    return undefined;
  });
  await page.goto(`${host.url()}#/cases`);
  await page.reload();
  await expect(page.getByRole('grid', { name: 'Cases' })).toBeVisible();
  isCut = true;
  for (const socket of sockets) await socket.close();
  const banner = page.getByRole('alert').filter({ hasText: 'The core cannot be reached.' });
  await expect(banner).toBeVisible();
  await expect(banner.getByText(/attempt \d+/)).toBeVisible();
  // What is on the screen stays readable meanwhile.
  await expect(page.getByRole('grid', { name: 'Cases' })).toBeVisible();

  isCut = false;
  await expect(banner).toBeHidden({ timeout: 15_000 });
  await page.getByRole('button', { name: /New case/ }).click();
  await page.getByRole('textbox', { name: 'Title' }).fill('After the gap');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'After the gap' })).toBeVisible();
});
