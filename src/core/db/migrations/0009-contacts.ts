import type { Migration } from '../migrate.ts';

/** Which hosts a run really asked the filtering proxy for, beside what its card says it contacts. */
export const migration0009: Migration = {
  id: 9,
  name: 'contacts',
  sql: /* sql */ `
CREATE TABLE egress_contact (
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  host TEXT NOT NULL,
  -- 0 stands for all hosts beyond those that are listed one by one.
  port INTEGER NOT NULL,
  -- Connections and requests.
  allowed INTEGER NOT NULL,
  refused INTEGER NOT NULL,
  bytes_sent INTEGER NOT NULL,
  bytes_received INTEGER NOT NULL,
  -- Why the last refused one was.
  reason TEXT,
  at INTEGER NOT NULL,
  PRIMARY KEY (job_id, host, port)
) STRICT, WITHOUT ROWID;
CREATE INDEX egress_contact_host ON egress_contact (host, at DESC);
`,
};
