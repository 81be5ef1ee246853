import type { Migration } from '../migrate.ts';

/**
 * Alerts whole: their observables are rows of their own that cases can be looked up by, their files are sealed for the
 * alert, and what lists and the rail need is kept beside them. The table is made anew because its number has to be a
 * column: a rowid without one may change in a VACUUM (a backup is one).
 */
export const migration0015: Migration = {
  id: 15,
  name: 'alerts',
  sql: /* sql */ `
-- shared
CREATE TABLE alert_0015 (
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  type TEXT NOT NULL,
  source TEXT NOT NULL,
  source_ref TEXT NOT NULL,
  external_link TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  severity INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 4),
  date INTEGER NOT NULL,
  -- When its source last said something new.
  last_sync_at INTEGER NOT NULL,
  tlp TEXT NOT NULL CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  pap TEXT NOT NULL CHECK (pap IN ('clear','green','amber','red')),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  is_read INTEGER NOT NULL CHECK (is_read IN (0,1)),
  is_updated INTEGER NOT NULL CHECK (is_updated IN (0,1)),
  is_followed INTEGER NOT NULL CHECK (is_followed IN (0,1)),
  -- Stays when the case goes to the trash: what is shown follows from both (alert_state).
  case_id TEXT REFERENCES case_record (id),
  -- What the import did to the case, so that detaching can take it back; null where there was none.
  import TEXT NOT NULL CHECK (json_valid(import)),
  imported_at INTEGER,
  case_template TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps)),
  UNIQUE (engagement_id, type, source, source_ref)
) STRICT;
INSERT INTO alert_0015 (id, engagement_id, type, source, source_ref, external_link, title, description, severity, date,
    last_sync_at, tlp, pap, tags, is_read, is_updated, is_followed, case_id, import, imported_at, case_template,
    created_at, updated_at, deleted_at, stamps)
  SELECT id, engagement_id, type, source, source_ref, '', title, description, severity, date,
    updated_at, tlp, pap, tags, is_read, is_updated, 1, case_id, 'null', NULL, '',
    created_at, updated_at, deleted_at, stamps
  FROM alert ORDER BY created_at, id;

-- shared; a value or a file that an alert brings
CREATE TABLE alert_observable (
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  alert_id TEXT NOT NULL,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  data_type TEXT NOT NULL,
  -- Normalised; of a file its name.
  value TEXT NOT NULL,
  -- As in observable: what correlates.
  subject_hash TEXT NOT NULL,
  blob_id TEXT REFERENCES blob (id),
  media_type TEXT NOT NULL,
  message TEXT NOT NULL,
  tlp TEXT NOT NULL CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  marks TEXT NOT NULL CHECK (json_valid(marks)),
  is_ioc INTEGER NOT NULL CHECK (is_ioc IN (0,1)),
  is_sighted INTEGER NOT NULL CHECK (is_sighted IN (0,1)),
  ignore_similarity INTEGER NOT NULL CHECK (ignore_similarity IN (0,1)),
  seen_at INTEGER,
  -- The observable of the case that it became, and whether the import made that one.
  observable_id TEXT,
  is_own INTEGER NOT NULL CHECK (is_own IN (0,1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps)),
  UNIQUE (alert_id, data_type, subject_hash)
) STRICT;

-- The hash cannot be computed in SQL: the core fills these rows when it opens the workspace (alerts.repo.ts).
CREATE TABLE alert_artifact_0015 (alert_id TEXT PRIMARY KEY, artifacts TEXT NOT NULL) STRICT, WITHOUT ROWID;
INSERT INTO alert_artifact_0015 SELECT id, artifacts FROM alert WHERE json_array_length(artifacts) > 0;

DROP TABLE alert;
ALTER TABLE alert_0015 RENAME TO alert;
CREATE INDEX alert_case ON alert (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX alert_trash ON alert (engagement_id, deleted_at DESC, id DESC) WHERE deleted_at IS NOT NULL;
CREATE INDEX alert_ref ON alert (engagement_id, source_ref) WHERE deleted_at IS NULL;
CREATE INDEX alert_observable_list ON alert_observable (alert_id, data_type, num) WHERE deleted_at IS NULL;
CREATE INDEX alert_observable_seen ON alert_observable (engagement_id, subject_hash) WHERE deleted_at IS NULL;
CREATE INDEX alert_observable_blob ON alert_observable (blob_id) WHERE blob_id IS NOT NULL;

-- Not shared: what the list is read and counted by; follows from alert, alert_observable and the trash of cases.
CREATE TABLE alert_state (
  num INTEGER PRIMARY KEY,
  alert_id TEXT NOT NULL UNIQUE,
  engagement_id TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('new','updated','imported','ignored')),
  type TEXT NOT NULL,
  source TEXT NOT NULL,
  severity INTEGER NOT NULL,
  is_read INTEGER NOT NULL,
  is_followed INTEGER NOT NULL,
  -- The case that it is in, while that is not in the trash.
  case_id TEXT,
  date INTEGER NOT NULL
) STRICT;
CREATE INDEX alert_state_list ON alert_state (engagement_id, date DESC, alert_id DESC);
CREATE INDEX alert_state_read ON alert_state (engagement_id, is_read, date DESC, alert_id DESC);
CREATE INDEX alert_state_status ON alert_state (engagement_id, status, date DESC, alert_id DESC);
CREATE INDEX alert_state_type ON alert_state (engagement_id, type, date DESC, alert_id DESC);
CREATE INDEX alert_state_source ON alert_state (engagement_id, source, date DESC, alert_id DESC);
CREATE INDEX alert_state_severity ON alert_state (engagement_id, severity, date DESC, alert_id DESC);
CREATE INDEX alert_state_case ON alert_state (case_id) WHERE case_id IS NOT NULL;

CREATE TABLE alert_size (
  alert_id TEXT PRIMARY KEY,
  observables INTEGER NOT NULL,
  iocs INTEGER NOT NULL,
  files INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alert_tag (
  engagement_id TEXT NOT NULL,
  tag TEXT NOT NULL,
  num INTEGER NOT NULL,
  PRIMARY KEY (engagement_id, tag, num)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_tag_num ON alert_tag (num);

CREATE TABLE alert_counter (
  engagement_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (engagement_id, name)
) STRICT, WITHOUT ROWID;

-- The tags that most alerts have, without looking at all of them.
CREATE INDEX alert_counter_tags ON alert_counter (engagement_id, value DESC, name) WHERE name >= 'tag:' AND name < 'tag;';

CREATE VIRTUAL TABLE alert_words USING fts5 (title, body, content='', contentless_delete=1, tokenize='unicode61');

INSERT INTO alert_state (num, alert_id, engagement_id, status, type, source, severity, is_read, is_followed, case_id, date)
  SELECT a.num, a.id, a.engagement_id,
    CASE WHEN a.case_id IS NOT NULL AND c.id IS NULL THEN 'new'
         WHEN a.is_read = 1 THEN iif(c.id IS NULL, 'ignored', 'imported')
         WHEN a.is_updated = 1 THEN 'updated' ELSE 'new' END,
    a.type, a.source, a.severity, a.is_read, a.is_followed, c.id, a.date
  FROM alert a LEFT JOIN case_record c ON c.id = a.case_id AND c.deleted_at IS NULL WHERE a.deleted_at IS NULL;
INSERT INTO alert_tag SELECT DISTINCT a.engagement_id, t.value, a.num
  FROM alert a JOIN alert_state s ON s.num = a.num, json_each(a.tags) t;
INSERT INTO alert_words (rowid, title, body)
  SELECT a.num, a.title, a.description || ' ' || a.type || ' ' || a.source || ' ' || a.source_ref
  FROM alert a JOIN alert_state s ON s.num = a.num;
INSERT INTO alert_counter
  SELECT engagement_id, 'total', count(*) FROM alert_state GROUP BY 1
  UNION ALL SELECT engagement_id, 'unread', count(*) FROM alert_state WHERE status IN ('new','updated') GROUP BY 1
  UNION ALL SELECT engagement_id, 'followed', count(*) FROM alert_state WHERE is_followed = 1 GROUP BY 1
  UNION ALL SELECT engagement_id, 'status:' || status, count(*) FROM alert_state GROUP BY 1, status
  UNION ALL SELECT engagement_id, 'tag:' || tag, count(*) FROM alert_tag GROUP BY 1, tag
  UNION ALL SELECT engagement_id, 'type:' || type, count(*) FROM alert_state GROUP BY 1, type
  UNION ALL SELECT engagement_id, 'source:' || source, count(*) FROM alert_state GROUP BY 1, source
  UNION ALL SELECT engagement_id, 'severity:' || severity, count(*) FROM alert_state GROUP BY 1, severity;

-- shared; where alerts come from
CREATE TABLE alert_source (
  id TEXT PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  name TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('folder','feed')),
  -- Address of a feed; of a folder '' (each machine has its own, below).
  url TEXT NOT NULL,
  -- Column of each field of a CSV file; null where none was chosen.
  mapping TEXT NOT NULL CHECK (json_valid(mapping)),
  tlp TEXT NOT NULL CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  pap TEXT NOT NULL CHECK (pap IN ('clear','green','amber','red')),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  case_template TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX alert_source_list ON alert_source (engagement_id, created_at) WHERE deleted_at IS NULL;

-- Not shared: what this machine does with a source. Nothing is watched or fetched here that was not switched on here.
CREATE TABLE alert_source_here (
  source_id TEXT PRIMARY KEY REFERENCES alert_source (id),
  path TEXT NOT NULL,
  is_on INTEGER NOT NULL CHECK (is_on IN (0,1)),
  every_minutes INTEGER NOT NULL,
  last_run_at INTEGER
) STRICT, WITHOUT ROWID;

-- Not shared: what was read already, so that it is read again only when it changed.
CREATE TABLE alert_source_item (
  source_id TEXT NOT NULL REFERENCES alert_source (id),
  name TEXT NOT NULL,
  stamp TEXT NOT NULL,
  PRIMARY KEY (source_id, name)
) STRICT, WITHOUT ROWID;

-- Not shared: one reading of a source, or of a file that somebody chose.
CREATE TABLE alert_run (
  id TEXT PRIMARY KEY,
  engagement_id TEXT NOT NULL,
  source_id TEXT,
  name TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  items INTEGER NOT NULL,
  skipped INTEGER NOT NULL,
  made INTEGER NOT NULL,
  updated INTEGER NOT NULL,
  unchanged INTEGER NOT NULL,
  observables INTEGER NOT NULL,
  problems INTEGER NOT NULL,
  error TEXT
) STRICT;
CREATE INDEX alert_run_list ON alert_run (engagement_id, started_at DESC, id DESC);
CREATE INDEX alert_run_source ON alert_run (source_id, started_at DESC, id DESC) WHERE source_id IS NOT NULL;

CREATE TABLE alert_run_problem (
  run_id TEXT NOT NULL REFERENCES alert_run (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  item TEXT NOT NULL,
  place TEXT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (run_id, seq)
) STRICT, WITHOUT ROWID;

-- An alert has a key of its own. SQLite cannot widen a check; the children go first, or the cascade would take them.
CREATE TABLE blob_key_0015 (blob_id TEXT NOT NULL, owner TEXT NOT NULL, owner_id TEXT NOT NULL, wrapped BLOB NOT NULL) STRICT;
INSERT INTO blob_key_0015 SELECT blob_id, owner, owner_id, wrapped FROM blob_key;
CREATE TABLE owner_key_0015 (
  owner TEXT NOT NULL CHECK (owner IN ('case','intake','workspace','alert')),
  owner_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (owner, owner_id)
) STRICT, WITHOUT ROWID;
INSERT INTO owner_key_0015 SELECT owner, owner_id, wrapped FROM owner_key;
DROP TABLE blob_key;
DROP TABLE owner_key;
ALTER TABLE owner_key_0015 RENAME TO owner_key;
CREATE TABLE blob_key (
  blob_id TEXT NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (blob_id, owner, owner_id),
  FOREIGN KEY (owner, owner_id) REFERENCES owner_key (owner, owner_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
INSERT INTO blob_key SELECT blob_id, owner, owner_id, wrapped FROM blob_key_0015;
DROP TABLE blob_key_0015;
CREATE INDEX blob_key_owner ON blob_key (owner, owner_id);
`,
};
