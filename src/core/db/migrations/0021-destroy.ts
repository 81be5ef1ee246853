import type { Migration } from '../migrate.ts';

/** Destroying a case: which one is under way, and the look-ups without which each deleted row would read a whole table. */
export const migration0021: Migration = {
  id: 21,
  name: 'destroy',
  sql: /* sql */ `
-- A destruction that was begun: it is finished by the next call or the next start, and cannot be called off.
CREATE TABLE destroying (
  case_id TEXT PRIMARY KEY,
  number INTEGER NOT NULL,
  engagement_id TEXT NOT NULL,
  actor TEXT NOT NULL,
  -- SHA-256 of the files of evidence, for the record that stays.
  hashes TEXT NOT NULL CHECK (json_valid(hashes)),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX job_report ON job (report_id) WHERE report_id IS NOT NULL;
CREATE INDEX intake_case ON intake (case_id) WHERE case_id IS NOT NULL;
CREATE INDEX intake_blob ON intake (blob_id) WHERE blob_id IS NOT NULL;
CREATE INDEX report_file_blob ON report_file (blob_id);
CREATE INDEX note_image_case ON note_image (case_id);
CREATE INDEX note_image_blob ON note_image (blob_id);
CREATE INDEX note_of_task ON note (task_id) WHERE task_id IS NOT NULL;
`,
};
