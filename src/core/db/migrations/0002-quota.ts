import type { Migration } from '../migrate.ts';

/**
 * The quota ledger. Its time is the tick: milliseconds that passed, whatever the clock of the computer says
 * (quota/steady-time.ts). A window's use is the difference of two running totals, so no counter is ever set back.
 */
export const migration0002: Migration = {
  id: 2,
  name: 'quota',
  sql: /* sql */ `
DROP TABLE quota_entry;
DROP TABLE quota_budget;

-- What calls are counted against: one key at one service, shared by all flavors that use it.
CREATE TABLE quota_key (
  name TEXT PRIMARY KEY,
  -- After the service said "too many": nobody asks before this tick.
  blocked_tick INTEGER,
  blocked_reason TEXT NOT NULL DEFAULT '',
  -- Refusals in a row that named no time, and when the last was; each makes the next wait longer.
  refusals INTEGER NOT NULL DEFAULT 0,
  refused_tick INTEGER
) STRICT, WITHOUT ROWID;

-- All windows of a key hold at once.
CREATE TABLE quota_budget (
  key_name TEXT NOT NULL,
  window TEXT NOT NULL CHECK (window IN ('minute','hour','day','month')),
  is_calendar INTEGER NOT NULL CHECK (is_calendar IN (0,1)),
  zone TEXT NOT NULL,
  units INTEGER NOT NULL CHECK (units >= 0),
  -- Who says so: the card, the user, or the service itself. What the user set is not changed by the others.
  origin TEXT NOT NULL CHECK (origin IN ('card','user','service')),
  PRIMARY KEY (key_name, window)
) STRICT, WITHOUT ROWID;

-- Of each window of the key, an engagement may use at most this share.
CREATE TABLE quota_share (
  key_name TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  percent INTEGER NOT NULL CHECK (percent BETWEEN 0 AND 100),
  PRIMARY KEY (key_name, engagement_id)
) STRICT, WITHOUT ROWID;

-- An engagement with a key of its own at a service: its calls count against another budget.
CREATE TABLE quota_assignment (
  service_key TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  key_name TEXT NOT NULL,
  PRIMARY KEY (service_key, engagement_id)
) STRICT, WITHOUT ROWID;

-- Reservations that are neither settled nor released.
CREATE TABLE quota_hold (
  job_id TEXT PRIMARY KEY,
  key_name TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  units INTEGER NOT NULL,
  -- Its entry in the ledger.
  seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Append-only. The four totals are those after the entry: spent and held, of the key and of the engagement on it.
CREATE TABLE quota_entry (
  seq INTEGER PRIMARY KEY,
  key_name TEXT NOT NULL,
  engagement_id TEXT NOT NULL,
  job_id TEXT,
  kind TEXT NOT NULL CHECK (kind IN ('reserve','settle','release','learned')),
  -- Of 'learned' only: the window whose count it corrects.
  window TEXT CHECK (window IN ('minute','hour','day','month')),
  units INTEGER NOT NULL CHECK (units >= 0),
  at INTEGER NOT NULL,
  tick INTEGER NOT NULL,
  spent INTEGER NOT NULL,
  held INTEGER NOT NULL,
  own_spent INTEGER NOT NULL,
  own_held INTEGER NOT NULL,
  detail TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX quota_entry_key ON quota_entry (key_name, tick);
CREATE INDEX quota_entry_own ON quota_entry (engagement_id, key_name, tick);
CREATE INDEX quota_entry_learned ON quota_entry (key_name, window, tick) WHERE kind = 'learned';
CREATE TRIGGER quota_entry_no_update BEFORE UPDATE ON quota_entry BEGIN SELECT RAISE(ABORT, 'the quota ledger is append-only'); END;
CREATE TRIGGER quota_entry_no_delete BEFORE DELETE ON quota_entry BEGIN SELECT RAISE(ABORT, 'the quota ledger is append-only'); END;

-- Where the ticks stood when the clock of the computer was last believed.
CREATE TABLE quota_time (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  tick INTEGER NOT NULL,
  wall INTEGER NOT NULL,
  boot TEXT NOT NULL,
  uptime INTEGER NOT NULL,
  -- When the clock last jumped; null when it never did.
  jumped_tick INTEGER
) STRICT;
`,
};
