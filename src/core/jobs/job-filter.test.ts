import { expect, test } from 'vitest';
import { makeDb } from '../../../test/support/make-db.ts';
import { queuedJob, yes } from '../../../test/support/queued-job.ts';
import { createQueue } from '../engine/queue.ts';
import { armsOf, type JobFilter } from './job-filter.ts';

const open = { pause: [], time: [] };
const db = (): ReturnType<typeof makeDb> => {
  const made = makeDb();
  const queue = createQueue(made, () => 24);
  made.transaction(() => {
    queue.insert(queuedJob({ value: 'local' }), yes);
    queue.insert(queuedJob({ value: 'far', service: 'a.example' }), yes);
    queue.insert(queuedJob({ value: 'link', status: 'waiting' }), yes, { kind: 'link', detail: '', until: null });
    queue.insert(queuedJob({ value: 'done', status: 'done', case_id: 'c' }), yes);
  })();
  return made;
};

const found = (filter: JobFilter, closed: Parameters<typeof armsOf>[1] = open): unknown[] => {
  const made = db();
  const arms = armsOf(filter, closed);
  if (arms.length === 0) return [];
  const ids = arms.map(({ sql }) => sql).join(' UNION ');
  return made
    .prepare(`SELECT value FROM job WHERE id IN (${ids}) ORDER BY id`)
    .pluck()
    .all(...arms.flatMap(({ values }) => values));
};

test.each<[name: string, filter: JobFilter, values: string[]]>([
  ['everything', {}, ['local', 'far', 'link', 'done']],
  ['states', { statuses: ['queued'] }, ['local', 'far']],
  ['a case', { caseId: 'c' }, ['done']],
  ['a reason', { waitingFor: ['link'] }, ['link']],
  ['a free place', { waitingFor: ['slot'] }, ['local', 'far']],
  ['states and reasons together', { statuses: ['done'], waitingFor: ['link'] }, ['link', 'done']],
  ['a service', { service: 'a.example' }, ['far']],
  ['what stays here', { service: '', statuses: ['queued'] }, ['local']],
  ['nothing', { waitingFor: [] }, []],
])('%s', (_name, filter, values) => {
  expect(found(filter)).toEqual(values);
});

test('a rule of the user turns waiting for a place into waiting for the rule', () => {
  const closed = { pause: ['a.example'], time: [''] };
  expect(found({ waitingFor: ['slot'] }, closed)).toEqual([]);
  expect(found({ waitingFor: ['pause'] }, closed)).toEqual(['far']);
  expect(found({ waitingFor: ['time'] }, closed)).toEqual(['local']);
});

test.each<[filter: JobFilter]>([
  [{}],
  [{ statuses: ['failed'] }],
  [{ statuses: ['queued', 'waiting', 'running'] }],
  [{ caseId: 'c' }],
  [{ caseId: 'c', statuses: ['done', 'failed'] }],
  [{ waitingFor: ['link', 'quota', 'slot'] }],
  [{ service: 'a.example' }],
])('a page is read from the ends of ranges, never sorted or scanned: %j', (filter) => {
  const made = makeDb();
  const arms = armsOf(filter, open);
  const ids = arms.map(({ sql }) => `SELECT id FROM (${sql}) WHERE id < ?`).join(' UNION ');
  const plan = made
    .prepare(`EXPLAIN QUERY PLAN ${ids} ORDER BY id DESC LIMIT 200`)
    .all(...arms.flatMap(({ values }) => [...values, 'g'])) as { detail: string }[];
  for (const { detail } of plan) expect(detail).not.toMatch(/SCAN [jw]|TEMP B-TREE/);
});
