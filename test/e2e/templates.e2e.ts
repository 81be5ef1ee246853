import { axeOn, graveFaults } from './support/accessibility.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
});
test.afterAll(() => host.remove());

const THREE = {
  name: 'Ransom',
  titlePrefix: '[R]',
  tlp: 3,
  tags: ['ransomware'],
  metrics: { hosts: 4 },
  customFields: { family: { string: null, order: 1 } },
  tasks: [
    { order: 0, title: 'Isolate', owner: 'ana' },
    { order: 1, title: 'Restore', group: 'recover' },
  ],
};

test('an empty workspace teaches, and opens the demo case; one undo takes it away', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases`);
  await expect(page.getByRole('heading', { name: 'No cases yet' })).toBeVisible();
  await page.getByRole('button', { name: 'Open the demo case' }).click();
  await page.waitForURL(/#\/cases\/1$/);
  await expect(page.getByRole('heading', { name: 'Demo: overdue invoice 88213' })).toBeVisible();
  await expect(page.getByRole('contentinfo', { name: 'Activity' })).toContainText('Nothing running', {
    timeout: 60_000,
  });
  await expect(page.getByText('Demo case made')).toBeVisible();
  await page.keyboard.press('Control+z');
  await page.goto(`${host.url()}#/cases`);
  await expect(page.getByRole('heading', { name: 'No cases yet' })).toBeVisible();
  // From the palette it is made anew.
  await page.keyboard.press('Control+k');
  await page.getByRole('textbox', { name: 'Search or run a command' }).fill('>demo');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/cases\/2$/);
});

test('settings show the essential, or all, and this device remembers', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings`);
  const nav = page.getByRole('navigation', { name: 'Settings' });
  await expect(nav.getByRole('link', { name: 'Custom fields' })).toHaveCount(0);
  await page.getByRole('radio', { name: 'All', exact: true }).click();
  await expect(nav.getByRole('link', { name: 'Custom fields' })).toBeVisible();
  await page.reload();
  await expect(nav.getByRole('link', { name: 'Taxonomies' })).toBeVisible();
  await page.getByRole('radio', { name: 'Essential' }).click();
  // A link to a screen of the other depth still works.
  await page.goto(`${host.url()}#/settings/fields`);
  await expect(nav.getByRole('link', { name: 'Custom fields' })).toBeVisible();
});

test('fields are defined, and put on a case where each is edited in place', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings/fields`);
  await page.getByRole('button', { name: 'New field…' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('Estimated loss');
  await expect(dialog.getByLabel('Key')).toHaveValue('estimated-loss');
  await dialog.getByRole('combobox', { name: 'Type' }).click();
  await page.getByRole('option', { name: 'Whole number' }).click();
  await dialog.getByRole('button', { name: 'Make field' }).click();
  await expect(page.getByRole('list', { name: 'Custom fields' })).toContainText('Not used');
  expect(await graveFaults(axeOn(page))).toEqual([]);

  await page.goto(`${host.url()}#/cases/2`);
  const fields = page.getByRole('region', { name: 'Custom fields' });
  await fields.getByRole('button', { name: 'Add field' }).click();
  await page.getByRole('menuitem', { name: 'Estimated loss' }).click();
  const input = fields.getByRole('textbox', { name: 'Estimated loss' });
  await input.fill('much');
  await page.keyboard.press('Enter');
  await expect(fields.getByText('Estimated loss is a whole number, and this value is none.')).toBeVisible();
  await input.fill('1200');
  await page.keyboard.press('Enter');
  await expect(fields.getByRole('button', { name: 'Edit Estimated loss' })).toHaveText('1200');
  await page.keyboard.press('Control+z');
  await expect(fields.getByRole('button', { name: 'Edit Estimated loss' })).toHaveText('Not filled in');
});

test('a template is imported, put in order by keys and by hand, and its unsaved changes are guarded', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings/templates`);
  const choose = page.locator('input[type=file][aria-label="Template files"]');
  const file = (name: string, text: string) => ({ name, mimeType: 'application/json', buffer: Buffer.from(text) });
  await choose.setInputFiles(file('bad.json', '{"name": "x",\n "tlp": }'));
  await expect(page.getByRole('alert')).toContainText('line 2, column 9');
  await choose.setInputFiles(file('Case-Template__Ransom.json', JSON.stringify(THREE)));
  await page.getByRole('button', { name: 'Ransom', exact: true }).click();
  const tasks = page.getByRole('list', { name: 'Tasks of the template' });
  await expect(tasks.getByRole('listitem')).toHaveCount(2);
  expect(await graveFaults(axeOn(page))).toEqual([]);

  await tasks.getByRole('button', { name: 'Move Isolate, 1 of 2' }).focus();
  await page.keyboard.press('ArrowDown');
  await expect(tasks.getByRole('button', { name: 'Move Isolate, 2 of 2' })).toBeFocused();
  await tasks.getByRole('button', { name: 'Move Isolate, 2 of 2' }).dragTo(tasks.getByRole('listitem').first());
  await expect(tasks.getByRole('listitem').first()).toContainText('Isolate');
  await page.getByRole('button', { name: 'Add task' }).click();
  await page.getByLabel('Title of task 3').fill('Write the report');
  await page.getByLabel('Due after days').fill('3');

  // Left without saving: nothing is lost.
  await page.getByRole('link', { name: 'Tags' }).click();
  await page.getByRole('link', { name: 'Case templates' }).click();
  await expect(page.getByText('Changes not saved')).toBeVisible();
  await choose.setInputFiles(file('again.json', JSON.stringify({ ...THREE, description: 'Again' })));
  const dialog = page.getByRole('dialog', { name: 'There is a template of that name' });
  await expect(dialog).toContainText('changes to it that are not saved');
  await dialog.getByRole('button', { name: 'Keep both' }).click();
  await expect(page.getByRole('button', { name: 'Ransom imported', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Ransom', exact: true }).click();
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Template Ransom saved')).toBeVisible();
  await page.getByRole('button', { name: 'More about Ransom', exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export', exact: true }).click();
  expect((await download).suggestedFilename()).toBe('Case-Template__Ransom.json');
});

test('a case is opened from a template that shows what it brings, and one is put on a case that is there', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/new`);
  const dialog = page.getByRole('dialog', { name: 'New case' });
  await dialog.getByLabel('Title').fill('Files are gone');
  await dialog.getByRole('combobox', { name: 'Template' }).click();
  await page.getByRole('option', { name: 'Ransom', exact: true }).click();
  const preview = dialog.getByRole('region', { name: 'What the template brings' });
  await expect(preview).toContainText('[R] Files are gone');
  await expect(preview).toContainText('3 tasks');
  await expect(preview).toContainText('TLP:RED');
  await dialog.getByRole('button', { name: 'Create case' }).click();
  await page.waitForURL(/#\/cases\/3/);
  await expect(page.getByRole('tab', { name: /^Tasks/ })).toContainText('3');
  await expect(
    page.getByRole('region', { name: 'Custom fields' }).getByRole('button', { name: 'Edit hosts' }),
  ).toHaveText('4');

  await page.goto(`${host.url()}#/cases/2`);
  await page.getByRole('button', { name: 'More about this case' }).click();
  await page.getByRole('menuitem', { name: 'Apply a template…' }).click();
  const apply = page.getByRole('dialog', { name: 'Apply a template to case #2' });
  await apply.getByRole('combobox', { name: 'Template' }).click();
  await page.getByRole('option', { name: 'Ransom', exact: true }).click();
  await expect(apply.getByRole('region', { name: 'What it adds' })).toContainText('3 tasks');
  await apply.getByRole('button', { name: 'Apply template' }).click();
  await expect(page.getByText('Template Ransom applied')).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Tasks/ })).toContainText('7');
});

test('tags: offered while typing, coloured, renamed everywhere, back with one undo; taxonomies', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/settings/taxonomies`);
  await page.locator('input[type=file][aria-label="Taxonomy files"]').setInputFiles({
    name: 'machinetag.json',
    mimeType: 'application/json',
    buffer: Buffer.from(
      JSON.stringify({
        namespace: 'origin',
        description: 'Where it came from',
        version: 1,
        predicates: [{ value: 'by' }],
        values: [{ predicate: 'by', entry: [{ value: 'mail', expanded: 'By mail', colour: '#cc0000' }] }],
      }),
    ),
  });
  await expect(page.getByRole('list', { name: 'Taxonomies' })).toContainText('origin');

  await page.goto(`${host.url()}#/cases/3`);
  await page.getByRole('button', { name: 'Edit tags' }).click();
  const field = page.getByRole('combobox', { name: 'Tags' });
  await field.fill('phi');
  await expect(page.getByRole('option', { name: /^phishing/ })).toBeVisible();
  await field.fill('mail');
  await page.getByRole('option', { name: /origin:by="mail"/ }).click();
  await page.keyboard.press('Escape');
  await expect(page.locator('.tag', { hasText: 'origin:by="mail"' }).locator('.tag-swatch')).toBeVisible();

  await page.goto(`${host.url()}#/settings/tags`);
  await page.getByRole('button', { name: 'Rename ransomware' }).click();
  await page.getByLabel('New name').fill('extortion');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(page.getByRole('list', { name: 'Tags' })).toContainText('extortion');
  await expect(page.getByRole('list', { name: 'Tags' })).not.toContainText('ransomware');
  expect(await graveFaults(axeOn(page))).toEqual([]);
  await page.keyboard.press('Control+z');
  await expect(page.getByRole('list', { name: 'Tags' })).toContainText('ransomware');
});
