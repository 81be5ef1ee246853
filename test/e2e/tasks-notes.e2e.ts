import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { chooseFiles, putFile, rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['case', 'new', 'Phishing of harbour.org']);
  await host.run(['case', 'new', 'Stolen laptop']);
});
test.afterAll(() => host.remove());

const editor = (page: Page) => page.getByRole('textbox', { name: 'Note', exact: true });
const view = (page: Page, name: string) => page.getByRole('radio', { name }).click();

async function newNote(page: Page, title: string): Promise<void> {
  await page.goto(`${host.url()}#/cases/1/notes/new`);
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await editor(page).click();
}

async function save(page: Page): Promise<void> {
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();
}

test('a note is written with its keys: lists go on, tables are walked, cases and values are named', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await newNote(page, 'First look');
  await page.keyboard.type('Seen in #2');
  await page.getByRole('option', { name: /Stolen laptop/ }).click();
  await page.keyboard.type('first.\n\n- [ ] call the client');
  await page.keyboard.press('Enter');
  await page.keyboard.type('save the mail');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+Alt+t');
  await page.keyboard.type('Host');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Seen');
  await page.keyboard.press('Tab');
  await page.keyboard.type('login.harbour-mail.com');
  await page.keyboard.press('Tab');
  await page.keyboard.type('twice');
  await view(page, 'Side by side');
  const note = page.getByRole('region', { name: 'First look' });
  await expect(note.getByRole('link', { name: /#2/ })).toBeVisible();
  await expect(note.getByRole('cell', { name: 'login.harbour-mail.com' })).toBeVisible();
  await expect(note.getByRole('checkbox')).toHaveCount(2);
  await save(page);
  // Ticked where it is read, which writes the source.
  await note.getByRole('checkbox', { name: 'save the mail' }).click();
  await expect(note.getByRole('checkbox', { name: 'save the mail' })).toBeChecked();
  await page.reload();
  await expect(note.getByRole('checkbox', { name: 'save the mail' })).toBeChecked();
  await expect(note.getByRole('checkbox', { name: 'call the client' })).not.toBeChecked();
  await note.getByRole('link', { name: /#2/ }).click();
  await expect(page).toHaveURL(/#\/cases\/2$/);
});

test('selected words become an observable, and the note links to it', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/notes`);
  const note = page.getByRole('region', { name: 'First look' });
  await note.getByRole('cell', { name: 'login.harbour-mail.com' }).selectText();
  await note.getByRole('button', { name: 'Make observable' }).click();
  const dialog = page.getByRole('dialog', { name: 'Make observable' });
  await expect(
    dialog.getByRole('combobox', { name: 'Type' }).or(dialog.getByRole('textbox', { name: 'Type' })),
  ).toHaveValue(/FQDN|fqdn|host/i);
  await dialog.getByRole('button', { name: 'Add observable' }).click();
  const chip = note.getByRole('link', { name: /login\[\.\]harbour-mail\[\.\]com/ });
  await expect(chip).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Observables/ })).toContainText('1');
  await chip.click();
  await expect(page).toHaveURL(/#\/observables\//);
});

test('a file in a note becomes evidence; formatted text becomes Markdown', async ({ openWindow }) => {
  const page = await openWindow(host);
  await newNote(page, 'With a file');
  const path = putFile(host, 'proxy.log', 'GET /p 200\n');
  await chooseFiles(page, path, () => page.getByRole('button', { name: 'Picture or file' }).click());
  await expect(editor(page)).toContainText('osmia:evidence/', { timeout: 30_000 });
  await editor(page).press('Control+End');
  await page.evaluate(async () => {
    const html = '<h2>From a page</h2><ul><li>one</li></ul><script>alert(1)</script>';
    await navigator.clipboard.write([
      new ClipboardItem({
        'text/html': new Blob([html], { type: 'text/html' }),
        'text/plain': new Blob(['From a page one'], { type: 'text/plain' }),
      }),
    ]);
  });
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Control+v');
  await expect(editor(page)).toContainText('## From a page');
  await expect(editor(page)).not.toContainText('alert');
  await save(page);
  const note = page.getByRole('region', { name: 'With a file' });
  await expect(note.getByRole('link', { name: 'proxy.log' })).toBeVisible();
  await expect(note.getByRole('heading', { name: 'From a page' })).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Evidence/ })).toContainText('1');
});

test('versions: what changed is shown, an old one comes back, and that is undone', async ({ openWindow }) => {
  const page = await openWindow(host);
  await newNote(page, 'Findings');
  await page.keyboard.type('The sender is known.');
  await save(page);
  await page.keyboard.press('e');
  await editor(page).press('Control+a');
  await page.keyboard.type('The sender is not known.');
  await save(page);
  await page.keyboard.press('h');
  const dialog = page.getByRole('dialog', { name: 'Versions of this note' });
  await expect(dialog.getByRole('option')).toHaveCount(2);
  await dialog.getByRole('option').nth(1).click();
  await expect(dialog.locator('ins')).toHaveText('not ');
  await dialog.getByRole('button', { name: 'Restore this version' }).click();
  const note = page.getByRole('region', { name: 'Findings' });
  await expect(note.getByText('The sender is known.')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(note.getByText('The sender is not known.')).toBeVisible();
});

test('two windows write in one note: both texts are kept and compared', async ({ openWindow }) => {
  const [one, two] = [await openWindow(host), await openWindow(host)];
  for (const page of [one, two]) {
    await page.goto(`${host.url()}#/cases/1/notes`);
    await page.getByRole('button', { name: /^Findings/ }).click();
    await page.keyboard.press('e');
    await editor(page).press('Control+End');
  }
  await one.keyboard.type(' One said so.');
  await two.keyboard.type(' Two asked again.');
  await save(one);
  const conflict = two.getByRole('alert').filter({ hasText: 'changed in another window' });
  await expect(conflict).toBeVisible();
  await conflict.getByRole('radio', { name: 'What they changed' }).click();
  await expect(conflict.locator('ins')).toContainText('One said so.');
  await conflict.getByRole('button', { name: /^Keep both/ }).click();
  await expect(two.getByRole('button', { name: /^Findings \(my version\)/ })).toBeVisible();
  await expect(two.getByRole('region', { name: 'Findings (my version)' })).toContainText('Two asked again.');
  await two.getByRole('button', { name: /^Findings (?!\()/ }).click();
  await expect(two.getByRole('region', { name: 'Findings', exact: true })).toContainText('One said so.');
});

test('a note is pinned, found, exported, and begins from a template', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/notes`);
  const list = page.getByRole('complementary', { name: 'Notes of this case' });
  await list.getByRole('button', { name: /^First look/ }).click();
  await page.keyboard.press('p');
  await expect(list.locator('.note-row').first()).toContainText('First look');
  await page.keyboard.press('/');
  await page.keyboard.type('asked AGAIN');
  await expect(list.locator('.note-row')).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await page.getByRole('button', { name: 'More about this note' }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export as .md' }).click(),
  ]);
  const text = readFileSync((await download.path()) ?? '', 'utf8');
  expect(download.suggestedFilename()).toBe('First look.md');
  expect(text).toContain('# First look');
  expect(text).toContain('login[.]harbour-mail[.]com');
  expect(text).not.toContain('osmia:');

  await page.getByRole('button', { name: 'More about this note' }).click();
  await page.getByRole('menuitem', { name: 'Save as template…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New note template' });
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Hand-over');
  await dialog.getByRole('textbox', { name: 'Text' }).fill('## Open\n\n## Done\n');
  await dialog.getByRole('button', { name: 'Save template' }).click();
  await page.getByRole('button', { name: 'New note from a template' }).click();
  await page.getByRole('menuitem', { name: 'Hand-over' }).click();
  await expect(editor(page)).toContainText('## Done');
  await page.getByRole('button', { name: 'Discard draft' }).click();
});

const tasks = (page: Page) => page.getByRole('grid', { name: 'Tasks' });

test('tasks: added in groups, put in order by hand, started, closed with the last line', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/tasks`);
  const field = page.getByRole('textbox', { name: 'New task' });
  const group = page
    .getByRole('combobox', { name: 'Group of the new task' })
    .or(page.getByLabel('Group of the new task'));
  for (const [title, name] of [
    ['Save the mail', 'Identification'],
    ['Ask the sender', 'Identification'],
    ['Block the host', 'Containment'],
  ] as const) {
    await group.first().fill(name);
    await field.fill(title);
    await field.press('Enter');
    await expect(rowWith(tasks(page), title)).toBeVisible();
  }
  await expect(tasks(page).getByText('2 of 2 open')).toBeVisible();
  await field.press('Escape');
  await rowWith(tasks(page), 'Ask the sender').click();
  const order = async (): Promise<string[]> =>
    (await tasks(page).locator('.grid-row').allInnerTexts()).map((row) => /Save|Ask|Block/.exec(row)?.[0] ?? '');
  await page.keyboard.press('Alt+ArrowUp');
  await expect.poll(order).toEqual(['Ask', 'Save', 'Block']);
  await page.keyboard.press('Alt+ArrowDown');
  await page.keyboard.press('Alt+ArrowDown');
  await expect.poll(order).toEqual(['Save', 'Ask', 'Block']);
  await expect(tasks(page).getByText('2 of 2 open')).toHaveCount(1);
  await rowWith(tasks(page), 'Block the host')
    .locator('.task-grip')
    .dragTo(rowWith(tasks(page), 'Save the mail'), {
      targetPosition: { x: 200, y: 4 },
    });
  await expect.poll(order).toEqual(['Block', 'Save', 'Ask']);

  await rowWith(tasks(page), 'Save the mail').click();
  await page.keyboard.press('s');
  await expect(rowWith(tasks(page), 'Save the mail')).toContainText('In progress');
  const side = page.getByRole('complementary', { name: 'Task' });
  await side.getByRole('textbox', { name: 'New line' }).click();
  await page.keyboard.type('Saved with its headers');
  const path = putFile(host, 'mail.eml', 'From: a@harbour.org\n\nhi\n');
  await chooseFiles(page, path, () => side.getByRole('button', { name: 'Add files' }).click());
  await expect(side.getByRole('button', { name: 'Leave mail.eml out' })).toBeVisible({ timeout: 30_000 });
  await side.getByRole('button', { name: 'Add and complete' }).click();
  await expect(rowWith(tasks(page), 'Save the mail')).toContainText('Completed');
  await expect(side.getByRole('link', { name: 'mail.eml' })).toBeVisible();
  // The line, its file and the state go back together.
  await page.keyboard.press('Control+z');
  await expect(rowWith(tasks(page), 'Save the mail')).toContainText('In progress');
  await expect(side.getByText('Saved with its headers')).toHaveCount(0);
});

test('many tasks at once, filters, the library, and what is mine over all cases', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/tasks`);
  await rowWith(tasks(page), 'Block the host').click();
  await page.getByRole('button', { name: 'Save to the library' }).click();
  await expect(page.getByText('Task saved to the library')).toBeVisible();
  await page.goto(`${host.url()}#/cases/2/tasks`);
  await page.getByRole('button', { name: 'Library…', exact: true }).click();
  const dialog = page.getByRole('dialog', { name: 'Library of tasks' });
  await dialog.getByRole('checkbox', { name: 'Choose Block the host' }).click();
  await dialog.getByRole('button', { name: 'Add 1 task to the case' }).click();
  await expect(rowWith(tasks(page), 'Block the host')).toBeVisible();

  await page.goto(`${host.url()}#/cases/1/tasks`);
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await page
    .getByRole('toolbar', { name: 'Selection' })
    .getByRole('button', { name: /^Complete/ })
    .click();
  await expect(page.getByText('3 tasks completed')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: /^Completed/ }).click();
  await expect(tasks(page).locator('.grid-row')).toHaveCount(3);
  await page.keyboard.press('Control+z');
  await expect(page.getByText('No task matches')).toBeVisible();

  await page.getByRole('navigation', { name: 'Screens' }).getByRole('link', { name: 'Tasks' }).click();
  await expect(rowWith(tasks(page), 'Save the mail')).toContainText('Phishing of harbour.org');
  await page.getByRole('radio', { name: /^Of nobody/ }).click();
  await rowWith(tasks(page), 'Stolen laptop').click();
  await page.keyboard.press('t');
  await expect(rowWith(tasks(page), 'Stolen laptop')).toHaveCount(0);
  await page.getByRole('radio', { name: /^Mine/ }).click();
  await rowWith(tasks(page), 'Stolen laptop').dblclick();
  await expect(page).toHaveURL(/#\/cases\/2\/tasks\//);
  await expect(page.getByRole('heading', { name: 'Block the host' })).toBeVisible();
});

test('no serious fault of accessibility on these screens', async ({ openWindow }) => {
  test.setTimeout(120_000);
  const page = await openWindow(host);
  for (const [hash, ready] of [
    ['#/cases/1/notes', 'Find in the notes'],
    ['#/cases/1/notes/new', 'Title'],
    ['#/cases/1/tasks', 'Filter tasks'],
  ] as const) {
    await page.goto(host.url() + hash);
    await expect(page.getByLabel(ready, { exact: true })).toBeVisible();
    expect.soft(await graveFaults(axeOn(page)), hash).toEqual([]);
  }
  await page.goto(`${host.url()}#/tasks`);
  await expect(tasks(page)).toBeVisible();
  expect.soft(await graveFaults(axeOn(page)), '#/tasks').toEqual([]);
});
