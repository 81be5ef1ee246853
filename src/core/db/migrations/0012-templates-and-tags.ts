import type { Migration } from '../migrate.ts';

/**
 * Case templates, colours of tags and taxonomies, which are shared; and what is kept of shared rows so that a tag or a
 * field is found by lookup: written by projections only (core/tags/keep-tags.ts, custom-fields/keep-field-uses.ts).
 */
export const migration0012: Migration = {
  id: 12,
  name: 'templates and tags',
  sql: /* sql */ `
-- shared
CREATE TABLE case_template (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  display_name TEXT NOT NULL,
  title_prefix TEXT NOT NULL,
  description TEXT NOT NULL,
  summary TEXT NOT NULL,
  severity INTEGER CHECK (severity BETWEEN 1 AND 4),
  tlp TEXT CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  pap TEXT CHECK (pap IN ('clear','green','amber','red')),
  is_flagged INTEGER NOT NULL CHECK (is_flagged IN (0,1)),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  tasks TEXT NOT NULL CHECK (json_valid(tasks)),
  fields TEXT NOT NULL CHECK (json_valid(fields)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX case_template_name ON case_template (name COLLATE NOCASE) WHERE deleted_at IS NULL;

-- shared: a colour that somebody gave a tag
CREATE TABLE tag (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  colour TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX tag_name ON tag (name) WHERE deleted_at IS NULL;

-- shared
CREATE TABLE taxonomy (
  id TEXT PRIMARY KEY,
  namespace TEXT NOT NULL,
  description TEXT NOT NULL,
  version INTEGER NOT NULL,
  entries TEXT NOT NULL CHECK (json_valid(entries)),
  is_enabled INTEGER NOT NULL CHECK (is_enabled IN (0,1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX taxonomy_namespace ON taxonomy (namespace);

-- Every row that carries a tag, those in the trash too: what comes back must not bring back a tag that was renamed.
CREATE TABLE tag_on (
  tag TEXT NOT NULL,
  entity TEXT NOT NULL CHECK (entity IN ('case','observable','alert')),
  row_id TEXT NOT NULL,
  PRIMARY KEY (tag, entity, row_id)
) STRICT, WITHOUT ROWID;

-- How often, over what is not in the trash: in each engagement, and in all ('').
CREATE TABLE tag_use (
  engagement_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  folded TEXT NOT NULL,
  cases INTEGER NOT NULL DEFAULT 0,
  observables INTEGER NOT NULL DEFAULT 0,
  alerts INTEGER NOT NULL DEFAULT 0,
  uses INTEGER NOT NULL GENERATED ALWAYS AS (cases + observables + alerts) STORED,
  PRIMARY KEY (engagement_id, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX tag_use_often ON tag_use (engagement_id, uses DESC, tag);
CREATE INDEX tag_use_folded ON tag_use (engagement_id, folded);

-- The tags of taxonomies that are switched on, and the words by which they are found.
CREATE TABLE taxonomy_tag (
  taxonomy_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  tag TEXT NOT NULL,
  folded TEXT NOT NULL,
  colour TEXT,
  label TEXT NOT NULL,
  PRIMARY KEY (taxonomy_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX taxonomy_tag_folded ON taxonomy_tag (folded);
CREATE TABLE taxonomy_word (
  word TEXT NOT NULL,
  taxonomy_id TEXT NOT NULL,
  position INTEGER NOT NULL,
  PRIMARY KEY (word, taxonomy_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX taxonomy_word_of ON taxonomy_word (taxonomy_id);

CREATE TABLE custom_field_use (
  field_id TEXT PRIMARY KEY,
  uses INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO tag_on (tag, entity, row_id)
  SELECT DISTINCT j.value, 'case', c.id FROM case_record c, json_each(c.tags) j
  UNION ALL SELECT DISTINCT j.value, 'observable', o.id FROM observable o, json_each(o.tags) j
  UNION ALL SELECT DISTINCT j.value, 'alert', a.id FROM alert a, json_each(a.tags) j;
INSERT INTO tag_use (engagement_id, tag, folded, cases, observables, alerts)
  WITH live AS (
    SELECT t.tag, t.entity, coalesce(c.engagement_id, o.engagement_id, a.engagement_id) AS engagement_id
    FROM tag_on t
    LEFT JOIN case_record c ON t.entity = 'case' AND c.id = t.row_id AND c.deleted_at IS NULL
    LEFT JOIN observable o ON t.entity = 'observable' AND o.id = t.row_id AND o.deleted_at IS NULL
    LEFT JOIN alert a ON t.entity = 'alert' AND a.id = t.row_id AND a.deleted_at IS NULL
  )
  SELECT scope, tag, lower(tag), sum(entity = 'case'), sum(entity = 'observable'), sum(entity = 'alert')
  FROM (
    SELECT engagement_id AS scope, tag, entity FROM live WHERE engagement_id IS NOT NULL
    UNION ALL SELECT '', tag, entity FROM live WHERE engagement_id IS NOT NULL
  ) GROUP BY scope, tag;
INSERT INTO custom_field_use (field_id, uses)
  SELECT field_id, count(*) FROM custom_field_value WHERE deleted_at IS NULL GROUP BY field_id;
`,
};
