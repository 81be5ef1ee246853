import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { shippedDashboards } from '../../src/core/dashboards/shipped.ts';
import { migrate } from '../../src/core/db/migrate.ts';
import { countAll } from '../../src/core/db/migrations/0017-kept-counts.ts';
import { type Db, openDatabase } from '../../src/core/db/open.ts';
import { createKeptCounts } from '../../src/core/stats/kept-counts.repo.ts';
import { createQuotaUse } from '../../src/core/stats/quota-use.repo.ts';
import { createScanRepo } from '../../src/core/stats/scan.repo.ts';
import { createStatsService } from '../../src/core/stats/stats.service.ts';
import { questionsOf } from '../../src/renderer/features/dashboards/widget-table.ts';
import { type Figure, random } from './timing.ts';

const DAY_MS = 86_400_000;
const OBSERVABLES_A_CASE = 100;
const NOW = Date.UTC(2026, 10, 23);
/** Of work. The period that is asked about goes back from different days of it, so that it begins in the data or before. */
const DAYS = 92;
const TAGS = 12;
const WIDGETS = 12;

/**
 * D10: twelve widgets of the shipped dashboard over `sizes` observables (a hundredth as many cases), all asked as the
 * window asks them; and how much longer the largest takes than the smallest.
 */
export async function dashboardFigures(options: {
  dir?: string;
  sizes: readonly number[];
}): Promise<Record<string, Figure>> {
  const home = mkdtempSync(join(options.dir ?? tmpdir(), 'osmia-bench-dashboard-'));
  try {
    const figures: Record<string, Figure> = {};
    const medians: number[] = [];
    for (const size of options.sizes) {
      const samples = await ask(join(home, `${size}.db`), size);
      const at = (part: number): number => samples[Math.floor(samples.length * part)]!;
      medians.push(at(0.5));
      figures[`n=${size}.dashboard.12-widgets`] = { unit: 'ms', n: samples.length, p50: at(0.5), p99: at(0.99) };
    }
    figures['dashboard.growth'] = { unit: 'times', value: medians.at(-1)! / medians[0]! };
    return figures;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function ask(path: string, size: number): Promise<number[]> {
  const db = openDatabase(path, randomBytes(32));
  migrate(db, () => undefined);
  const engagementId = fill(db, size);
  const stats = createStatsService({
    counts: createKeptCounts(db),
    scans: createScanRepo(db),
    quota: createQuotaUse(db),
    clock: { now: () => NOW, monotonic: () => performance.now(), zone: () => 'UTC' },
  });
  const widgets = shippedDashboards()[0]!.definition.rows.flat().slice(0, WIDGETS);
  const questions = widgets.flatMap(questionsOf);
  const samples: number[] = [];
  for (let i = 0; i < 220; i++) {
    // Another period each time: nothing is answered from memory.
    const to = NOW - (i % 60) * DAY_MS;
    const begun = performance.now();
    const answers = await stats.ask(engagementId, { from: to - 91 * DAY_MS, to }, questions);
    const took = performance.now() - begun;
    if (answers.some(({ refused, how }) => refused !== null || how !== 'kept'))
      throw new Error('A widget was not answered by counters.');
    if (i >= 20) samples.push(took);
  }
  db.close();
  return samples.sort((a, b) => a - b);
}

/** Rows are put in directly, a million would take minutes otherwise; the counters are then those of the migration. */
function fill(db: Db, size: number): string {
  const next = random(3);
  const any = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const when = (): number => Math.floor(NOW - next() * DAYS * DAY_MS);
  const engagementId = '00000000-0000-7000-8000-000000000001';
  db.pragma('synchronous=OFF');
  db.transaction(() => {
    db.prepare(`INSERT INTO engagement VALUES (?, 'Bench', 'amber', 'amber', 1, 0, 0, NULL, '{}')`).run(engagementId);
    const putCase = db.prepare(
      `INSERT INTO case_record (id, number, engagement_id, title, description, severity, status, tlp, pap, tags, is_flagged, assignee,
         start_at, end_at, created_at, updated_at, stamps)
       VALUES (?, ?, ?, 'c', '', ?, ?, ?, 'amber', ?, 0, ?, ?, ?, ?, 0, '{}')`,
    );
    const put = db.prepare(
      `INSERT INTO observable (id, case_id, engagement_id, data_type, value, subject_hash, tlp, pap, tags, marks, is_ioc, is_sighted,
         message, places, source_job_id, created_at, updated_at, stamps)
       VALUES (?, ?, ?, ?, ?, ?, ?, 'amber', ?, '[]', ?, ?, '', '[]', ?, ?, 0, '{}')`,
    );
    for (let i = 0; i < size; i++) {
      const caseId = `c${Math.floor(i / OBSERVABLES_A_CASE)}`;
      if (i % OBSERVABLES_A_CASE === 0) {
        const at = when();
        const isOpen = next() < 0.3;
        putCase.run(
          caseId,
          1 + i / OBSERVABLES_A_CASE,
          engagementId,
          1 + Math.floor(next() * 4),
          isOpen ? 'open' : 'resolved',
          any(['green', 'amber', 'red']),
          JSON.stringify([any(['phish', 'bec', 'ransom'])]),
          any(['ana', 'bo', 'chen', '']),
          at,
          isOpen ? null : at + DAY_MS,
          at,
        );
      }
      const id = `o${i}`;
      put.run(
        id,
        caseId,
        engagementId,
        any(['ip', 'fqdn', 'url', 'hash', 'mail']),
        id,
        id,
        any(['green', 'amber', 'red']),
        JSON.stringify([`fam:${Math.floor(next() * TAGS)}`, any(['src:mail', 'src:proxy'])]),
        next() < 0.4 ? 1 : 0,
        next() < 0.1 ? 1 : 0,
        next() < 0.2 ? 'job' : null,
        when(),
      );
    }
    db.exec(`DELETE FROM kept_count; ${countAll('kept_count')}`);
  })();
  db.pragma('wal_checkpoint(TRUNCATE)');
  return engagementId;
}
