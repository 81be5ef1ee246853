import { pastePicture } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['case', 'new', 'Notes of harbour.org']);
});
test.afterAll(() => host.remove());

test('a note with a picture, written, previewed, saved', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/notes/new`);
  const editor = page.getByRole('textbox', { name: 'Note', exact: true });
  await page.getByRole('textbox', { name: 'Title' }).fill('First look');
  await editor.click();
  await page.keyboard.type('# Finding\n\nThe link **lies** about its host.\n\n');
  await pastePicture(page);
  await expect(editor).toContainText('osmia-image:');
  await page.getByRole('radio', { name: 'Read' }).click();
  const note = page.getByRole('region', { name: 'First look' });
  await expect(note.getByRole('heading', { name: 'Finding' })).toBeVisible();
  await expect(note.getByRole('img', { name: 'image.png' })).toHaveJSProperty('naturalWidth', 1);
  await page.keyboard.press('Control+Enter');
  await expect(note.getByText('Saved', { exact: true })).toBeVisible();
  await page.reload();
  await expect(
    page.getByRole('region', { name: 'First look' }).getByRole('img', { name: 'image.png' }),
  ).toHaveJSProperty('naturalWidth', 1);
});

test('a draft survives kill -9', async ({ openWindow }) => {
  const page = await openWindow(host, { mayFail: true });
  await page.goto(`${host.url()}#/cases/1/notes/new`);
  await page.getByRole('textbox', { name: 'Title' }).fill('Half written');
  await page.getByRole('textbox', { name: 'Note', exact: true }).click();
  await page.keyboard.type('The macro loads http://macro.bad-site.com/p and');
  await expect(page.getByText(/^Draft saved/)).toBeVisible();
  await host.kill();
  await expect(page.getByRole('alert').filter({ hasText: 'The core cannot be reached.' })).toBeVisible();

  await host.start();
  const after = await openWindow(host);
  await after.goto(`${host.url()}#/cases/1/notes/new`);
  await expect(after.getByRole('textbox', { name: 'Title' })).toHaveValue('Half written');
  await expect(after.getByRole('textbox', { name: 'Note', exact: true })).toContainText(
    'http://macro.bad-site.com/p and',
  );
  await after.keyboard.press('Control+Enter');
  await expect(after.getByRole('button', { name: /^Half written/ })).toBeVisible();
  await expect(after.getByRole('button', { name: /^First look/ })).toBeVisible();
});
