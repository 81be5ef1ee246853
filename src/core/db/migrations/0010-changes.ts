import type { Migration } from '../migrate.ts';

/** Undo and redo read the change log by group, and know which groups were somebody's own gestures. */
export const migration0010: Migration = {
  id: 10,
  name: 'changes',
  sql: /* sql */ `
-- Groups are named by UUIDv7, so new entries go to the end of the index.
CREATE INDEX change_txn ON change (txn_id, seq);

-- Not shared: what somebody did here by one call, in the order of its first change.
CREATE TABLE gesture (
  txn_id TEXT PRIMARY KEY,
  -- Of the first change in it.
  seq INTEGER NOT NULL,
  client TEXT NOT NULL CHECK (client IN ('window','local')),
  kind TEXT NOT NULL CHECK (kind IN ('do','undo','redo')),
  -- The gesture that an undo took back, or the undo that a redo took back.
  of_txn_id TEXT,
  -- The gesture that took this one back.
  undone_by TEXT,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX gesture_last ON gesture (client, seq) WHERE undone_by IS NULL;
`,
};
