import type { Migration } from '../migrate.ts';

/**
 * Responders: the object a job was given, and what it asked to be changed. Alerts and custom fields come with it because
 * responders write to them; their screens come later. Tables marked "shared" are written through sync/synced-store.ts.
 */
export const migration0007: Migration = {
  id: 7,
  name: 'responders',
  sql: /* sql */ `
-- A folder of responders holds descriptors that do not say so themselves.
ALTER TABLE analyzer_source ADD COLUMN kind TEXT NOT NULL DEFAULT 'analyzer' CHECK (kind IN ('analyzer','responder'));

-- Exactly what was shown and confirmed; it is sent as it is.
CREATE TABLE responder_payload (
  job_id TEXT PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
  -- Of one confirmation: asked for again it answers with the same jobs.
  preview_id TEXT NOT NULL,
  object TEXT NOT NULL CHECK (json_valid(object)),
  actor TEXT NOT NULL,
  -- Evidence that goes along, as a list of { evidenceId, name, contentType }.
  attachments TEXT NOT NULL CHECK (json_valid(attachments))
) STRICT, WITHOUT ROWID;
CREATE INDEX responder_payload_preview ON responder_payload (preview_id);

-- What a responder asked for, one row each, in its order. Stored as 'waiting' with the report, then applied one by one.
CREATE TABLE operation (
  id TEXT PRIMARY KEY,
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  type TEXT NOT NULL,
  fields TEXT NOT NULL CHECK (json_valid(fields)),
  status TEXT NOT NULL CHECK (status IN ('waiting','applied','failed','skipped','undone')),
  message TEXT NOT NULL,
  -- What it takes to undo it; null where there is nothing to undo.
  undo TEXT CHECK (undo IS NULL OR json_valid(undo)),
  at INTEGER NOT NULL,
  UNIQUE (job_id, position)
) STRICT;
CREATE INDEX operation_waiting ON operation (id) WHERE status = 'waiting';

-- shared
CREATE TABLE alert (
  id TEXT PRIMARY KEY,
  engagement_id TEXT NOT NULL REFERENCES engagement (id),
  type TEXT NOT NULL,
  source TEXT NOT NULL,
  source_ref TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT NOT NULL,
  severity INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 4),
  date INTEGER NOT NULL,
  tlp TEXT NOT NULL CHECK (tlp IN ('clear','green','amber','amber+strict','red')),
  pap TEXT NOT NULL CHECK (pap IN ('clear','green','amber','red')),
  tags TEXT NOT NULL CHECK (json_valid(tags)),
  is_read INTEGER NOT NULL CHECK (is_read IN (0,1)),
  -- Whether it was changed by its source after it was made.
  is_updated INTEGER NOT NULL CHECK (is_updated IN (0,1)),
  case_id TEXT REFERENCES case_record (id),
  artifacts TEXT NOT NULL CHECK (json_valid(artifacts)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps)),
  UNIQUE (engagement_id, type, source, source_ref)
) STRICT;
CREATE INDEX alert_list ON alert (engagement_id, date DESC, id DESC) WHERE deleted_at IS NULL;

-- shared; what a field is called and holds, for the whole workspace
CREATE TABLE custom_field (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  type TEXT NOT NULL CHECK (type IN ('string','integer','float','boolean','date','url')),
  options TEXT NOT NULL CHECK (json_valid(options)),
  is_mandatory INTEGER NOT NULL CHECK (is_mandatory IN (0,1)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;

-- shared
CREATE TABLE custom_field_value (
  id TEXT PRIMARY KEY,
  owner_type TEXT NOT NULL CHECK (owner_type IN ('case','alert')),
  owner_id TEXT NOT NULL,
  field_id TEXT NOT NULL REFERENCES custom_field (id),
  value TEXT NOT NULL CHECK (json_valid(value)),
  position INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps)),
  UNIQUE (owner_type, owner_id, field_id)
) STRICT;
`,
};
