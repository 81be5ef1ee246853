import type { Migration } from '../migrate.ts';

/** The buckets of a moment (core/stats/buckets.ts): all time, its week from Monday, its day; UTC. */
const buckets = (at: string): string =>
  `json_array(0, 1000000 + (${at} / 86400000 + 3) / 7, 2000000 + ${at} / 86400000)`;

/** Rows (field, value) of a thing; a null value is no row. */
const pairs = (...all: readonly (readonly [string, string])[]): string =>
  `json_array(${all.map(([field, value]) => `json_array('${field}', ${value})`).join(', ')})`;
const values = (...all: readonly (readonly [string, string])[]): string => pairs(['', `''`], ...all);

const COLUMNS = 'engagement_id, entity, bucket, field, value, state, things, measured, total';

/** Adds (or with '-1' takes away) one thing in all its buckets and fields. */
const add = (
  table: string,
  of: { from: string; engagement: string; entity: string; at: string; fields: string; state: string; measure: string },
  by: '1' | '-1',
  bucketsAt: string = buckets(of.at),
): string => `
  INSERT INTO ${table} (${COLUMNS})
  SELECT ${of.engagement}, '${of.entity}', b.value, f.value ->> 0, f.value ->> 1, ${of.state},
    sum(${by}), sum(CASE WHEN ${of.measure} IS NULL THEN 0 ELSE ${by} END), sum(coalesce(${of.measure}, 0) * ${by})
  FROM ${of.from === '' ? '' : `${of.from}, `}json_each(${bucketsAt}) b, json_each(${of.fields}) f
  WHERE f.value ->> 1 IS NOT NULL
  GROUP BY 1, 3, 4, 5, 6
  ON CONFLICT (engagement_id, entity, bucket, field, value, state) DO UPDATE SET
    things = things + excluded.things, measured = measured + excluded.measured, total = total + excluded.total;`;

const ENDED = `('done','failed','refused','cancelled','unknown')`;

/** What moves a job from one counter to another. */
const COUNTED = 'status, is_cached, service, engagement_id, queued_at, started_at, ended_at';

const job = (row: string, from = '') => ({
  from,
  engagement: `${row}.engagement_id`,
  entity: 'job',
  at: `${row}.queued_at`,
  fields: values(['analyzer', `${row}.flavor_name`], ['service', `${row}.service`], ['dataType', `${row}.data_type`]),
  state: `${row}.status || '.' || CASE WHEN ${row}.is_cached = 1 THEN 'cache' WHEN ${row}.service = '' THEN 'here' ELSE 'service' END || '.' || ${row}.kind`,
  // An earlier report took no time.
  measure: `CASE WHEN ${row}.is_cached = 0 THEN ${row}.ended_at - ${row}.started_at END`,
});

const egress = (row: string, from = '') => ({
  from,
  engagement: `${row}.engagement_id`,
  entity: 'egress',
  at: `${row}.at`,
  fields: values(['destination', `${row}.destination`], ['dataType', `${row}.data_type`]),
  state: `''`,
  measure: `${row}.bytes`,
});

const OBSERVABLE_STATE = `CASE WHEN o.is_ioc = 1 THEN 'yes' ELSE 'no' END || '.' || CASE
    WHEN o.source_job_id IS NOT NULL THEN 'analyzer'
    WHEN EXISTS (SELECT 1 FROM json_each(o.marks) m WHERE m.value = 'alert' OR m.value LIKE 'alert:%') THEN 'alert'
    ELSE 'own' END`;

const IN_LIVE_CASE = 'EXISTS (SELECT 1 FROM case_record c WHERE c.id = case_id AND c.deleted_at IS NULL)';

/** The verdict of an observable that is counted; 'none' is "not analysed". */
const verdict = (row: string, level: string) => ({
  from: `(SELECT * FROM observable WHERE id = ${row}.observable_id AND deleted_at IS NULL AND ${IN_LIVE_CASE}) o`,
  engagement: 'o.engagement_id',
  entity: 'observable',
  at: 'o.created_at',
  fields: pairs(['verdict', level]),
  state: OBSERVABLE_STATE,
  measure: 'NULL',
});

const tagsOf = (row: string): string =>
  `(SELECT json_group_array(json_array('tags', value)) FROM (SELECT DISTINCT value FROM json_each(${row}.tags)))`;

const casesBy = (entity: string, at: string, where: string) => {
  const cases = {
    from: `(SELECT * FROM case_record WHERE deleted_at IS NULL${where}) c`,
    engagement: 'c.engagement_id',
    entity,
    at,
    fields: values(
      ['severity', 'CAST(c.severity AS TEXT)'],
      ['tlp', 'c.tlp'],
      ['pap', 'c.pap'],
      ['assignee', 'c.assignee'],
      ['resolution', 'c.resolution'],
      ['impact', 'c.impact'],
    ),
    state: 'c.status',
    measure: 'c.end_at - c.start_at',
  };
  return [cases, { ...cases, fields: tagsOf('c') }];
};

/** Outside the trash themselves; `where` says which cases'. */
const inCases = (where: string) => {
  const observables = {
    from: `(SELECT o.*, v.level FROM observable o LEFT JOIN observable_verdict v ON v.observable_id = o.id
      WHERE o.deleted_at IS NULL AND o.${where}) o`,
    engagement: 'o.engagement_id',
    entity: 'observable',
    at: 'o.created_at',
    // Every observable has one value of 'sighted', so this field also counts all of them.
    fields: pairs(
      ['sighted', `CASE WHEN o.is_sighted = 1 THEN 'yes' ELSE 'no' END`],
      ['verdict', `coalesce(o.level, 'none')`],
      ['dataType', 'o.data_type'],
      ['tlp', 'o.tlp'],
    ),
    state: OBSERVABLE_STATE,
    measure: 'NULL',
  };
  const tasks = {
    from: `(SELECT t.*, k.engagement_id FROM task t JOIN case_record k ON k.id = t.case_id
      WHERE t.deleted_at IS NULL AND t.${where}) t`,
    engagement: 't.engagement_id',
    entity: 'task',
    at: 't.created_at',
    fields: values(['assignee', 't.assignee'], ['group', 't.task_group']),
    state: 't.status',
    measure: 't.end_at - t.start_at',
  };
  const notes = {
    from: `(SELECT n.*, k.engagement_id FROM note n JOIN case_record k ON k.id = n.case_id
      WHERE n.deleted_at IS NULL AND n.${where}) n`,
    engagement: 'n.engagement_id',
    entity: 'note',
    at: 'n.created_at',
    fields: values(),
    state: `CASE WHEN n.task_id IS NULL THEN 'case' ELSE 'task' END`,
    measure: 'NULL',
  };
  return [observables, { ...observables, fields: tagsOf('o') }, tasks, notes];
};

/** Statements (one parameter: a case) for what lies in a case that comes out of the trash, or goes into it. */
export const countCase = (by: '1' | '-1'): string[] =>
  inCases('case_id = ?').map((source) => add('kept_count', source, by).trim());

const alert = (row: string, from = '') => ({
  from,
  engagement: `${row}.engagement_id`,
  entity: 'alert',
  at: `coalesce((SELECT created_at FROM alert WHERE num = ${row}.num), ${row}.date)`,
  fields: values(['source', `${row}.source`], ['type', `${row}.type`], ['severity', `CAST(${row}.severity AS TEXT)`]),
  state: `${row}.status`,
  measure: 'NULL',
});

/** Everything counted from the rows themselves: what the migration fills and what a check compares with. */
export function countAll(table: string): string {
  const sources = [
    ...casesBy('case', 'c.created_at', ''),
    ...casesBy('case.closed', 'c.end_at', ' AND end_at IS NOT NULL'),
    ...inCases('case_id IN (SELECT id FROM case_record WHERE deleted_at IS NULL)'),
    alert('a', 'alert_state a'),
    job('j', `(SELECT * FROM job WHERE status IN ${ENDED}) j`),
    egress('x', 'egress_entry x'),
  ];
  // By days first: what is added up further is then a few rows, however many things there are.
  const days = sources.map((source) => add(table, source, '1', `json_array(2000000 + ${source.at} / 86400000)`));
  const rollUp = ['0', '1000000 + (bucket - 2000000 + 3) / 7'].map(
    (bucket) => `
  INSERT INTO ${table} (${COLUMNS})
  SELECT engagement_id, entity, ${bucket}, field, value, state, sum(things), sum(measured), sum(total)
  FROM ${table} WHERE bucket >= 2000000 GROUP BY 1, 2, 3, 4, 5, 6;`,
  );
  return [...days, ...rollUp].join('\n');
}

/** The table of the counters, under its own name or another one to compare with. */
export const keptCountTable = (name: string): string => `
CREATE TABLE ${name} (
  engagement_id TEXT NOT NULL,
  entity TEXT NOT NULL,
  -- A day, week, month or all time (core/stats/buckets.ts).
  bucket INTEGER NOT NULL,
  -- '' counts every thing once (of observables 'sighted' does, so that adding one writes less).
  field TEXT NOT NULL,
  value TEXT NOT NULL,
  -- What every field can be combined with, such as a case's status.
  state TEXT NOT NULL,
  things INTEGER NOT NULL,
  -- How many of them have the measure of the entity (a time, bytes), and its sum.
  measured INTEGER NOT NULL,
  total INTEGER NOT NULL,
  PRIMARY KEY (engagement_id, entity, bucket, field, value, state)
) STRICT, WITHOUT ROWID;`;

/**
 * Kept statistics. Shared rows are counted by projections (core/stats/keep-counts.ts). Jobs, verdicts and what left are
 * written by the engine in a dozen places; triggers count them, in its own transactions, so that no place can be missed.
 */
export const migration0017: Migration = {
  id: 17,
  name: 'kept-counts',
  sql: /* sql */ `
${keptCountTable('kept_count')}
${countAll('kept_count')}

CREATE TRIGGER job_counted_new AFTER INSERT ON job WHEN NEW.status IN ${ENDED}
BEGIN ${add('kept_count', job('NEW'), '1')} END;
CREATE TRIGGER job_uncounted AFTER UPDATE OF ${COUNTED} ON job WHEN OLD.status IN ${ENDED}
BEGIN ${add('kept_count', job('OLD'), '-1')} END;
CREATE TRIGGER job_counted AFTER UPDATE OF ${COUNTED} ON job WHEN NEW.status IN ${ENDED}
BEGIN ${add('kept_count', job('NEW'), '1')} END;
CREATE TRIGGER job_counted_gone AFTER DELETE ON job WHEN OLD.status IN ${ENDED}
BEGIN ${add('kept_count', job('OLD'), '-1')} END;

CREATE TRIGGER egress_counted AFTER INSERT ON egress_entry
BEGIN ${add('kept_count', egress('NEW'), '1')} END;

CREATE TRIGGER verdict_counted AFTER INSERT ON observable_verdict
BEGIN ${add('kept_count', verdict('NEW', `'none'`), '-1')} ${add('kept_count', verdict('NEW', 'NEW.level'), '1')} END;
CREATE TRIGGER verdict_recounted AFTER UPDATE OF level ON observable_verdict WHEN NEW.level <> OLD.level
BEGIN ${add('kept_count', verdict('NEW', 'OLD.level'), '-1')} ${add('kept_count', verdict('NEW', 'NEW.level'), '1')} END;
CREATE TRIGGER verdict_uncounted AFTER DELETE ON observable_verdict
BEGIN ${add('kept_count', verdict('OLD', 'OLD.level'), '-1')} ${add('kept_count', verdict('OLD', `'none'`), '1')} END;

-- The state of an alert follows from several rows; the alerts' own projection brings it together here.
CREATE TRIGGER alert_counted_new AFTER INSERT ON alert_state
BEGIN ${add('kept_count', alert('NEW'), '1')} END;
CREATE TRIGGER alert_recounted AFTER UPDATE ON alert_state
WHEN (NEW.engagement_id, NEW.status, NEW.type, NEW.source, NEW.severity) <> (OLD.engagement_id, OLD.status, OLD.type, OLD.source, OLD.severity)
BEGIN ${add('kept_count', alert('OLD'), '-1')} ${add('kept_count', alert('NEW'), '1')} END;
CREATE TRIGGER alert_uncounted AFTER DELETE ON alert_state
BEGIN ${add('kept_count', alert('OLD'), '-1')} END;

-- Single rows by the day they were made, for what the counters cannot answer.
CREATE INDEX case_record_created ON case_record (engagement_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX alert_created ON alert (engagement_id, created_at, id) WHERE deleted_at IS NULL;

-- shared; the definition is validated by the contract's schema
CREATE TABLE dashboard (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  -- Kept for the sync with others: a private one stays on its owner's devices.
  is_shared INTEGER NOT NULL CHECK (is_shared IN (0,1)),
  definition TEXT NOT NULL CHECK (json_valid(definition)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
`,
};
