import type { Migration } from '../migrate.ts';

/** What each report rests on, so that a verdict can be told to be stale, and the way to earlier runs of the same question. */
export const migration0008: Migration = {
  id: 8,
  name: 'history',
  sql: /* sql */ `
-- One row for each state of an analyzer that gave a report: few, however many reports there are.
CREATE TABLE report_basis (
  id INTEGER PRIMARY KEY,
  flavor_id TEXT NOT NULL,
  flavor_name TEXT NOT NULL,
  version TEXT NOT NULL,
  -- SHA-256 of the analyzer's file.
  file TEXT NOT NULL,
  -- Marks that say "the same as then" or "another"; short, so that nothing can be worked out from them.
  settings TEXT NOT NULL,
  key TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  UNIQUE (flavor_id, version, file, settings, key)
) STRICT;

ALTER TABLE report ADD COLUMN basis_id INTEGER REFERENCES report_basis (id);
ALTER TABLE observable_report ADD COLUMN basis_id INTEGER;

-- Runs that made a report of their own, of one thing by one analyzer, the newest first.
CREATE INDEX job_history ON job (engagement_id, subject_hash, flavor_name, ended_at DESC)
  WHERE status = 'done' AND is_cached = 0 AND kind = 'analyzer';
`,
};
