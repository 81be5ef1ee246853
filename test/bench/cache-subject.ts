import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRunStore } from '../support/report-rows.ts';
import { migrate } from '../../src/core/db/migrate.ts';
import { openDatabase } from '../../src/core/db/open.ts';
import { createJobsRepo, type SubjectRow } from '../../src/core/jobs/jobs.repo.ts';
import { createReportsRepo } from '../../src/core/jobs/reports.repo.ts';
import { cacheKeyOf } from '../../src/core/jobs/run-sheet.ts';
import { subjectHash } from '../../src/core/observables/subject-hash.ts';
import { type Figure, random, time } from './timing.ts';

const ENGAGEMENT = '01990000-0000-7000-8000-000000000000';
const FLAVOR = { id: 'bench/VirusTotal_GetReport_3_1', version: '3.1', sha256: 'f'.repeat(64) };
const CONFIG = 'c'.repeat(64);
const HITS = 20_000;
const WORDS = ['alert', 'beacon', 'dropper', 'failed', 'host', 'loader', 'login', 'payload', 'stage', 'user'];

/**
 * D1 under the floor's names: reports of 4 KiB in a sealed workspace, looked up by random keys. `cache.hit` is the key's
 * SHA-256, the look-up within the age limit, and the report unpacked and parsed; `no-parse` is what the gate's cache
 * decision costs; `miss` is a question that nobody asked yet.
 */
export function cacheFigures(options: { dir?: string; reports?: number } = {}): Record<string, Figure> {
  const { dir, reports: size = 100_000 } = options;
  const home = mkdtempSync(join(dir ?? tmpdir(), 'osmia-bench-cache-'));
  const db = openDatabase(join(home, 'workspace.db'), randomBytes(32));
  try {
    migrate(db, () => undefined);
    const now = Date.now();
    const next = random(7);
    const word = (): string => WORDS[Math.floor(next() * WORDS.length)] ?? '';
    const keyOf = (value: string): string => cacheKeyOf(FLAVOR, CONFIG, subjectOf(value), '{}');
    const store = createRunStore(db);
    db.pragma('synchronous=OFF');
    for (let at = 0; at < size; at += 1_000) {
      db.transaction(() => {
        for (let i = at; i < Math.min(size, at + 1_000); i += 1) {
          const value = String(i);
          store({
            engagementId: ENGAGEMENT,
            value,
            at: now,
            name: 'VirusTotal_GetReport',
            taxonomies: [{ level: 'safe', namespace: 'VT', predicate: 'Score', value: `${i}/90` }],
            full: { notes: Array.from({ length: 560 }, word).join(' '), n: i },
            cacheKey: keyOf(value),
          });
        }
      })();
    }
    db.pragma('synchronous=FULL');
    db.pragma('wal_checkpoint(TRUNCATE)');
    const jobs = createJobsRepo(db);
    const reports = createReportsRepo(db);
    const pick = random(5);
    const any = (): string => String(Math.floor(pick() * size));
    const lookUp = (value: string): ReturnType<typeof jobs.cached> =>
      jobs.cached(keyOf(value), now - 600_000, now + 600_000);
    const must = <T>(found: T | undefined): T => {
      if (found === undefined) throw new Error('a stored report was not found');
      return found;
    };
    return {
      'cache.hit': time(HITS, 500, () => must(reports.body(must(lookUp(any())).reportId))),
      'cache.hit.no-parse': time(HITS, 500, () => must(lookUp(any()))),
      'cache.miss': time(HITS, 500, (i) => lookUp(`absent-${i}`)),
      'cache.key-sha256': time(HITS, 500, (i) => keyOf(String(i))),
    };
  } finally {
    db.close();
    rmSync(home, { recursive: true, force: true });
  }
}

const subjectOf = (value: string): SubjectRow => ({
  engagementId: ENGAGEMENT,
  caseId: null,
  observableId: null,
  intakeId: null,
  dataType: 'domain',
  value,
  subjectHash: subjectHash({ dataType: 'domain', value }),
  blobId: null,
  mediaType: '',
  tlp: 'amber',
  pap: 'amber',
});
