import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { makeClock } from '../../../test/support/make-db.ts';
import { makeSettings, writeFlavor } from '../../../test/support/make-settings.ts';
import { createRunStore } from '../../../test/support/report-rows.ts';
import { createRefreshService } from './refresh.service.ts';
import { basisOf } from './report-basis.ts';

const MINUTE = 60_000;
const CLIENT = uuidv7();
const OTHER = uuidv7();

/** Analyzers of a real folder with real settings; reports as the engine leaves them. */
async function make() {
  const kit = await makeSettings();
  const { db, root, catalogue } = kit;
  const clock = makeClock();
  const engagement = db.prepare(
    `INSERT INTO engagement (id, name, tlp, pap, is_offline, created_at, updated_at, stamps) VALUES (?, 'A', 'amber', 'amber', 1, 0, 0, '{}')`,
  );
  engagement.run(CLIENT);
  engagement.run(OTHER);
  db.pragma('foreign_keys = OFF');
  const store = createRunStore(db);
  let number = 0;
  return {
    ...kit,
    clock,
    refresh: createRefreshService({ db, catalogue, clock }),
    async install(name: string, version = '1.0') {
      writeFlavor(root, { name, version, items: [{ name: 'key' }] });
      await catalogue.reload();
    },
    async uninstall(name: string, version = '1.0') {
      rmSync(join(root, 'Kit', `${name}_${version}.json`));
      await catalogue.reload();
    },
    /** A report of now, aged by minutes, under the settings of now. */
    report(observableId: string, name: string, minutesOld: number, engagementId = CLIENT) {
      const flavor = catalogue.find(`kit/${name}_1_0`)!;
      const basis = basisOf(flavor, catalogue.configOf(flavor, engagementId));
      const at = clock.now() - minutesOld * MINUTE;
      const { jobId } = store({ engagementId, observableId, value: 'x', name, at, basis });
      db.prepare(
        `INSERT INTO observable_report (observable_id, flavor_id, job_id, taxonomies, reported_at, basis_id)
         SELECT ?, flavor_id, id, '[]', ?, (SELECT basis_id FROM report WHERE job_id = job.id) FROM job WHERE id = ?`,
      ).run(observableId, at, jobId);
    },
    observable(engagementId = CLIENT): string {
      const id = uuidv7();
      number += 1;
      db.prepare(
        `INSERT INTO observable (num, id, case_id, engagement_id, data_type, value, subject_hash, tlp, pap, tags, marks, is_ioc, is_sighted,
           ignore_similarity, message, places, created_at, updated_at, stamps)
         VALUES (?, ?, ?, ?, 'ip', ?, ?, 'amber', 'amber', '[]', '[]', 0, 0, 0, '', '[]', 0, 0, '{}')`,
      ).run(number, id, uuidv7(), engagementId, `192.0.2.${number}`, `hash${number}`);
      return id;
    },
  };
}

test('only what is stale is asked again, of each observable its own analyzers', async () => {
  const { config, install, uninstall, observable, report, refresh } = await make();
  for (const name of ['Lookup', 'Whois', 'Gone']) await install(name);
  await config.set({ flavorId: 'kit/Whois_1_0', scope: 'flavor', values: { jobCache: 1_440 } });
  const [a, b, c] = [observable(), observable(), observable()];
  report(a, 'Lookup', 11);
  report(a, 'Whois', 11);
  report(b, 'Lookup', 9);
  report(c, 'Gone', 0);
  await uninstall('Gone');
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

test('another key or setting makes a young verdict stale, and a new version, which is what is asked then', async () => {
  const { config, install, uninstall, observable, report, refresh } = await make();
  for (const name of ['Keyed', 'Lookup', 'Still']) await install(name);
  const set = (name: string, key: string) =>
    config.set({ flavorId: `kit/${name}_1_0`, scope: 'flavor', values: { key } });
  await set('Keyed', 'the-first-key');
  await set('Still', 'the-only-key');
  const [a, b, c] = [observable(), observable(), observable()];
  report(a, 'Keyed', 0);
  report(b, 'Lookup', 0);
  report(c, 'Still', 0);
  expect(refresh.plan([a, b, c], null).subjects).toEqual([]);
  await set('Keyed', 'the-second-key');
  await uninstall('Lookup');
  await install('Lookup', '1.10');
  await install('Lookup', '1.9');
  // Limits of a run change no answer.
  await config.set({ flavorId: 'kit/Still_1_0', scope: 'flavor', values: { jobTimeout: 3, max_tlp: 1, jobCache: 20 } });
  expect(refresh.plan([a, b, c], null).subjects).toEqual([
    { observableId: a, flavorIds: ['kit/Keyed_1_0'] },
    { observableId: b, flavorIds: ['kit/Lookup_1_10'] },
  ]);
  await set('Keyed', 'the-first-key');
  expect(refresh.plan([a], null).subjects).toEqual([]);
});

test('the age is judged by the limit of now: raised, old verdicts are good again', async () => {
  const { config, install, observable, report, refresh } = await make();
  await install('Lookup');
  const a = observable();
  report(a, 'Lookup', 30);
  expect(refresh.plan([a], null).jobs).toBe(1);
  await config.set({ flavorId: 'kit/Lookup_1_0', scope: 'flavor', values: { jobCache: 60 } });
  expect(refresh.plan([a], null)).toMatchObject({ jobs: 0, fresh: 1 });
});

test('an engagement with a key of its own has verdicts of its own', async () => {
  const { config, install, observable, report, refresh } = await make();
  await install('Keyed');
  const set = (key: string, engagementId?: string) =>
    config.set({ flavorId: 'kit/Keyed_1_0', scope: 'flavor', values: { key }, ...(engagementId && { engagementId }) });
  await set('everybodys-key');
  const [mine, theirs] = [observable(), observable(OTHER)];
  report(mine, 'Keyed', 0);
  report(theirs, 'Keyed', 0, OTHER);
  await set('key-of-the-client', CLIENT);
  expect(refresh.plan([mine, theirs], null).subjects.map((each) => each.observableId)).toEqual([mine]);
});

test('keys are numbered in the order of their first report, and no answer lets anybody try a key on it', async () => {
  const { clock, config, install, observable, report, refresh } = await make();
  await install('Keyed');
  const set = (key: string) => config.set({ flavorId: 'kit/Keyed_1_0', scope: 'flavor', values: { key } });
  await set('the-first-key');
  report(observable(), 'Keyed', 2);
  await set('the-second-key');
  report(observable(), 'Keyed', 1);
  const { bases, current } = refresh.bases(CLIENT);
  expect(bases.map(({ keyNumber, keySince }) => [keyNumber, keySince])).toEqual([
    [2, clock.now() - MINUTE],
    [1, clock.now() - 2 * MINUTE],
  ]);
  expect(current).toMatchObject([{ flavorId: 'kit/Keyed_1_0', source: 'kit', key: bases[0]?.key }]);
  expect(bases[0]?.key).toHaveLength(5);
  expect(JSON.stringify({ bases, current })).not.toContain('second-key');
  // The mark of the settings says nothing of the key.
  expect(bases[0]?.settings).toBe(bases[1]?.settings);
});
