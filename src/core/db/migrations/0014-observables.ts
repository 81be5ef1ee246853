import type { Migration } from '../migrate.ts';

/**
 * Orders and filters of the observables' grid, each with its index; relations; when something was sighted. What follows
 * from rows that are there already (tags, seen elsewhere) is filled in from them.
 */
export const migration0014: Migration = {
  id: 14,
  name: 'observables',
  sql: /* sql */ `
ALTER TABLE observable ADD COLUMN sighted_at INTEGER;
-- What a list is ordered and searched by: the beginning of the value, whatever its case.
ALTER TABLE observable ADD COLUMN sort_value TEXT GENERATED ALWAYS AS (lower(substr(value, 1, 120))) VIRTUAL;
CREATE INDEX observable_value ON observable (case_id, sort_value, id) WHERE deleted_at IS NULL;
CREATE INDEX observable_engagement_value ON observable (engagement_id, sort_value, id) WHERE deleted_at IS NULL;
CREATE INDEX observable_type ON observable (case_id, data_type, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX observable_engagement_type ON observable (engagement_id, data_type, created_at DESC, id DESC)
  WHERE deleted_at IS NULL;
-- Few rows are either: those who ask for them start from these.
CREATE INDEX observable_ioc ON observable (case_id, created_at DESC, id DESC) WHERE is_ioc = 1 AND deleted_at IS NULL;
CREATE INDEX observable_engagement_ioc ON observable (engagement_id, created_at DESC, id DESC)
  WHERE is_ioc = 1 AND deleted_at IS NULL;
CREATE INDEX observable_sighted ON observable (case_id, created_at DESC, id DESC)
  WHERE is_sighted = 1 AND deleted_at IS NULL;
CREATE INDEX observable_engagement_sighted ON observable (engagement_id, created_at DESC, id DESC)
  WHERE is_sighted = 1 AND deleted_at IS NULL;
-- What was found in a file, or proposed by a report.
CREATE INDEX observable_evidence ON observable (evidence_id) WHERE evidence_id IS NOT NULL;
CREATE INDEX observable_source_job ON observable (source_job_id) WHERE source_job_id IS NOT NULL;
CREATE INDEX case_record_in_trash ON case_record (engagement_id) WHERE deleted_at IS NOT NULL;

ALTER TABLE observable_verdict ADD COLUMN engagement_id TEXT NOT NULL DEFAULT '';
UPDATE observable_verdict SET engagement_id =
  (SELECT engagement_id FROM observable o WHERE o.id = observable_verdict.observable_id);
DROP INDEX observable_verdict_level;
-- Ids are UUIDv7, so the newest of a level comes first.
CREATE INDEX observable_verdict_level ON observable_verdict (case_id, level, observable_id DESC);
CREATE INDEX observable_verdict_engagement ON observable_verdict (engagement_id, level, observable_id DESC);

-- Not shared: the tags of observables that are not in the trash, and how many have each, by case and by engagement.
CREATE TABLE observable_tag (
  case_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  observable_id TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  PRIMARY KEY (case_id, tag, observable_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX observable_tag_engagement ON observable_tag (engagement_id, tag, observable_id);
CREATE TABLE observable_tag_count (
  scope_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (scope_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX observable_tag_top ON observable_tag_count (scope_id, n DESC);
INSERT OR IGNORE INTO observable_tag (case_id, tag, observable_id, engagement_id)
  SELECT o.case_id, t.value, o.id, o.engagement_id FROM observable o, json_each(o.tags) t WHERE o.deleted_at IS NULL;
INSERT INTO observable_tag_count SELECT case_id, tag, count(*) FROM observable_tag GROUP BY case_id, tag;
INSERT INTO observable_tag_count SELECT engagement_id, tag, count(*) FROM observable_tag GROUP BY engagement_id, tag;

-- Not shared: observables whose value other cases of the engagement hold too, with how many do (counted up to 50).
CREATE TABLE observable_elsewhere (
  observable_id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  others INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX observable_elsewhere_case ON observable_elsewhere (case_id, others DESC, observable_id DESC);
CREATE INDEX observable_elsewhere_engagement ON observable_elsewhere (engagement_id, others DESC, observable_id DESC);
CREATE TEMP TABLE same AS
  SELECT o.id, o.case_id, o.engagement_id, o.engagement_id || o.subject_hash AS subject
  FROM observable o JOIN case_record c ON c.id = o.case_id AND c.deleted_at IS NULL
  WHERE o.deleted_at IS NULL AND o.ignore_similarity = 0;
-- A hash that somebody typed stands for the files that have it.
INSERT INTO same SELECT h.id, h.case_id, h.engagement_id, h.engagement_id || b.sha256
  FROM observable h JOIN case_record c ON c.id = h.case_id AND c.deleted_at IS NULL
  JOIN blob b ON b.md5 = lower(h.value)
  WHERE h.data_type = 'hash' AND h.deleted_at IS NULL AND h.ignore_similarity = 0;
INSERT INTO same SELECT h.id, h.case_id, h.engagement_id, h.engagement_id || b.sha256
  FROM observable h JOIN case_record c ON c.id = h.case_id AND c.deleted_at IS NULL
  JOIN blob b ON b.sha1 = lower(h.value)
  WHERE h.data_type = 'hash' AND h.deleted_at IS NULL AND h.ignore_similarity = 0;
INSERT INTO same SELECT h.id, h.case_id, h.engagement_id, h.engagement_id || b.sha256
  FROM observable h JOIN case_record c ON c.id = h.case_id AND c.deleted_at IS NULL
  JOIN blob b ON b.sha256 = lower(h.value)
  WHERE h.data_type = 'hash' AND h.deleted_at IS NULL AND h.ignore_similarity = 0;
CREATE INDEX temp.same_subject ON same (subject, case_id);
INSERT OR REPLACE INTO observable_elsewhere (observable_id, case_id, engagement_id, others)
  SELECT mine.id, mine.case_id, mine.engagement_id, min(50, count(DISTINCT other.case_id))
  FROM (SELECT subject FROM same GROUP BY subject HAVING min(case_id) <> max(case_id)) many
  JOIN same mine ON mine.subject = many.subject
  JOIN same other ON other.subject = many.subject AND other.case_id <> mine.case_id
  GROUP BY mine.id;
DROP TABLE temp.same;
INSERT INTO case_counter (case_id, name, value)
  SELECT case_id, 'elsewhere', count(*) FROM observable_elsewhere GROUP BY case_id;
INSERT INTO case_counter (case_id, name, value)
  SELECT case_id, 'ignored', count(*) FROM observable WHERE ignore_similarity = 1 AND deleted_at IS NULL GROUP BY case_id;

-- shared; what somebody said that links two observables of a case
CREATE TABLE relation (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  engagement_id TEXT NOT NULL,
  from_id TEXT NOT NULL,
  to_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX relation_case ON relation (case_id, created_at) WHERE deleted_at IS NULL;
CREATE INDEX relation_from ON relation (from_id, to_id, kind);
CREATE INDEX relation_to ON relation (to_id);
`,
};
