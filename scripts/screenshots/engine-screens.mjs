// The pictures of the engine: analyzers, what leaves, what waits, what it cost. Everything is a fixture; nothing is sent.
import { cpSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from '@playwright/test';
import { rowWith } from '../../test/e2e/support/actions.ts';

const FIXTURES = resolve(import.meta.dirname, '../../test/fixtures');
const REPORT = 'Multiscan_GetReport_3_1';

/** Analyzers in a folder of their own, as somebody would add a folder of Cortex. */
export async function prepare(host) {
  const kit = join(host.home, 'Cortex-Analyzers');
  cpSync(join(FIXTURES, 'screen-analyzers'), kit, { recursive: true });
  cpSync(join(FIXTURES, 'analyzers/Undeclared'), join(kit, 'Undeclared'), { recursive: true });
  await host.run(['analyzers', 'add', kit]);
}

/** An earlier case that holds some of the same observables. */
export async function addEarlierCase(page, host, go) {
  await host.run(['case', 'new', 'October wave against Clinic accounts']);
  await go('#/cases/2/observables');
  await page.getByRole('button', { name: /^Add/ }).first().click();
  await page
    .getByRole('textbox', { name: 'Values, one a line' })
    .fill('198.51.100.23\nrelay.parcel-track.example.com\n203.0.113.9');
  await page.keyboard.press('Control+Enter');
  await expect(page.getByRole('grid', { name: 'Observables' })).toContainText('203[.]0[.]113[.]9');
}

/** A job that is refused or has to wait is no error here. */
const analyze = (host, value, analyzers, number = 1, more = []) =>
  host
    .run(['analyze', value, '--value', '--case', String(number), '--analyzers', analyzers.join(','), ...more])
    .catch((error) => expect(String(error)).toContain('ended with 3'));

export async function shootEngine({ page, host, go, shoot }) {
  await shootAnalyzers(page, go, shoot);
  await shootPolicy(page, go, shoot);
  await page.getByRole('switch', { name: /online|offline/i }).click();
  await expect(page.getByText('ONLINE', { exact: true })).toBeVisible();
  await shootChanges(page, host, go, shoot);
  await analyze(host, '198.51.100.40', ['PassiveTrace_History_2_0']);
  await shootRunSheet(page, go, shoot);
  await shootWaiting(page, host, go, shoot);
  await shootLedgers(page, go, shoot);
  await shootResponder(page, go, shoot);
  await go('#/cases/1/activity');
  await page.getByRole('tab', { name: /^Activity/ }).waitFor();
  await shoot('activity');
}

async function shootAnalyzers(page, go, shoot) {
  await go('#/analyzers');
  await rowWith(page.getByRole('grid', { name: 'Analyzers' }), 'Multiscan_GetReport').click();
  const about = page.getByRole('complementary', { name: 'About it' });
  await expect(about).toContainText('api.multiscan.example');
  await about.getByRole('tab', { name: 'Settings' }).click();
  await page.getByLabel('key', { exact: true }).fill('demo-0123456789-cdef');
  await page.getByRole('button', { name: 'Save 1 change' }).click();
  await expect(page.getByText('••••••••cdef')).toBeVisible();
  await shoot('analyzer-settings');
  await about.getByRole('tab').first().click();
  await shoot('analyzers');
}

async function shootPolicy(page, go, shoot) {
  await go('#/settings');
  const policy = page.getByRole('region', { name: 'What may leave' });
  await policy.getByRole('button', { name: 'Add…' }).nth(2).click();
  await policy.getByRole('textbox', { name: 'Never leaves' }).fill('harbour.example.net');
  await policy.getByRole('textbox', { name: 'Why' }).fill('The client’s own domain.');
  await policy.getByRole('button', { name: 'Add rule' }).click();
  await expect(policy.getByRole('listitem').filter({ hasText: 'harbour.example.net' })).toBeVisible();
  await policy.getByRole('textbox', { name: 'A value' }).fill('www.harbour.example.net');
  await expect(policy.getByRole('status')).toContainText('A rule keeps it');
  await policy.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  await shoot('what-may-leave');
}

/** The same question twice, with another answer: what changed. */
async function shootChanges(page, host, go, shoot) {
  const value = 'login.harbour-portal.example.com';
  await analyze(host, value, [REPORT], 1, ['--force']);
  writeFileSync(join(host.home, 'Cortex-Analyzers/Multiscan/later'), '');
  await analyze(host, value, [REPORT], 1, ['--force']);
  await go('#/cases/1/jobs');
  await page
    .getByRole('grid', { name: 'Jobs' })
    .getByRole('row', { name: /Multiscan_GetReport/ })
    .first()
    .dblclick();
  await expect(page.getByRole('region', { name: 'Changes' })).toContainText('server hold');
  await shoot('changes');
  await page.getByRole('tab', { name: 'What was sent' }).click();
  await shoot('what-was-sent');
}

async function shootRunSheet(page, go, shoot) {
  await go('#/cases/1/observables');
  await page.getByRole('grid', { name: 'Observables' }).waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('r');
  const sheet = page.getByRole('grid', { name: 'Run sheet' });
  await rowWith(sheet, 'api.multiscan.example').first().waitFor();
  await page.getByRole('button', { name: /^Run \d/ }).waitFor();
  await shoot('runsheet-destinations');
  await sheet.evaluate((element) => {
    for (const each of [element, ...element.querySelectorAll('*')]) each.scrollTop = each.scrollHeight;
  });
  await shoot('runsheet-refused');
}

/** Jobs that wait for a budget, and, offline again, for a link. */
async function shootWaiting(page, host, go, shoot) {
  for (const value of ['192.0.2.53', '203.0.113.77', '203.0.113.80', '203.0.113.81', '203.0.113.82', '203.0.113.83'])
    await analyze(host, value, ['PassiveTrace_History_2_0']);
  await page.getByRole('switch', { name: /online|offline/i }).click();
  for (const value of ['static.example.org', 'pay-desk.example.com', 'sso.harbour-portal.example.com'])
    await analyze(host, value, [REPORT, 'CertLog_Names_1_0']);
  await go('#/jobs');
  await expect(rowWith(page.getByRole('grid', { name: 'Jobs' }), 'waits: link').first()).toBeVisible();
  await shoot('jobs');
  await page.getByRole('switch', { name: /online|offline/i }).click();
}

async function shootLedgers(page, go, shoot) {
  await go('#/quota');
  const budgets = page.getByRole('grid', { name: 'Budgets' });
  await rowWith(budgets, 'passivetrace').click();
  await page.getByRole('grid', { name: 'Ledger' }).waitFor();
  await shoot('quota');
  await page.getByRole('tab', { name: 'Egress' }).click();
  await page.getByRole('grid', { name: 'Egress ledger' }).waitFor();
  await shoot('egress');
}

async function shootResponder(page, go, shoot) {
  await go('#/responders');
  await rowWith(page.getByRole('grid', { name: 'Responders' }), 'Mailer').click();
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('textbox', { name: 'from', exact: true }).fill('analyst@example.org');
  await page.getByRole('textbox', { name: 'smtp_host', exact: true }).fill('mail.example.org');
  await page.getByRole('button', { name: /^Save \d/ }).click();
  await expect(page.getByRole('button', { name: /^Save \d/ })).toHaveCount(0);
  await shoot('responders');
  // The first case names the client in its title, and a rule keeps that here.
  await go('#/cases/2');
  await page.getByRole('button', { name: 'Respond…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Respond to case/ });
  await dialog.getByRole('radio', { name: /Mailer/ }).click();
  await dialog.getByRole('textbox', { name: 'To', exact: true }).fill('soc@example.org');
  await dialog.getByRole('textbox', { name: 'Subject' }).fill('Block login.harbour-portal.example.com');
  await dialog
    .getByRole('textbox', { name: 'Text' })
    .fill('Seen in a mail of this morning. Block it on the proxy and look for earlier visits.');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await dialog.getByRole('region', { name: 'What would be sent' }).waitFor();
  await shoot('respond');
  await page.keyboard.press('Escape');
}
