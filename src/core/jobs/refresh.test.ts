import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { makeClock, makeDb } from '../../../test/support/make-db.ts';
import { type StoredRun, storeRun } from '../../../test/support/report-rows.ts';
import type { Catalogue, KnownFlavor } from '../analyzers/analyzers.service.ts';
import type { EffectiveConfig } from '../analyzers/effective-config.ts';
import type { LoadedFlavor } from '../analyzers/flavor.ts';
import { createRefreshService } from './refresh.service.ts';
import { basisOf } from './report-basis.ts';

const MINUTE = 60_000;
const CLIENT = uuidv7();

/** As much of the catalogue as a refresh asks: what is here and under which settings. */
function catalogue() {
  const here = new Map<string, { flavor: KnownFlavor; config: EffectiveConfig }>();
  return {
    put(name: string, version = '1.0', over: { key?: string; cacheMinutes?: number; sha256?: string } = {}) {
      const id = `kit/${name}_${version.replaceAll('.', '_')}`;
      const { key, cacheMinutes = 10, sha256 = 'f' } = over;
      const flavor = { id, name, version, sha256, cacheMinutes } as KnownFlavor;
      const config = {
        config: { key: key ?? null, jobCache: cacheMinutes },
        secrets: key === undefined ? [] : [key],
        cacheMinutes,
      } as unknown as EffectiveConfig;
      here.set(id, { flavor, config });
      return basisOf(flavor as LoadedFlavor, config);
    },
    drop: (id: string) => here.delete(id),
    asked: {
      list: () => [...here.values()].map(({ flavor }) => flavor),
      configOf: (flavor: KnownFlavor) => here.get(flavor.id)!.config,
    } satisfies Pick<Catalogue, 'list' | 'configOf'>,
  };
}

function make() {
  const db = makeDb();
  const clock = makeClock();
  const analyzers = catalogue();
  const caseId = uuidv7();
  db.prepare(
    `INSERT INTO engagement (id, name, tlp, pap, is_offline, created_at, updated_at, stamps) VALUES (?, 'A', 'amber', 'amber', 1, 0, 0, '{}')`,
  ).run(CLIENT);
  db.pragma('foreign_keys = OFF');
  let number = 0;
  const observable = (): string => {
    const id = uuidv7();
    db.prepare(
      `INSERT INTO observable (num, id, case_id, engagement_id, data_type, value, subject_hash, tlp, pap, tags, marks, is_ioc, is_sighted,
         ignore_similarity, message, places, created_at, updated_at, stamps)
       VALUES (?, ?, ?, ?, 'domain', ?, ?, 'amber', 'amber', '[]', '[]', 0, 0, 0, '', '[]', 0, 0, '{}')`,
    ).run((number += 1), id, caseId, CLIENT, `h${number}.test`, `hash${number}`);
    return id;
  };
  const report = (observableId: string, run: Partial<StoredRun> & { name: string; at: number }): void => {
    const { jobId } = storeRun(db, { engagementId: CLIENT, observableId, value: 'x', ...run });
    db.prepare(
      `INSERT INTO observable_report (observable_id, flavor_id, job_id, taxonomies, reported_at, basis_id)
       SELECT ?, flavor_id, id, '[]', ?, (SELECT basis_id FROM report WHERE job_id = job.id) FROM job WHERE id = ?`,
    ).run(observableId, run.at, jobId);
  };
  const refresh = createRefreshService({ db, catalogue: analyzers.asked, clock });
  return { clock, analyzers, observable, report, refresh };
}

test('only what is stale is asked again, of each observable its own analyzers', () => {
  const { clock, analyzers, observable, report, refresh } = make();
  const lookup = analyzers.put('Lookup');
  const whois = analyzers.put('Whois', '1.0', { cacheMinutes: 1_440 });
  const [a, b, c] = [observable(), observable(), observable()];
  const now = clock.now();
  report(a, { name: 'Lookup', at: now - 11 * MINUTE, basis: lookup });
  report(a, { name: 'Whois', at: now - 11 * MINUTE, basis: whois });
  report(b, { name: 'Lookup', at: now - 9 * MINUTE, basis: lookup });
  report(c, { name: 'Gone', at: now });
  expect(refresh.plan([a, b, c, uuidv7()], null)).toEqual({
    subjects: [{ observableId: a, flavorIds: ['kit/Lookup_1_0'] }],
    jobs: 1,
    fresh: 2,
    gone: 1,
  });
  // A stricter limit than the analyzers' own takes in what is older than that, never what is younger.
  expect(refresh.plan([a, b], 10)).toMatchObject({
    subjects: [{ observableId: a, flavorIds: ['kit/Lookup_1_0', 'kit/Whois_1_0'] }],
    fresh: 1,
  });
  expect(refresh.plan([a, b], 5)).toMatchObject({ jobs: 3, fresh: 0 });
});

test('another key, another version and another file make a young verdict stale; a new version is what is asked', () => {
  const { clock, analyzers, observable, report, refresh } = make();
  const now = clock.now();
  const [a, b, c] = [observable(), observable(), observable()];
  report(a, { name: 'Keyed', at: now, basis: analyzers.put('Keyed', '1.0', { key: 'first key' }) });
  report(b, { name: 'Lookup', at: now, basis: analyzers.put('Lookup') });
  report(c, { name: 'Local', at: now, basis: analyzers.put('Local') });
  expect(refresh.plan([a, b, c], null).subjects).toEqual([]);
  analyzers.put('Keyed', '1.0', { key: 'second key' });
  analyzers.drop('kit/Lookup_1_0');
  analyzers.put('Lookup', '1.10');
  analyzers.put('Lookup', '1.9');
  analyzers.put('Local', '1.0', { sha256: 'g' });
  expect(refresh.plan([a, b, c], null).subjects).toEqual([
    { observableId: a, flavorIds: ['kit/Keyed_1_0'] },
    { observableId: b, flavorIds: ['kit/Lookup_1_10'] },
    { observableId: c, flavorIds: ['kit/Local_1_0'] },
  ]);
});

test('a raised limit makes old verdicts good again: the age is judged by the setting of now', () => {
  const { clock, analyzers, observable, report, refresh } = make();
  const a = observable();
  report(a, { name: 'Lookup', at: clock.now() - 30 * MINUTE, basis: analyzers.put('Lookup') });
  expect(refresh.plan([a], null).jobs).toBe(1);
  analyzers.put('Lookup', '1.0', { cacheMinutes: 60 });
  expect(refresh.plan([a], null)).toMatchObject({ jobs: 0, fresh: 1 });
});

test('keys are numbered in the order of their first report, and no answer lets anybody try a key on it', () => {
  const { clock, analyzers, observable, report, refresh } = make();
  const now = clock.now();
  report(observable(), { name: 'Keyed', at: now - 2, basis: analyzers.put('Keyed', '1.0', { key: 'first key' }) });
  report(observable(), { name: 'Keyed', at: now - 1, basis: analyzers.put('Keyed', '1.0', { key: 'second key' }) });
  const { bases, current } = refresh.bases(CLIENT);
  expect(bases.map(({ keyNumber, keySince }) => [keyNumber, keySince])).toEqual([
    [2, now - 1],
    [1, now - 2],
  ]);
  expect(current).toMatchObject([{ flavorId: 'kit/Keyed_1_0', source: 'kit', key: bases[0]?.key }]);
  expect(bases[0]?.key).toHaveLength(5);
  expect(JSON.stringify({ bases, current })).not.toContain('second key');
  // Neither does the mark of the settings change with the key.
  expect(bases[0]?.settings).toBe(bases[1]?.settings);
});
