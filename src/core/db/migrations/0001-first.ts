import type { Migration } from '../migrate.ts';

/**
 * The whole of DESIGN.md 4. Ids are UUIDv7 text, times UTC milliseconds, labels text. Shared tables (marked) are
 * written through sync/synced-store.ts only: `stamps` holds one HLC stamp a field, `deleted_at` is the trash.
 */
export const migration0001: Migration = {
  id: 1,
  name: 'first',
  sql: /* sql */ `
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

-- The change log: undo, history, trash, un-merge, custody and later sync all read it.
CREATE TABLE change (
  -- Rows are never deleted, so a number cannot come back; AUTOINCREMENT would cost a page in every commit.
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  txn_id TEXT NOT NULL,
  entity TEXT NOT NULL,
  row_id TEXT NOT NULL,
  before TEXT CHECK (before IS NULL OR json_valid(before)),
  after TEXT CHECK (after IS NULL OR json_valid(after)),
  stamp TEXT NOT NULL,
  device TEXT NOT NULL,
  actor TEXT NOT NULL,
  reason TEXT NOT NULL DEFAULT '',
  engagement_id TEXT,
  case_id TEXT,
  at INTEGER NOT NULL,
  -- A purge blanks before and after; the hash stays.
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX change_row ON change (entity, row_id, seq);
CREATE INDEX change_case ON change (case_id, seq) WHERE case_id IS NOT NULL;

-- shared
CREATE TABLE engagement (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  tlp TEXT NOT NULL CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  pap TEXT NOT NULL CHECK (pap IN ('clear','green','amber','red')),
  is_offline INTEGER NOT NULL CHECK (is_offline IN (0,1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;

-- shared
CREATE TABLE case_record (
  id TEXT PRIMARY KEY,
  number INTEGER NOT NULL UNIQUE,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  severity INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 4),
  status TEXT NOT NULL CHECK (status IN ('open','in_progress','resolved','duplicated')),
  tlp TEXT NOT NULL CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  pap TEXT NOT NULL CHECK (pap IN ('clear','green','amber','red')),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  is_flagged INTEGER NOT NULL CHECK (is_flagged IN (0,1)),
  assignee TEXT NOT NULL,
  summary TEXT NOT NULL DEFAULT '',
  resolution TEXT,
  impact TEXT,
  start_at INTEGER NOT NULL,
  end_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX case_record_list ON case_record (engagement_id, start_at DESC, id DESC) WHERE deleted_at IS NULL;

-- The data key of a case or an intake, wrapped by the workspace key. Destroying a case destroys this row.
CREATE TABLE owner_key (
  owner TEXT NOT NULL CHECK (owner IN ('case','intake','workspace')),
  owner_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (owner, owner_id)
) STRICT, WITHOUT ROWID;

-- A stored file. The name on disk is an HMAC of the SHA-256, so a folder listing tells nothing.
CREATE TABLE blob (
  id TEXT PRIMARY KEY,
  sha256 TEXT NOT NULL UNIQUE,
  sha1 TEXT NOT NULL,
  md5 TEXT NOT NULL,
  size INTEGER NOT NULL,
  file_name TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;
-- A hash somebody typed finds the file that has it.
CREATE INDEX blob_md5 ON blob (md5);
CREATE INDEX blob_sha1 ON blob (sha1);

-- The blob's own data key, wrapped by the key of each owner that holds it.
CREATE TABLE blob_key (
  blob_id TEXT NOT NULL REFERENCES blob (id) ON DELETE CASCADE,
  owner TEXT NOT NULL,
  owner_id TEXT NOT NULL,
  wrapped BLOB NOT NULL,
  PRIMARY KEY (blob_id, owner, owner_id),
  FOREIGN KEY (owner, owner_id) REFERENCES owner_key (owner, owner_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_key_owner ON blob_key (owner, owner_id);

CREATE TABLE intake (
  id TEXT PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  name TEXT NOT NULL,
  origin TEXT NOT NULL CHECK (origin IN ('file','text','image')),
  state TEXT NOT NULL CHECK (state IN ('receiving','inspecting','ready','failed','accepted')),
  blob_id TEXT REFERENCES blob (id),
  sha256 TEXT NOT NULL DEFAULT '',
  media_type TEXT NOT NULL DEFAULT '',
  type_label TEXT NOT NULL DEFAULT '',
  tree TEXT CHECK (tree IS NULL OR json_valid(tree)),
  coverage TEXT CHECK (coverage IS NULL OR json_valid(coverage)),
  inspect_ms INTEGER,
  error TEXT,
  case_id TEXT REFERENCES case_record (id),
  received_at INTEGER NOT NULL,
  zone TEXT NOT NULL
) STRICT;
CREATE INDEX intake_list ON intake (engagement_id, received_at DESC);
CREATE INDEX intake_sha256 ON intake (sha256) WHERE sha256 <> '';

CREATE TABLE candidate (
  intake_id TEXT NOT NULL REFERENCES intake (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  data_type TEXT NOT NULL,
  value TEXT NOT NULL,
  places TEXT NOT NULL CHECK (json_valid(places)),
  marks TEXT NOT NULL CHECK (json_valid(marks)),
  decision TEXT NOT NULL CHECK (decision IN ('undecided','accept','skip','rejected')),
  reason TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (intake_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX candidate_decision ON candidate (intake_id, decision);

-- shared
CREATE TABLE observable (
  -- What observable_words names it by: a rowid without a column of its own may change in a VACUUM (a backup is one).
  num INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  data_type TEXT NOT NULL,
  value TEXT NOT NULL,
  -- SHA-256 hex: of the file, or of the value; what correlates and what the cache asks for.
  subject_hash TEXT NOT NULL,
  evidence_id TEXT,
  tlp TEXT NOT NULL CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  pap TEXT NOT NULL CHECK (pap IN ('clear','green','amber','red')),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  marks TEXT NOT NULL CHECK (json_valid(marks)),
  is_ioc INTEGER NOT NULL CHECK (is_ioc IN (0,1)),
  is_sighted INTEGER NOT NULL CHECK (is_sighted IN (0,1)),
  ignore_similarity INTEGER NOT NULL DEFAULT 0 CHECK (ignore_similarity IN (0,1)),
  message TEXT NOT NULL,
  places TEXT NOT NULL CHECK (json_valid(places)),
  source_job_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE UNIQUE INDEX observable_unique ON observable (case_id, data_type, subject_hash);
CREATE INDEX observable_seen ON observable (engagement_id, subject_hash);
CREATE INDEX observable_list ON observable (case_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX observable_engagement_list ON observable (engagement_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;

-- Words of values and messages. Fed by observables.repo.ts in the same transaction, never by a trigger.
CREATE VIRTUAL TABLE observable_words USING fts5 (value, message, content='', contentless_delete=1, tokenize='unicode61');

-- Not shared: follows from the reports. The newest report of each flavor on an observable.
CREATE TABLE observable_report (
  observable_id TEXT NOT NULL REFERENCES observable (id) ON DELETE CASCADE,
  flavor_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  level TEXT,
  taxonomies TEXT NOT NULL CHECK (json_valid(taxonomies)),
  reported_at INTEGER NOT NULL,
  PRIMARY KEY (observable_id, flavor_id)
) STRICT, WITHOUT ROWID;

-- Not shared: the worst level over observable_report, so that a list can be filtered by it.
CREATE TABLE observable_verdict (
  observable_id TEXT PRIMARY KEY REFERENCES observable (id) ON DELETE CASCADE,
  case_id TEXT NOT NULL,
  level TEXT NOT NULL CHECK (level IN ('info','safe','suspicious','malicious')),
  analysed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX observable_verdict_level ON observable_verdict (case_id, level);

-- Not shared: counters kept in the transaction that changes them; no list ever counts rows.
CREATE TABLE case_counter (
  case_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value INTEGER NOT NULL,
  PRIMARY KEY (case_id, name)
) STRICT, WITHOUT ROWID;

-- shared
CREATE TABLE evidence (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  blob_id TEXT NOT NULL REFERENCES blob (id),
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  type_label TEXT NOT NULL,
  added_at INTEGER NOT NULL,
  zone TEXT NOT NULL,
  osmia_version TEXT NOT NULL,
  intake_id TEXT,
  source_job_id TEXT,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX evidence_case ON evidence (case_id, added_at) WHERE deleted_at IS NULL;

-- shared
CREATE TABLE task (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  task_group TEXT NOT NULL,
  status TEXT NOT NULL CHECK (status IN ('waiting','in_progress','completed','cancelled')),
  assignee TEXT NOT NULL,
  position INTEGER NOT NULL,
  is_mandatory INTEGER NOT NULL CHECK (is_mandatory IN (0,1)),
  start_at INTEGER,
  end_at INTEGER,
  due_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX task_case ON task (case_id, position) WHERE deleted_at IS NULL;

-- shared
CREATE TABLE note (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  task_id TEXT REFERENCES task (id),
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX note_case ON note (case_id, created_at) WHERE deleted_at IS NULL;

-- shared; a picture pasted into a note
CREATE TABLE note_image (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL REFERENCES case_record (id),
  blob_id TEXT NOT NULL REFERENCES blob (id),
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;

-- Not shared: what somebody was typing here.
CREATE TABLE draft (
  case_id TEXT NOT NULL,
  note_id TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (case_id, note_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE analyzer_source (
  name TEXT PRIMARY KEY,
  path TEXT NOT NULL UNIQUE,
  added_at INTEGER NOT NULL
) STRICT;

-- Overrides only: a descriptor's own limits are the defaults (reference: cortex.md 1.4).
CREATE TABLE flavor_setting (
  flavor_id TEXT NOT NULL,
  name TEXT NOT NULL,
  value TEXT NOT NULL CHECK (json_valid(value)),
  PRIMARY KEY (flavor_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  flavor_id TEXT NOT NULL,
  flavor_name TEXT NOT NULL,
  flavor_version TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  case_id TEXT,
  observable_id TEXT,
  intake_id TEXT,
  data_type TEXT NOT NULL,
  value TEXT NOT NULL,
  subject_hash TEXT NOT NULL,
  blob_id TEXT,
  tlp TEXT NOT NULL,
  pap TEXT NOT NULL,
  parameters TEXT NOT NULL CHECK (json_valid(parameters)),
  cache_key TEXT NOT NULL,
  kind TEXT NOT NULL DEFAULT 'analyzer' CHECK (kind IN ('analyzer','responder')),
  -- What limits and pauses count by: the destination, or '' for what stays here.
  service TEXT NOT NULL DEFAULT '',
  -- Whose budget it uses, and how much of it.
  quota_key TEXT,
  quota_units INTEGER NOT NULL DEFAULT 0,
  -- The typed reason with which somebody overruled the gate.
  override_reason TEXT,
  -- A responder's object: what it was triggered on.
  object_type TEXT,
  object_id TEXT,
  -- After this a job that still waits is cancelled.
  expires_at INTEGER,
  -- 'unknown': a responder that may have acted when Osmia ended; it is never run again by itself.
  status TEXT NOT NULL CHECK (status IN ('queued','waiting','running','done','failed','refused','cancelled','unknown')),
  reason_code TEXT,
  reason_message TEXT,
  priority INTEGER NOT NULL DEFAULT 0,
  run_at INTEGER NOT NULL,
  attempt INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL DEFAULT 2,
  lease_until INTEGER,
  lease_token TEXT,
  sandbox TEXT NOT NULL DEFAULT 'none' CHECK (sandbox IN ('isolated','limited','none')),
  sandbox_notes TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(sandbox_notes)),
  is_cached INTEGER NOT NULL DEFAULT 0 CHECK (is_cached IN (0,1)),
  report_id TEXT REFERENCES report (id),
  exit_code INTEGER,
  stderr TEXT NOT NULL DEFAULT '',
  analyzer_sha256 TEXT NOT NULL,
  osmia_version TEXT NOT NULL,
  zone TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER
) STRICT;
CREATE INDEX job_ready ON job (priority DESC, run_at, id) WHERE status = 'queued';
CREATE INDEX job_running ON job (lease_until) WHERE status = 'running';
CREATE INDEX job_waiting ON job (run_at) WHERE status = 'waiting';
CREATE INDEX job_case ON job (case_id, id DESC);
CREATE INDEX job_observable ON job (observable_id, id DESC) WHERE observable_id IS NOT NULL;
CREATE INDEX job_intake ON job (intake_id, id DESC) WHERE intake_id IS NOT NULL;
CREATE INDEX job_subject ON job (engagement_id, subject_hash, id DESC);
CREATE INDEX job_object ON job (object_id, id DESC) WHERE object_id IS NOT NULL;
CREATE INDEX job_cache ON job (cache_key, ended_at DESC) WHERE status = 'done';

CREATE TABLE job_dependency (
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  needs_job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  PRIMARY KEY (job_id, needs_job_id)
) STRICT, WITHOUT ROWID;

-- Every reason a job waits for at this moment: slot, link, quota, time, dependency.
CREATE TABLE waiting_reason (
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  kind TEXT NOT NULL CHECK (kind IN ('slot','link','quota','time','dependency')),
  detail TEXT NOT NULL,
  until INTEGER,
  since INTEGER NOT NULL,
  PRIMARY KEY (job_id, kind)
) STRICT, WITHOUT ROWID;

-- One row a decision, stored in the transaction that queues (or refuses) the job.
CREATE TABLE gate_decision (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  verdict TEXT NOT NULL CHECK (verdict IN ('allow','wait','refuse')),
  code TEXT NOT NULL,
  message TEXT NOT NULL,
  facts TEXT NOT NULL CHECK (json_valid(facts)),
  override_reason TEXT,
  at INTEGER NOT NULL
) STRICT;
CREATE INDEX gate_decision_job ON gate_decision (job_id, at);

-- Immutable. The body is compressed JSON; it may be large.
CREATE TABLE report (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL,
  flavor_id TEXT NOT NULL,
  level TEXT,
  taxonomies TEXT NOT NULL CHECK (json_valid(taxonomies)),
  body BLOB NOT NULL,
  body_bytes INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- File artifacts of a report: the bytes are blobs sealed for the owner of the job.
CREATE TABLE report_file (
  report_id TEXT NOT NULL REFERENCES report (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  blob_id TEXT NOT NULL REFERENCES blob (id),
  PRIMARY KEY (report_id, position)
) STRICT, WITHOUT ROWID;

-- Quota: one budget a key and window; append-only ledger of reserve, settle, release.
CREATE TABLE quota_budget (
  id TEXT PRIMARY KEY,
  key_name TEXT NOT NULL,
  window TEXT NOT NULL CHECK (window IN ('minute','hour','day','month')),
  is_calendar INTEGER NOT NULL CHECK (is_calendar IN (0,1)),
  zone TEXT NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0),
  UNIQUE (key_name, window, is_calendar)
) STRICT;
CREATE TABLE quota_entry (
  id TEXT PRIMARY KEY,
  key_name TEXT NOT NULL,
  job_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('reserve','settle','release','learned')),
  units INTEGER NOT NULL,
  at INTEGER NOT NULL,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX quota_entry_key ON quota_entry (key_name, at);
CREATE INDEX quota_entry_job ON quota_entry (job_id);

-- Append-only: everything that was sent.
CREATE TABLE egress_entry (
  id TEXT PRIMARY KEY,
  job_id TEXT,
  engagement_id TEXT NOT NULL,
  case_id TEXT,
  flavor_id TEXT NOT NULL,
  destination TEXT NOT NULL,
  hosts TEXT NOT NULL CHECK (json_valid(hosts)),
  data_type TEXT NOT NULL,
  value TEXT NOT NULL,
  subject_hash TEXT NOT NULL,
  what TEXT NOT NULL,
  bytes INTEGER,
  tlp TEXT NOT NULL,
  pap TEXT NOT NULL,
  at INTEGER NOT NULL,
  zone TEXT NOT NULL
) STRICT;
CREATE INDEX egress_entry_at ON egress_entry (engagement_id, at);
CREATE INDEX egress_entry_subject ON egress_entry (subject_hash);
CREATE TRIGGER egress_entry_no_update BEFORE UPDATE ON egress_entry BEGIN SELECT RAISE(ABORT, 'the egress ledger is append-only'); END;
CREATE TRIGGER quota_entry_no_update BEFORE UPDATE ON quota_entry BEGIN SELECT RAISE(ABORT, 'the quota ledger is append-only'); END;
CREATE TRIGGER report_no_update BEFORE UPDATE ON report BEGIN SELECT RAISE(ABORT, 'a report is immutable'); END;

-- What keeps is said of a destroyed case: that it was, when, by whom; never what was in it.
CREATE TABLE deletion_record (
  id TEXT PRIMARY KEY,
  entity TEXT NOT NULL,
  row_id TEXT NOT NULL,
  label TEXT NOT NULL,
  hashes TEXT NOT NULL CHECK (json_valid(hashes)),
  actor TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT;
`,
};
