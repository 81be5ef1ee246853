import type { Migration } from '../migrate.ts';

/** Settings of analyzers in three scopes, where their secrets lie (never what they are), and sets of analyzers. */
export const migration0005: Migration = {
  id: 5,
  name: 'analyzer settings',
  sql: /* sql */ `
-- Where a secret lies. The value is in the keychain, the vault file or memory, never here.
CREATE TABLE secret (
  id TEXT PRIMARY KEY,
  place TEXT NOT NULL CHECK (place IN ('keychain','vault','memory')),
  -- Its name in that place; a new value gets a new one.
  account TEXT NOT NULL UNIQUE,
  -- 0 from before the place is asked to keep it: what a crash left half done is swept.
  is_stored INTEGER NOT NULL CHECK (is_stored IN (0,1)),
  set_at INTEGER NOT NULL,
  tested_at INTEGER,
  test_result TEXT CHECK (test_result IN ('accepted','failed')),
  test_message TEXT NOT NULL DEFAULT ''
) STRICT;

-- Accounts that must be emptied in their place; a keychain may be locked when it is asked to.
CREATE TABLE secret_leftover (
  account TEXT PRIMARY KEY,
  place TEXT NOT NULL CHECK (place IN ('keychain','vault'))
) STRICT, WITHOUT ROWID;

-- Overrides only: a descriptor's own limits are the defaults (reference: cortex.md 1.4).
CREATE TABLE analyzer_setting (
  scope TEXT NOT NULL CHECK (scope IN ('global','base','flavor')),
  -- '' (global), '<source>/<base>' or the full id of a flavor.
  target TEXT NOT NULL,
  -- '' is every engagement.
  engagement_id TEXT NOT NULL DEFAULT '',
  name TEXT NOT NULL,
  value TEXT CHECK (value IS NULL OR json_valid(value)),
  secret_id TEXT REFERENCES secret (id),
  set_at INTEGER NOT NULL,
  CHECK ((value IS NULL) <> (secret_id IS NULL)),
  PRIMARY KEY (scope, target, engagement_id, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX analyzer_setting_secret ON analyzer_setting (secret_id) WHERE secret_id IS NOT NULL;
INSERT INTO analyzer_setting (scope, target, name, value, set_at)
  SELECT 'flavor', flavor_id, name, value, 0 FROM flavor_setting;
DROP TABLE flavor_setting;

-- What the user says of a setting against what its name suggests.
CREATE TABLE setting_mark (
  scope TEXT NOT NULL CHECK (scope IN ('base','flavor')),
  target TEXT NOT NULL,
  name TEXT NOT NULL,
  is_secret INTEGER NOT NULL CHECK (is_secret IN (0,1)),
  PRIMARY KEY (scope, target, name)
) STRICT, WITHOUT ROWID;

-- Of every flavor that has settings of its own: they outlive it, and a later version looks for them.
CREATE TABLE setting_flavor (
  flavor_id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  base TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX setting_flavor_name ON setting_flavor (source, name);

-- A version of a flavor that took over the settings of an earlier one, and what became of them.
CREATE TABLE setting_carry (
  flavor_id TEXT PRIMARY KEY,
  from_id TEXT NOT NULL,
  from_version TEXT NOT NULL,
  taken TEXT NOT NULL CHECK (json_valid(taken)),
  left_out TEXT NOT NULL CHECK (json_valid(left_out)),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- shared
CREATE TABLE analyzer_set (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  description TEXT NOT NULL,
  members TEXT NOT NULL CHECK (json_valid(members)),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER,
  stamps TEXT NOT NULL CHECK (json_valid(stamps))
) STRICT;
CREATE INDEX analyzer_set_list ON analyzer_set (name, id) WHERE deleted_at IS NULL;
`,
};
