import type { Migration } from '../migrate.ts';

/** What may leave: ceilings, services, values that never do. And a ledger that says when somebody overruled the gate. */
export const migration0003: Migration = {
  id: 3,
  name: 'policy',
  sql: /* sql */ `
-- shared
CREATE TABLE policy_rule (
  id TEXT PRIMARY KEY,
  -- NULL: the whole workspace.
  engagement_id TEXT REFERENCES engagement (id),
  kind TEXT NOT NULL CHECK (kind IN ('ceiling','service','never')),
  -- A flavor's id or '' · a host · a pattern.
  target TEXT NOT NULL,
  -- '' · allow, deny, own · domain, network, exact, wildcard, internal.
  variant TEXT NOT NULL,
  max_tlp TEXT CHECK (max_tlp IS NULL OR max_tlp IN ('clear','green','amber','amber+strict','red')),
  max_pap TEXT CHECK (max_pap IS NULL OR max_pap IN ('clear','green','amber','red')),
  note TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;

-- The typed reason, where the gate had said no and somebody overruled it.
ALTER TABLE egress_entry ADD COLUMN override_reason TEXT;
CREATE INDEX egress_entry_destination ON egress_entry (engagement_id, destination, at);
CREATE INDEX egress_entry_all ON egress_entry (at, id);
`,
};
