import { v7 as uuidv7 } from 'uuid';
import { expect, test } from 'vitest';
import { makeDb } from '../../../test/support/make-db.ts';
import { type StoredRun, storeRun } from '../../../test/support/report-rows.ts';
import type { Level } from '../../shared/model/report.ts';
import { createHistoryService } from './history.service.ts';

const DAY = 86_400_000;
const CLIENT = uuidv7();
const vt = (value: string, level: Level) => [{ level, namespace: 'VT', predicate: 'GetReport', value }];

function make() {
  const db = makeDb();
  const run = (over: Partial<StoredRun> & { at: number }) =>
    storeRun(db, { engagementId: CLIENT, value: 'harbour-portal.test', ...over }).jobId;
  return { db, run, history: createHistoryService({ db }) };
}

test('one line an analyzer, in all its versions, with its numbers and how they moved', () => {
  const { run, history } = make();
  run({ at: DAY, taxonomies: vt('3/72', 'suspicious') });
  run({ at: 3 * DAY, taxonomies: vt('3/72', 'suspicious') });
  const last = run({ at: 7 * DAY, version: '1.1', taxonomies: vt('41/73', 'malicious') });
  run({ at: 2 * DAY, name: 'Whois' });
  const [line, ...rest] = history.lines({ jobId: last });
  expect(rest).toEqual([]);
  expect(line).toMatchObject({
    flavorName: 'Lookup',
    source: 'kit',
    unit: 'engines',
    drift: '3 → 41 engines in 6 days, now malicious',
  });
  expect(line?.runs.map(({ version, level, score }) => [version, level, score])).toEqual([
    ['1.1', 'malicious', 41],
    ['1.0', 'suspicious', 3],
    ['1.0', 'suspicious', 3],
  ]);
});

test('another engagement, another thing, a cached answer and the same name from another source are not in it', () => {
  const { db, run, history } = make();
  const own = run({ at: DAY });
  run({ at: 2 * DAY, engagementId: uuidv7() });
  run({ at: 2 * DAY, value: 'other.test' });
  run({ at: 2 * DAY, dataType: 'fqdn' });
  run({ at: 2 * DAY, flavorId: 'elsewhere/Lookup_1_0' });
  const cached = run({ at: 3 * DAY });
  db.prepare('UPDATE job SET is_cached = 1, report_id = (SELECT report_id FROM job WHERE id = ?) WHERE id = ?').run(
    own,
    cached,
  );
  expect(history.lines({ jobId: own })[0]?.runs.map((each) => each.jobId)).toEqual([own]);
  // Asked of the cached job it is the same history.
  expect(history.lines({ jobId: cached })[0]?.runs.map((each) => each.jobId)).toEqual([own]);
});

test('every step of a history goes through its index, however many runs there are', () => {
  const { db, run, history } = make();
  let last = '';
  for (let at = 0; at < 120; at += 1) last = run({ at: at * 1_000 });
  expect(history.lines({ jobId: last })[0]?.runs).toHaveLength(50);
  const plan = db
    .prepare(
      `EXPLAIN QUERY PLAN SELECT id FROM job WHERE engagement_id = 'a' AND subject_hash = 'b' AND status = 'done'
       AND is_cached = 0 AND kind = 'analyzer' AND flavor_name = 'c' ORDER BY ended_at DESC LIMIT 5`,
    )
    .all() as { detail: string }[];
  expect(plan.map((step) => step.detail).join()).toContain('USING INDEX job_history');
  expect(plan.map((step) => step.detail).join()).not.toContain('TEMP B-TREE');
});

test('a diff tells what changed, first what means something, and what it was compared with', () => {
  const { run, history } = make();
  const before = run({
    at: DAY,
    taxonomies: vt('4/91', 'suspicious'),
    full: { sentence: 'Four engines.', malicious: 4, status: 'active', rank: 'Umbrella', scan_id: 'a' },
    artifacts: [{ dataType: 'ip', data: '198.51.100.23', tags: [] }],
  });
  const after = run({
    at: 6 * DAY,
    taxonomies: vt('11/91', 'malicious'),
    full: {
      sentence: 'Eleven engines.',
      malicious: 11,
      status: 'active',
      category: ['phishing', 'finance'],
      scan_id: 'b',
    },
    artifacts: [{ dataType: 'ip', data: '203.0.113.77', tags: ['new'] }],
  }); // prettier-ignore
  const diff = history.diff(after, undefined);
  expect(diff).toMatchObject({
    before: { jobId: before, at: DAY },
    after: { jobId: after, at: 6 * DAY },
    drift: '4 → 11 engines in 5 days, now malicious',
    limit: null,
    counts: { changed: 6, noise: 1 },
  });
  expect(
    diff?.changes.map(({ part, kind, path, before: x, after: y, isNoise }) => [
      part,
      kind,
      path.join('/'),
      x,
      y,
      isNoise,
    ]),
  ).toEqual([
    ['taxonomies', 'changed', 'VT:GetReport', '4/91, suspicious', '11/91, malicious', false],
    ['full', 'changed', 'malicious', 4, 11, false],
    ['full', 'added', 'category', null, 'phishing, finance', false],
    ['full', 'removed', 'rank', 'Umbrella', null, false],
    ['artifacts', 'added', 'ip 203.0.113.77', null, '203.0.113.77', false],
    ['artifacts', 'removed', 'ip 198.51.100.23', '198.51.100.23', null, false],
    ['full', 'changed', 'scan_id', 'a', 'b', true],
  ]); // prettier-ignore
  expect(history.diff(before, undefined)).toBeNull();
});

test('an earlier run can be chosen; reports of other things, analyzers and engagements cannot', () => {
  const { run, history } = make();
  const first = run({ at: DAY, full: { n: 1 } });
  run({ at: 2 * DAY, full: { n: 2 } });
  const last = run({ at: 3 * DAY, full: { n: 3 } });
  expect(history.diff(last, first)?.changes).toMatchObject([{ before: 1, after: 3 }]);
  expect(history.diff(last, undefined)?.changes).toMatchObject([{ before: 2, after: 3 }]);
  const refused = (jobId: string): void =>
    expect(() => history.diff(last, jobId)).toThrowError(expect.objectContaining({ code: 'invalid_input' }));
  refused(run({ at: DAY, value: 'other.test' }));
  refused(run({ at: DAY, name: 'Whois' }));
  refused(run({ at: DAY, engagementId: uuidv7() }));
});

test('too large a report is compared by its taxonomies, and says so', () => {
  const { run, history } = make();
  const first = run({ at: DAY, taxonomies: vt('1/9', 'safe'), full: { text: 'x'.repeat(5 * 2 ** 20) } });
  const last = run({ at: 2 * DAY, taxonomies: vt('2/9', 'safe'), full: { text: 'y' } });
  expect(history.diff(last, first)).toMatchObject({
    limit: 'One of the two reports is larger than 4 MB, so only their taxonomies were compared.',
    changes: [{ part: 'taxonomies' }],
  });
});
