import { buildAttackBundle } from '../support/build-attack-bundle.ts';
import { axeOn, graveFaults } from './support/accessibility.ts';
import { chooseFiles, putFile, putMail, rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
test.beforeAll(async () => {
  host = await startHost();
  await host.run(['case', 'new', 'Invoice phishing']);
  await host.run(['case', 'new', 'Parcel notice']);
});
test.afterAll(() => host.remove());

test('an event is written by keyboard, its time asked about where it can be read in two ways', async ({
  openWindow,
}) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/timeline`);
  await expect(page.getByRole('heading', { name: 'What happened, and when' })).toBeVisible();
  await page.keyboard.press('n');
  const when = page.getByRole('textbox', { name: 'When' });
  await expect(when).toBeFocused();
  await page.keyboard.type('2026-11-20 08:12 CET');
  await expect(page.getByText('2026-11-20T08:12:00+01:00')).toBeVisible();
  await page.keyboard.press('Tab');
  await page.keyboard.type('Mail delivered to three people');
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Timeline' });
  await expect(rowWith(grid, 'Mail delivered')).toContainText('07:12');

  // Which number is the month? Nobody guesses.
  await when.fill('03/12/2026 14:03 UTC');
  await page.getByRole('textbox', { name: 'What happened' }).fill('Client informed');
  await expect(page.getByText('Which number is the month?')).toBeVisible();
  await expect(page.getByRole('form', { name: 'New event' }).getByRole('button', { name: /^Add/ })).toBeDisabled();
  await page.getByRole('radio', { name: /2026-12-03/ }).check();
  await page.getByRole('textbox', { name: 'What happened' }).press('Enter');
  await expect(grid.getByRole('row', { name: /Thursday, 3 Dec 2026/ })).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Timeline 2/ })).toBeVisible();
  expect(await graveFaults(axeOn(page))).toEqual([]);
});

test('zone, star, edit in place, undo and copy', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/timeline`);
  const grid = page.getByRole('grid', { name: 'Timeline' });
  await expect(rowWith(grid, 'Mail delivered')).toContainText('07:12');
  await page.getByRole('button', { name: 'Another zone' }).click();
  await page.getByRole('combobox', { name: 'Zone' }).fill('Asia/Tokyo');
  await page.getByRole('combobox', { name: 'Zone' }).press('Enter');
  await expect(rowWith(grid, 'Mail delivered')).toContainText('16:12');
  await page.reload();
  await expect(rowWith(grid, 'Mail delivered')).toContainText('16:12');
  await page.getByRole('radio', { name: 'UTC' }).click();
  await expect(rowWith(grid, 'Mail delivered')).toContainText('07:12');

  await rowWith(grid, 'Mail delivered').click();
  await grid.focus();
  await page.keyboard.press('f');
  await expect(rowWith(grid, 'Mail delivered').getByRole('button', { name: 'Take the star off' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(rowWith(grid, 'Mail delivered').getByRole('button', { name: 'Star' })).toBeVisible();

  await page.keyboard.press('Enter');
  const detail = page.getByRole('complementary', { name: 'Event' });
  await expect(detail).toContainText('as 2026-11-20 08:12 CET');
  await detail.getByRole('button', { name: /^Edit the time/ }).click();
  await detail.getByRole('textbox', { name: 'When' }).fill('2026-11-20 07:10 .. 07:20 UTC');
  await detail.getByRole('textbox', { name: 'When' }).press('Enter');
  await expect(rowWith(grid, 'Mail delivered')).toContainText('07:10, for 10 min');
  await page.keyboard.press('Control+z');
  await expect(rowWith(grid, 'Mail delivered')).toContainText('07:12');

  await grid.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await expect(page.getByText('2 events copied as a Markdown table')).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(
    '| 2026-11-20 07:12 | Mail delivered to three people | Other |  |  |',
  );
  await page.keyboard.press('Delete');
  await expect(page.getByRole('heading', { name: 'What happened, and when' })).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(rowWith(grid, 'Client informed')).toBeVisible();
});

test('times of notes and mail headers are taken by keys, and not twice', async ({ openWindow }) => {
  await host.run(['analyze', putMail(host, 'invoice.eml'), '--case', '1']);
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/notes/new`);
  await page.getByRole('textbox', { name: 'Title' }).fill('Triage');
  await page.getByRole('textbox', { name: 'Note', exact: true }).click();
  await page.keyboard.type('Opened on WS-7 at 2026-11-20 07:31 UTC. Blocked 2026-11-20 08:37.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByText('Saved', { exact: true })).toBeVisible();

  await page.goto(`${host.url()}#/cases/1/timeline`);
  await page.getByRole('grid', { name: 'Timeline' }).focus();
  await page.keyboard.press('h');
  const dialog = page.getByRole('dialog', { name: 'Times found in this case' });
  const found = dialog.getByRole('grid', { name: 'Times found' });
  await expect(rowWith(found, 'Opened on WS-7')).toContainText('2026-11-20 07:31');
  await expect(rowWith(found, 'Mail received').first()).toBeVisible();
  await expect(rowWith(found, 'Blocked')).toContainText('which?');
  await rowWith(found, 'Blocked').click();
  await found.focus();
  await page.keyboard.press('1');
  await expect(rowWith(found, 'Blocked')).toContainText('answer 1');
  await page.keyboard.press('a');
  await page.keyboard.press('Control+Enter');
  await expect(dialog).toBeHidden();
  const grid = page.getByRole('grid', { name: 'Timeline' });
  await expect(rowWith(grid, 'Opened on WS-7')).toContainText('Note');
  await grid.focus();
  await page.keyboard.press('h');
  await expect(dialog.getByText('Everything that was found is on the timeline.')).toBeVisible();
  await page.keyboard.press('Escape');

  // Where it was taken from is one step away.
  await rowWith(grid, 'Opened on WS-7').dblclick();
  await page.getByRole('complementary', { name: 'Event' }).getByRole('link', { name: /^Note/ }).click();
  // And what is chosen in the note goes the other way.
  const note = page.getByRole('region', { name: 'Triage' });
  await note.getByText('Opened on WS-7').selectText();
  await note.getByRole('button', { name: 'Add to the timeline' }).click();
  await expect(page.getByRole('textbox', { name: 'When' })).toHaveValue('2026-11-20 07:31 UTC');
  await page.getByRole('textbox', { name: 'What happened' }).fill('Seen in the note');
  await page.getByRole('textbox', { name: 'What happened' }).press('Enter');
  await expect(rowWith(grid, 'Seen in the note')).toContainText('Note');
});

test('an asset meets its observables and events, and is known to the next case', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/timeline/assets`);
  await expect(page.getByRole('heading', { name: 'No asset yet' })).toBeVisible();
  await page.keyboard.press('n');
  await page.keyboard.type('203.0.113.77');
  await page.keyboard.press('Enter');
  const grid = page.getByRole('grid', { name: 'Assets' });
  await expect(rowWith(grid, '203.0.113.77')).toContainText('Unknown');
  const detail = page.getByRole('complementary', { name: 'Asset' });
  await detail.getByRole('textbox', { name: 'Name', exact: true }).fill('WS-7');
  await detail.getByRole('textbox', { name: 'Name', exact: true }).press('Enter');
  await expect(rowWith(grid, 'WS-7')).toBeVisible();
  await grid.focus();
  await page.keyboard.press('c');
  await expect(rowWith(grid, 'WS-7')).toContainText('Compromised');
  expect(await graveFaults(axeOn(page))).toEqual([]);

  await page.goto(`${host.url()}#/cases/1/timeline`);
  await rowWith(page.getByRole('grid', { name: 'Timeline' }), 'Opened on WS-7').dblclick();
  await page.getByRole('combobox', { name: 'Assets' }).click();
  await page.getByRole('option', { name: 'WS-7' }).click();
  await page.goto(`${host.url()}#/cases/1/timeline/assets`);
  await expect(page.getByRole('region', { name: 'Events of the asset' })).toContainText('Opened on WS-7');

  await page.goto(`${host.url()}#/cases/2/timeline/assets`);
  await expect(page.getByRole('heading', { name: 'No asset yet' })).toBeVisible();
  await page.keyboard.press('n');
  await page.keyboard.type('ws');
  await page.getByRole('button', { name: 'WS-7' }).click();
  await expect(rowWith(page.getByRole('grid', { name: 'Assets' }), 'WS-7')).toContainText('1 more');
});

test('techniques by id, by words of imported data, and from an event', async ({ openWindow }) => {
  const page = await openWindow(host);
  await page.goto(`${host.url()}#/cases/1/timeline/attack`);
  await expect(page.getByText('No ATT&CK data is imported')).toBeVisible();
  await page.keyboard.press('n');
  await page.keyboard.type('t1566.001');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^T1566\.001/ })).toBeVisible();

  const bundle = putFile(host, 'enterprise-attack.json', buildAttackBundle());
  await chooseFiles(page, bundle, () => page.getByRole('button', { name: 'Import a file' }).click());
  await expect(page.getByText('Enterprise test 9.1, 4 techniques')).toBeVisible();
  await expect(page.getByText('Copyright of the test.')).toBeVisible();
  await expect(page.getByRole('button', { name: /^T1566\.001 Lure with an attachment/ })).toBeVisible();

  const field = page.getByRole('combobox', { name: 'Technique' });
  await field.fill('opened person');
  await expect(page.getByRole('option', { name: /T1204\.002/ })).toBeVisible();
  await field.press('Enter');
  await expect(
    page.getByRole('listitem', { name: 'Execution' }).getByRole('button', { name: /^T1204\.002/ }),
  ).toBeVisible();
  expect(await graveFaults(axeOn(page))).toEqual([]);

  await page.goto(`${host.url()}#/cases/1/timeline`);
  await rowWith(page.getByRole('grid', { name: 'Timeline' }), 'Opened on WS-7').dblclick();
  await page.getByRole('combobox', { name: 'ATT&CK techniques' }).fill('T1053');
  await page.getByRole('combobox', { name: 'ATT&CK techniques' }).press('Enter');
  await expect(page.getByRole('tab', { name: /^ATT&CK 3/ })).toBeVisible();
  await page.goto(`${host.url()}#/cases/1/timeline/attack:T1053`);
  await page.getByRole('region', { name: 'Events that name it' }).getByRole('link').click();
  const grid = page.getByRole('grid', { name: 'Timeline' });
  await expect(rowWith(grid, 'Opened on WS-7')).toBeVisible();
  await expect(rowWith(grid, 'Client informed')).toHaveCount(0);
});
