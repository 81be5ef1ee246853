import type { Migration } from '../migrate.ts';

/** The incident timeline, the assets it speaks of, and ATT&CK: what was imported and what a case uses of it. */
export const migration0016: Migration = {
  id: 16,
  name: 'timeline',
  sql: /* sql */ `
-- shared
CREATE TABLE timeline_event (
  -- What timeline_words names it by.
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  at INTEGER NOT NULL,
  end_at INTEGER,
  zone TEXT NOT NULL,
  precision TEXT NOT NULL CHECK (precision IN ('year','month','day','hour','minute','second','millisecond')),
  -- The time as it was written.
  given TEXT NOT NULL,
  kind TEXT NOT NULL,
  source TEXT NOT NULL CHECK (source IN ('manual','note','observable','report','mail','file','evidence')),
  source_id TEXT,
  source_ref TEXT NOT NULL,
  -- Names what it was taken from, so that the same is not taken twice; empty for one made by hand.
  source_key TEXT NOT NULL,
  time_notes TEXT NOT NULL CHECK (json_valid(time_notes)),
  asset_ids TEXT NOT NULL CHECK (json_valid(asset_ids)),
  observable_ids TEXT NOT NULL CHECK (json_valid(observable_ids)),
  techniques TEXT NOT NULL CHECK (json_valid(techniques)),
  is_starred INTEGER NOT NULL CHECK (is_starred IN (0,1)),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX timeline_event_at ON timeline_event (case_id, at, id) WHERE deleted_at IS NULL;
CREATE INDEX timeline_event_recorded ON timeline_event (case_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX timeline_event_key ON timeline_event (case_id, source_key) WHERE source_key <> '';

-- Not shared: follow from the events.
CREATE VIRTUAL TABLE timeline_words USING fts5 (words, content='', contentless_delete=1, tokenize='unicode61');
CREATE TABLE timeline_link (
  case_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('asset','observable','technique')),
  target TEXT NOT NULL,
  event_id TEXT NOT NULL,
  PRIMARY KEY (case_id, kind, target, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX timeline_link_event ON timeline_link (event_id);
-- name: all, starred, kind:…, source:…
CREATE TABLE timeline_count (
  case_id TEXT NOT NULL,
  name TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (case_id, name)
) STRICT, WITHOUT ROWID;

-- shared; belongs to the engagement, so that several cases speak of the same one
CREATE TABLE asset (
  id TEXT PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  identifiers TEXT NOT NULL CHECK (json_valid(identifiers)),
  criticality INTEGER NOT NULL CHECK (criticality BETWEEN 1 AND 4),
  owner TEXT NOT NULL,
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX asset_name ON asset (engagement_id, lower(name), id) WHERE deleted_at IS NULL;

-- shared; how an asset stands in a case
CREATE TABLE case_asset (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  asset_id TEXT NOT NULL,
  state TEXT NOT NULL,
  state_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX case_asset_case ON case_asset (case_id, asset_id);
CREATE INDEX case_asset_asset ON case_asset (asset_id) WHERE deleted_at IS NULL;

-- Not shared: the subjects (observable.subject_hash) that an asset's identifiers stand for.
CREATE TABLE asset_subject (
  engagement_id TEXT NOT NULL,
  subject_hash TEXT NOT NULL,
  asset_id TEXT NOT NULL,
  PRIMARY KEY (engagement_id, subject_hash, asset_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX asset_subject_asset ON asset_subject (asset_id);

-- shared
CREATE TABLE case_technique (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  technique TEXT NOT NULL,
  tactic TEXT NOT NULL,
  occurred_at INTEGER,
  description TEXT NOT NULL,
  observable_ids TEXT NOT NULL CHECK (json_valid(observable_ids)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX case_technique_case ON case_technique (case_id, technique, id) WHERE deleted_at IS NULL;
CREATE INDEX case_technique_use ON case_technique (engagement_id, technique, case_id) WHERE deleted_at IS NULL;

-- What was imported of ATT&CK; one pack at a time.
CREATE TABLE attack_pack (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  notice TEXT NOT NULL,
  imported_at INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  file_name TEXT NOT NULL
) STRICT;
CREATE TABLE attack_tactic (
  short_name TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  name TEXT NOT NULL,
  position INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE attack_technique (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  tactics TEXT NOT NULL CHECK (json_valid(tactics)),
  platforms TEXT NOT NULL CHECK (json_valid(platforms)),
  description TEXT NOT NULL,
  url TEXT NOT NULL,
  is_old INTEGER NOT NULL CHECK (is_old IN (0,1))
) STRICT;
`,
};
