import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { makeMovingAnalyzer, type MovingAnalyzer } from '../support/moving-analyzer.ts';
import { rowWith } from './support/actions.ts';
import { type Host, startHost } from './support/host.ts';
import { expect, test } from './support/window.ts';

test.describe.configure({ mode: 'serial' });

let host: Host;
let service: MovingAnalyzer;
test.beforeAll(async () => {
  host = await startHost();
  // Three seconds: every verdict is stale as soon as somebody looks.
  service = makeMovingAnalyzer(host.home, 'Multiscan_GetReport', 0.05);
  await host.run(['analyzers', 'add', service.root]);
});
test.afterAll(() => host.remove());

const engines = (malicious: number, more: Record<string, unknown> = {}, ips: string[] = []) => ({
  summary: {
    taxonomies: [
      {
        level: malicious > 5 ? 'malicious' : 'suspicious',
        namespace: 'VT',
        predicate: 'GetReport',
        value: `${malicious}/91`,
      },
    ],
  },
  full: {
    sentence: `${malicious} of 91 engines call this domain malicious.`,
    malicious,
    scan_id: `scan-${malicious}`,
    scan_date: `2026-11-${10 + malicious}T09:38:00Z`,
    ...more,
  },
  artifacts: ips.map((data) => ({ dataType: 'ip', data })),
}); // prettier-ignore

const ANSWERS = [
  engines(3, { registrar_status: 'active', popularity_rank: 'Umbrella, 812,004', last_resolution: '198.51.100.23' }),
  engines(4, { registrar_status: 'active', popularity_rank: 'Umbrella, 812,004', last_resolution: '198.51.100.23' }, [
    '198.51.100.23',
  ]),
  engines(41, { registrar_status: 'server hold', category: ['phishing', 'finance'], last_resolution: '203.0.113.77' }, [
    '203.0.113.77',
  ]),
];

test('what changed since an earlier run, how a verdict moved, and a refresh of what is stale', async ({
  openWindow,
}) => {
  await host.run(['case', 'new', 'Invoice phishing against accounts payable']);
  for (const answer of ANSWERS) {
    service.answer(answer);
    await host.run([
      'analyze',
      'harbour-portal.test',
      '--value',
      '--type',
      'domain',
      '--case',
      '1',
      '--analyzers',
      'Multiscan_GetReport_3_1',
      '--force',
    ]); // prettier-ignore
  }
  const page = await openWindow(host);
  const shots = process.env['OSMIA_SHOTS'];
  if (shots !== undefined) mkdirSync(shots, { recursive: true });
  const shoot = async (name: string): Promise<void> => {
    if (shots === undefined) return;
    for (const scheme of ['dark', 'light'] as const)
      for (const [width, height] of [
        [1440, 900],
        [1024, 700],
      ] as const) {
        await page.emulateMedia({ colorScheme: scheme });
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: join(shots, `${name}-${scheme}-${width}.png`) });
      }
    await page.setViewportSize({ width: 1440, height: 900 });
  };

  await page.goto(`${host.url()}#/cases/1/observables`);
  const grid = page.getByRole('grid', { name: 'Observables' });
  const row = rowWith(grid, 'harbour-portal[.]test');
  await expect(row).toContainText('Malicious');
  await row.click();
  await page.keyboard.press('Space');
  const drawer = page.getByRole('complementary', { name: 'Preview' });
  await expect(drawer).toContainText('3 → 41 engines in under a minute, now malicious');
  // Ages on the screen move every ten seconds.
  await expect(drawer).toContainText('Older than 3 seconds, the limit of Multiscan_GetReport. Run again to refresh.', {
    timeout: 20_000,
  });
  await expect(row.getByRole('img', { name: /^Stale/ })).toBeVisible();
  await shoot('drawer');

  await drawer.getByRole('link', { name: /Multiscan_GetReport/ }).click();
  const report = page.getByRole('region', { name: 'Report' });
  const changes = report.getByRole('region', { name: 'Changes' });
  await expect(changes).toContainText('4 → 41 engines in under a minute, now malicious');
  await expect(changes).toContainText('server hold');
  await expect(changes).toContainText('203[.]0[.]113[.]77');
  await expect(changes.locator('s')).toContainText(['Umbrella, 812,004']);
  await expect(changes).not.toContainText('scan-41');
  await expect(report.getByText('Stale', { exact: true })).toBeVisible();
  await shoot('report');

  await page.getByRole('tab', { name: /^Changes/ }).click();
  await changes.getByRole('button', { name: /^Show noise 2/ }).click();
  await expect(changes).toContainText('scan-41');
  await changes.getByRole('button', { name: /^Compare with/ }).click();
  await page.getByRole('menuitem').last().click();
  await expect(changes).toContainText('3 → 41 engines');
  await expect(report.getByRole('region', { name: /^History/ }).getByRole('link')).toHaveCount(3);
  await shoot('changes');

  await page.goto(`${host.url()}#/cases/1/observables`);
  await page.getByRole('button', { name: 'Refresh…' }).click();
  await page.getByRole('menuitem', { name: 'Stale verdicts only' }).click();
  await expect(page.getByRole('heading', { name: 'Run sheet' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Run 1 here/ })).toBeEnabled();
  await shoot('refresh');
});
