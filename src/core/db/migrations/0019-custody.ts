import type { Migration } from '../migrate.ts';

/** Who had which file of a case, and what was done with it: a chain of hashes for each case. */
export const migration0019: Migration = {
  id: 19,
  name: 'custody',
  sql: /* sql */ `
CREATE TABLE custody (
  case_id TEXT NOT NULL,
  -- 1, 2, 3 … within the case, without gaps.
  position INTEGER NOT NULL,
  evidence_id TEXT NOT NULL,
  sha256 TEXT NOT NULL,
  event TEXT NOT NULL
    CHECK (event IN ('received','accepted','extracted','analysed','sent','exported','trashed','restored')),
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  zone TEXT NOT NULL,
  actor TEXT NOT NULL,
  osmia_version TEXT NOT NULL,
  detail TEXT NOT NULL CHECK (json_valid(detail)),
  -- SHA-256 over the hash before and this entry (docs/guide/custody.md).
  hash TEXT NOT NULL,
  PRIMARY KEY (case_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX custody_evidence ON custody (evidence_id, position);

-- Destroying a case blanks what its entries say; that they were, when, and their hashes stay.
CREATE TRIGGER custody_no_update BEFORE UPDATE ON custody
  WHEN NOT (NEW.name = '' AND NEW.detail = '{}' AND NEW.hash = OLD.hash AND NEW.at = OLD.at
    AND NEW.event = OLD.event AND NEW.case_id = OLD.case_id AND NEW.position = OLD.position)
  BEGIN SELECT RAISE(ABORT, 'the custody log is append-only'); END;
CREATE TRIGGER custody_no_delete BEFORE DELETE ON custody
  BEGIN SELECT RAISE(ABORT, 'the custody log is append-only'); END;
`,
};
