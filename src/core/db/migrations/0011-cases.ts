import type { Migration } from '../migrate.ts';

/** The case list and the case bench: what a list filters and sorts by, kept counts, merges, saved views, the trash. */
export const migration0011: Migration = {
  id: 11,
  name: 'cases',
  sql: /* sql */ `
ALTER TABLE case_record ADD COLUMN merged_into TEXT;
ALTER TABLE case_record ADD COLUMN merged_from TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(merged_from));
ALTER TABLE case_record ADD COLUMN is_closed INTEGER
  GENERATED ALWAYS AS (CASE WHEN status IN ('resolved','duplicated') THEN 1 ELSE 0 END) VIRTUAL;

-- One for each order of the list: open or closed, starred or not, is one range each, read in either direction.
DROP INDEX case_record_list;
CREATE INDEX case_by_start ON case_record (engagement_id, is_closed, is_flagged, start_at, id) WHERE deleted_at IS NULL;
CREATE INDEX case_by_updated ON case_record (engagement_id, is_closed, is_flagged, updated_at, id) WHERE deleted_at IS NULL;
CREATE INDEX case_by_severity ON case_record (engagement_id, is_closed, is_flagged, severity, id) WHERE deleted_at IS NULL;
CREATE INDEX case_by_assignee ON case_record (engagement_id, is_closed, is_flagged, assignee, id) WHERE deleted_at IS NULL;
CREATE INDEX case_by_number ON case_record (engagement_id, is_closed, is_flagged, number, id) WHERE deleted_at IS NULL;
CREATE INDEX case_trash ON case_record (engagement_id, deleted_at, id) WHERE deleted_at IS NOT NULL;

-- What is in the trash of one case.
CREATE INDEX observable_trash ON observable (case_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX note_trash ON note (case_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX task_trash ON task (case_id, deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX evidence_trash ON evidence (case_id, deleted_at) WHERE deleted_at IS NOT NULL;

-- The next three follow from the cases that are not in the trash (cases/case-index.repo.ts).
-- Words of titles, by the number of the case.
CREATE VIRTUAL TABLE case_words USING fts5 (title, content='', contentless_delete=1, tokenize='unicode61');
CREATE TABLE case_tag (
  engagement_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (engagement_id, tag, number)
) STRICT, WITHOUT ROWID;
-- How many cases of an engagement have a value: kind is one of status, resolution, severity, tlp, pap, tag, assignee,
-- openAssignee, flagged.
CREATE TABLE case_stat (
  engagement_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  value TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (engagement_id, kind, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_stat_top ON case_stat (engagement_id, kind, n DESC);

INSERT INTO case_words (rowid, title) SELECT number, title FROM case_record WHERE deleted_at IS NULL;
INSERT INTO case_tag SELECT DISTINCT c.engagement_id, t.value, c.number FROM case_record c, json_each(c.tags) t
  WHERE c.deleted_at IS NULL;
INSERT INTO case_stat (engagement_id, kind, value, n)
  SELECT engagement_id, 'status', status, count(*) FROM case_record WHERE deleted_at IS NULL GROUP BY 1, 3
  UNION ALL SELECT engagement_id, 'resolution', resolution, count(*) FROM case_record
    WHERE deleted_at IS NULL AND resolution IS NOT NULL GROUP BY 1, 3
  UNION ALL SELECT engagement_id, 'severity', CAST(severity AS TEXT), count(*) FROM case_record
    WHERE deleted_at IS NULL GROUP BY 1, 3
  UNION ALL SELECT engagement_id, 'tlp', tlp, count(*) FROM case_record WHERE deleted_at IS NULL GROUP BY 1, 3
  UNION ALL SELECT engagement_id, 'pap', pap, count(*) FROM case_record WHERE deleted_at IS NULL GROUP BY 1, 3
  UNION ALL SELECT engagement_id, 'assignee', assignee, count(*) FROM case_record WHERE deleted_at IS NULL GROUP BY 1, 3
  UNION ALL SELECT engagement_id, 'openAssignee', assignee, count(*) FROM case_record
    WHERE deleted_at IS NULL AND is_closed = 0 GROUP BY 1, 3
  UNION ALL SELECT engagement_id, 'flagged', 'yes', count(*) FROM case_record
    WHERE deleted_at IS NULL AND is_flagged = 1 GROUP BY 1
  UNION ALL SELECT engagement_id, 'tag', tag, count(*) FROM case_tag GROUP BY 1, 3;

-- shared; a list's filter and order under a name
CREATE TABLE saved_view (
  id TEXT PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  screen TEXT NOT NULL,
  name TEXT NOT NULL,
  filter TEXT NOT NULL CHECK (json_valid(filter)),
  sort TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX saved_view_list ON saved_view (engagement_id, screen, name) WHERE deleted_at IS NULL;

-- shared; one for each merge, with what the sources were before it
CREATE TABLE case_merge (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  sources TEXT NOT NULL CHECK (json_valid(sources)),
  -- Null until it was taken apart again.
  undone_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX case_merge_case ON case_merge (case_id, created_at DESC);

-- shared; which row was made of which: at most 500 pairs of one entity a row
CREATE TABLE case_merge_part (
  id TEXT PRIMARY KEY,
  merge_id TEXT NOT NULL REFERENCES case_merge (id),
  case_id TEXT NOT NULL REFERENCES case_record (id),
  entity TEXT NOT NULL,
  pairs TEXT NOT NULL CHECK (json_valid(pairs)),
  created_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX case_merge_part_merge ON case_merge_part (merge_id) WHERE deleted_at IS NULL;

-- Follows from case_merge_part, for looking up: what a row was made of.
CREATE TABLE copied_row (
  row_id TEXT NOT NULL,
  origin_id TEXT NOT NULL,
  part_id TEXT NOT NULL,
  PRIMARY KEY (row_id, origin_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX copied_row_origin ON copied_row (origin_id, row_id);
CREATE INDEX copied_row_part ON copied_row (part_id);
`,
};
