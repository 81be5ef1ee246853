// The pictures of the case bench: cases, tasks, notes, what came in, what happened, how it hangs together.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect as playwrightExpect } from '@playwright/test';
import { rowWith } from '../../test/e2e/support/actions.ts';
import { buildAttackBundle } from '../../test/support/build-attack-bundle.ts';

const expect = playwrightExpect.configure({ timeout: 30_000 });
const SAMPLES = resolve(import.meta.dirname, '../../resources/samples');
const CASES = [
  ['Parcel notices to the front desk', '--severity', '2', '--tag', 'phishing', '--tag', 'parcel'],
  ['Stolen laptop, field team', '--severity', '3', '--tag', 'physical', '--tlp', 'green'],
  ['Macro in a quotation', '--severity', '3', '--tag', 'macro'],
  ['Scanner at the front door', '--severity', '1', '--tag', 'noise', '--tlp', 'clear'],
  ['Sign-in page of the council, copied', '--severity', '4', '--tag', 'phishing', '--tlp', 'red'],
  ['Refund mail to accounts payable', '--severity', '2', '--tag', 'phishing'],
];
const EVENTS = [
  ['2026-11-20 16:40 CET', 'Domain of the copied sign-in page registered'],
  ['2026-11-23 08:10 CET', 'Mail delivered to accounts payable'],
  ['2026-11-23 08:12 .. 08:15 CET', 'Archive opened on WS-7'],
  ['2026-11-23 08:31 CET', 'Mail reported to the analyst'],
];
const TASKS = [
  ['Ask the mail gateway who else got it', 'Identification'],
  ['Read the macro', 'Identification'],
  ['Block the two hosts', 'Containment'],
  ['Tell accounts payable', 'Communication'],
];

export async function shootBench({ page, host, go, shoot }) {
  await fill(host);
  await shootTasks(page, go, shoot);
  await shootNotes(page, go, shoot);
  await shootLinks(page, go, shoot);
  await shootAlerts(page, go, shoot);
  await shootTimeline(page, go, shoot);
  await shootGraph(page, go, shoot);
  await shootSearch(page, go, shoot);
  await shootCases(page, go, shoot);
  await go('#/dashboards');
  await page
    .getByRole('region', { name: 'Cases', exact: true })
    .getByRole('button', { name: /^\d+ open$/ })
    .waitFor();
  await shoot('dashboards');
  await go('#/settings/templates');
  await page.getByRole('button', { name: 'Phishing', exact: true }).click();
  await page.getByRole('list', { name: 'Tasks of the template' }).waitFor();
  await shoot('templates');
}

async function fill(host) {
  for (const [title, ...more] of CASES) await host.run(['case', 'new', title, ...more]);
  const put = (name, text) => {
    const path = join(host.home, name);
    writeFileSync(path, text);
    return path;
  };
  await host.run(['alerts', 'import', join(SAMPLES, 'alerts.csv')]);
  const folder = join(host.home, 'partner-feed');
  mkdirSync(folder);
  writeFileSync(join(folder, 'event.json'), JSON.stringify(MISP_EVENT));
  await host.run(['alerts', 'import', folder, '--tlp', 'green']);
  await host.run(['attack', 'import', put('enterprise-attack.json', buildAttackBundle())]);
  await host.run(['templates', 'import', put('Case-Template__Phishing.json', JSON.stringify(TEMPLATE))]);
}

const MISP_EVENT = {
  Event: {
    uuid: '5e000000-0000-4000-8000-0000000000a1',
    info: 'Copied sign-in pages, wave of November',
    date: '2026-11-22',
    threat_level_id: '1',
    Orgc: { name: 'CERT Harbour' },
    Tag: [{ name: 'tlp:green' }, { name: 'phishing' }],
    Attribute: [
      ['url', 'https://login.harbour-portal.example.com/auth', true],
      ['ip-dst', '198.51.100.23', true],
      ['domain', 'council-portal.example.org', true],
    ].map(([type, value, to_ids]) => ({ type, category: 'Network activity', value, to_ids })),
  },
};

const TEMPLATE = {
  name: 'Phishing',
  titlePrefix: '[Phishing]',
  description: 'A mail that wants somebody to sign in, pay or open something.',
  severity: 2,
  tlp: 2,
  tags: ['phishing'],
  customFields: { 'people-reached': { integer: null, order: 0 } },
  tasks: [
    { order: 0, title: 'Save the mail with its headers', group: 'Identification' },
    { order: 1, title: 'Ask the mail gateway who else got it', group: 'Identification' },
    { order: 2, title: 'Block hosts and senders', group: 'Containment' },
    { order: 3, title: 'Tell the people who got it', group: 'Communication' },
  ],
};

async function shootTasks(page, go, shoot) {
  await go('#/cases/1/tasks');
  const field = page.getByRole('textbox', { name: 'New task', exact: true });
  const tasks = page.getByRole('grid', { name: 'Tasks' });
  for (const [title, group] of TASKS) {
    await page.getByLabel('Group of the new task').first().fill(group);
    await field.fill(title);
    await field.press('Enter');
    await rowWith(tasks, title).waitFor();
  }
  await field.press('Escape');
  await rowWith(tasks, 'Block the two hosts').click();
  await page.keyboard.press('s');
  await rowWith(tasks, 'Tell accounts payable').click();
  await page.keyboard.press('s');
  await page.getByRole('textbox', { name: 'New line' }).fill('Called at 09:40. They paid nothing.');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('complementary', { name: 'Task' })).toContainText('They paid nothing');
  await shoot('tasks');
  await go('#/tasks');
  await rowWith(tasks, 'Block the two hosts').waitFor();
  await shoot('my-tasks');
}

async function shootNotes(page, go, shoot) {
  await go('#/cases/1/notes');
  const editor = page.getByRole('textbox', { name: 'Note', exact: true });
  await page.getByRole('heading', { name: 'Next' }).waitFor();
  await page.keyboard.press('e');
  await editor.press('Control+End');
  await page.keyboard.insertText('| relay.parcel-track.example.com | mail header | 23 Nov |\n');
  await page.getByRole('radio', { name: 'Side by side' }).click();
  await shoot('note-editor');
  await page.keyboard.press('Control+Enter');
  await page.getByText('Saved', { exact: true }).waitFor();
  await page.keyboard.press('h');
  const versions = page.getByRole('dialog', { name: 'Versions of this note' });
  await versions.getByRole('option').nth(1).click();
  await versions.locator('ins').first().waitFor();
  await shoot('note-history');
  await page.keyboard.press('Escape');
}

async function shootLinks(page, go, shoot) {
  await go('#/cases/1/observables');
  const grid = page.getByRole('grid', { name: 'Observables' });
  await grid.waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('value:*relay*');
  await expect(grid.locator('.grid-row')).toHaveCount(1);
  await rowWith(grid, 'relay').dblclick();
  await page.getByRole('heading', { name: 'Links' }).waitFor();
  for (const [kind, value] of [
    ['resolves', 'ip 198[.]51[.]100[.]23'],
    ['communicates', 'ip 203[.]0[.]113[.]77'],
  ]) {
    await page.keyboard.press('l');
    const dialog = page.getByRole('dialog', { name: /^Link / });
    await dialog.getByRole('combobox', { name: 'It' }).fill(kind);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog
      .getByRole('combobox', { name: 'Observables of this case' })
      .fill(value.slice(3).replaceAll('[.]', '.'));
    await dialog.getByRole('option', { name: value, exact: true }).click();
    await page.keyboard.press('Control+Enter');
    await expect(dialog).toHaveCount(0);
  }
  await shoot('relations');
}

async function shootAlerts(page, go, shoot) {
  await go('#/alerts');
  await rowWith(page.getByRole('grid', { name: 'Alerts' }), 'Copied sign-in pages').click();
  await page.getByRole('complementary', { name: 'Preview' }).getByText('known in').first().waitFor();
  await shoot('alerts');
}

async function shootTimeline(page, go, shoot) {
  await go('#/cases/1/timeline');
  const grid = page.getByRole('grid', { name: 'Timeline' });
  await page.getByRole('heading', { name: 'What happened, and when' }).waitFor();
  await page.keyboard.press('n');
  const when = page.getByRole('textbox', { name: 'When' });
  for (const [time, title] of EVENTS) {
    await when.fill(time);
    await page.getByRole('textbox', { name: 'What happened' }).fill(title);
    await page.getByRole('textbox', { name: 'What happened' }).press('Enter');
    await rowWith(grid, title).waitFor();
  }
  await rowWith(grid, 'Archive opened').dblclick();
  const techniques = page.getByRole('combobox', { name: 'ATT&CK techniques' });
  await techniques.fill('T1566.001');
  await techniques.press('Enter');
  await page.getByRole('tab', { name: /^ATT&CK 1/ }).waitFor();
  await shoot('timeline');
  await go('#/cases/1/timeline/assets');
  await page.getByRole('heading', { name: 'No asset yet' }).waitFor();
  for (const name of ['WS-7', 'MAIL-2']) {
    await page.keyboard.press('n');
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await rowWith(page.getByRole('grid', { name: 'Assets' }), name).waitFor();
    await page.keyboard.press('Escape');
  }
  await page.getByRole('grid', { name: 'Assets' }).focus();
  await page.keyboard.press('c');
  await shoot('assets');
  await go('#/cases/1/timeline/attack');
  await page.getByRole('button', { name: /^T1566\.001/ }).waitFor();
  await page.keyboard.press('n');
  await page.keyboard.type('T1204.002');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: /^T1204\.002/ }).waitFor();
  await shoot('attack');
}

async function shootGraph(page, go, shoot) {
  await go('#/cases/1/graph');
  await page.getByRole('img', { name: /thing.* and .* link/ }).waitFor();
  await expect(page.getByText('Laying out…')).toHaveCount(0);
  await rowWith(page.getByRole('grid', { name: 'Things in the graph' }), '.eml')
    .first()
    .click();
  await page.getByRole('region', { name: 'Selection' }).waitFor();
  await shoot('graph');
}

async function shootSearch(page, go, shoot) {
  await go('#/search?q=harbour%20-tag%3Anoise');
  await page.getByRole('grid', { name: 'Results' }).getByRole('row').first().waitFor();
  await shoot('search');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('parcel');
  await page.locator('.palette mark').first().waitFor();
  await shoot('palette');
  await page.keyboard.press('Escape');
}

async function shootCases(page, go, shoot) {
  const menu = async (item) => {
    await page.getByRole('button', { name: 'More about this case' }).click();
    await page.getByRole('menuitem', { name: item }).click();
  };
  await go('#/cases/1');
  await menu('Merge with another case…');
  await page.getByLabel('Case', { exact: true }).fill('#2');
  await page.getByRole('list', { name: 'Cases found' }).getByRole('button').first().click();
  await page.getByRole('button', { name: 'Merge', exact: true }).click();
  await page.getByRole('note').filter({ hasText: 'Made of #1' }).waitFor();
  await shoot('case-merged');
  await go('#/cases/6');
  await menu('Move to the trash');
  await go('#/cases/list/%7B%7D');
  const grid = page.getByRole('grid', { name: 'Cases' });
  await rowWith(grid, 'Refund mail').click();
  await shoot('cases');
  await page.getByRole('link', { name: /^Trash/ }).click();
  await page.getByRole('grid', { name: 'Trash' }).getByRole('row').nth(1).waitFor();
  await shoot('trash');
}
