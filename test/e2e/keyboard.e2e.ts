import { chooseFiles, putMail } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

test('from a file to a report without the mouse', async ({ openWindow }) => {
  const page = await openWindow(host);
  const keys = page.keyboard;
  await keys.press('Control+k');
  await expect(page.getByRole('textbox', { name: 'Search or run a command' })).toBeFocused();
  await keys.type('choose files');
  await expect(page.getByRole('button', { name: /Choose files for Intake/ })).toBeVisible();
  await chooseFiles(page, putMail(host, 'by keys.eml'), () => keys.press('Enter'));
  await expect(page.getByRole('heading', { name: 'by keys.eml', level: 1 })).toBeVisible();
  const grid = page.getByRole('grid', { name: 'Candidates' });
  await expect(grid.getByRole('row').nth(2)).toBeVisible();

  await keys.press('g');
  await expect(page.getByRole('region', { name: 'Source' }).locator('mark[data-current]')).toBeInViewport();
  await keys.press('t');
  await expect(page.getByRole('dialog', { name: 'Change type' })).toBeVisible();
  await keys.press('Escape');
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await keys.press('j');
  await keys.press('a');
  await keys.press('Shift+A');
  await expect(page.getByRole('radio', { name: /^To decide/ })).toContainText('0');
  await keys.press('Control+Enter');
  await page.waitForURL(/#\/cases\/1\/observables/);

  await expect(page.getByRole('grid', { name: 'Observables' }).getByRole('row').nth(1)).toBeVisible();
  await keys.press('/');
  await keys.type('by keys.eml');
  await expect(page.getByRole('grid', { name: 'Observables' }).getByRole('row')).toHaveCount(2);
  await page.keyboard.press('F6');
  await expect(page.getByLabel('Filter values')).not.toBeFocused();
  await keys.press('Space');
  await expect(page.getByRole('complementary', { name: 'Preview' })).toContainText('Not analysed yet.');
  await keys.press('r');
  await expect(page.getByRole('heading', { name: 'Run sheet' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Run/ })).toBeEnabled();
  await keys.press('Control+Enter');
  await page.waitForURL(/#\/cases\/1\/observables/);
  await keys.press('Control+4');
  await expect(page.getByRole('heading', { name: 'Jobs', level: 1 })).toBeVisible();
  await expect(page.getByRole('grid', { name: 'Jobs' })).toContainText('done');
  await expect(page.getByRole('contentinfo', { name: 'Activity' })).toContainText('Nothing running', {
    timeout: 30_000,
  });
  await keys.press('Enter');
  await expect(page.getByRole('region', { name: 'Report' })).toBeVisible();
});

test('? shows the keys, Esc closes them', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.keyboard.press('?');
  const sheet = page.getByRole('dialog', { name: 'Keys' });
  await expect(sheet).toContainText('Choose files');
  await page.keyboard.press('Escape');
  await expect(sheet).toHaveCount(0);
});

test('the palette finds screens, cases and observables', async ({ openWindow }) => {
  const page = await openWindow(host);
  const find = async (text: string): Promise<void> => {
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('textbox', { name: 'Search or run a command' })).toBeFocused();
    await page.keyboard.type(text);
  };
  await find('by keys');
  await expect(page.getByRole('button', { name: /by keys\.eml #1, new/ })).toBeVisible();
  await page.keyboard.press('Escape');
  await find('@pay.bad-site');
  await page
    .getByRole('button', { name: /pay\[\.\]bad-site/ })
    .first()
    .waitFor();
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/observables\/.+/);
  await find('>settings');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible();
});

test('the focus is always to be seen', async ({ openWindow }) => {
  const page = await openWindow(host);
  for (let step = 0; step < 12; step += 1) {
    await page.keyboard.press('Tab');
    const focus = await page.evaluate(() => {
      const active = document.activeElement;
      if (!active || active === document.body) return 'none';
      const style = getComputedStyle(active);
      const isOutlined = style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) > 0;
      return isOutlined || style.boxShadow !== 'none' ? 'seen' : active.outerHTML.slice(0, 200);
    });
    expect(['seen', 'none']).toContain(focus);
  }
});
