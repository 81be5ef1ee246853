import type { Migration } from '../migrate.ts';

/**
 * The queue by lanes. `queued` now means "could run at once": what has to wait for anything but a free place is `waiting`,
 * with the time at which it is looked at again in `run_at` (the end of time where only an event can end the wait).
 */
export const migration0004: Migration = {
  id: 4,
  name: 'queue',
  sql: /* sql */ `
-- Asked for anew: never answered from an earlier report, nor made to wait for a twin.
ALTER TABLE job ADD COLUMN is_forced INTEGER NOT NULL DEFAULT 0 CHECK (is_forced IN (0,1));

-- One row for each service, priority and owner (case, else intake) that may have queued jobs. Rows are added by the
-- triggers below, so that no job can be queued without one, and removed by the claim that finds them empty.
CREATE TABLE queue_lane (
  priority INTEGER NOT NULL,
  owner TEXT NOT NULL,
  service TEXT NOT NULL,
  -- When its owner was last served, counted in claims; the lowest is next.
  turn INTEGER NOT NULL,
  PRIMARY KEY (priority, owner, service)
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_lane_turn ON queue_lane (service, priority DESC, turn);

CREATE TRIGGER job_lane_inserted AFTER INSERT ON job
WHEN NEW.status = 'queued' AND NOT EXISTS (
  SELECT 1 FROM queue_lane
  WHERE priority = NEW.priority AND owner = coalesce(NEW.case_id, NEW.intake_id, '') AND service = NEW.service)
BEGIN
  INSERT INTO queue_lane (priority, owner, service, turn)
  VALUES (NEW.priority, coalesce(NEW.case_id, NEW.intake_id, ''), NEW.service, coalesce((
    SELECT max(turn) FROM queue_lane
    WHERE priority = NEW.priority AND owner = coalesce(NEW.case_id, NEW.intake_id, '')), 0));
END;
CREATE TRIGGER job_lane_updated AFTER UPDATE OF status, priority, service, case_id, intake_id ON job
WHEN NEW.status = 'queued' AND NOT EXISTS (
  SELECT 1 FROM queue_lane
  WHERE priority = NEW.priority AND owner = coalesce(NEW.case_id, NEW.intake_id, '') AND service = NEW.service)
BEGIN
  INSERT INTO queue_lane (priority, owner, service, turn)
  VALUES (NEW.priority, coalesce(NEW.case_id, NEW.intake_id, ''), NEW.service, coalesce((
    SELECT max(turn) FROM queue_lane
    WHERE priority = NEW.priority AND owner = coalesce(NEW.case_id, NEW.intake_id, '')), 0));
END;

DROP INDEX job_ready;
CREATE INDEX job_ready ON job (service, priority, coalesce(case_id, intake_id, ''), id) WHERE status = 'queued';
DROP INDEX job_waiting;
CREATE INDEX job_waiting ON job (service, run_at) WHERE status = 'waiting';
-- What was sent to one service; what stays here is most of all jobs and is found by its time.
CREATE INDEX job_service ON job (service, id) WHERE service <> '';
-- The same question under way: what is asked again meanwhile waits for its answer.
CREATE INDEX job_twin ON job (cache_key) WHERE status = 'running';
-- The last two make it enough for the sum of what waits.
CREATE INDEX job_quota ON job (quota_key, engagement_id, quota_units, status) WHERE quota_key IS NOT NULL AND status IN ('queued', 'waiting');
CREATE INDEX job_expiry ON job (expires_at) WHERE expires_at IS NOT NULL AND status IN ('queued', 'waiting');
-- Lists by state merge one range for each state; a case's jobs likewise.
CREATE INDEX job_state ON job (status, id);
DROP INDEX job_case;
CREATE INDEX job_case ON job (case_id, status, id);
CREATE INDEX waiting_reason_kind ON waiting_reason (kind, job_id);
CREATE INDEX job_dependency_needs ON job_dependency (needs_job_id);

-- What the user set for a service ('' is what stays here, '*' is everything): paused, how many at once, when.
CREATE TABLE queue_rule (
  service TEXT PRIMARY KEY,
  paused_at INTEGER,
  at_once INTEGER CHECK (at_once BETWEEN 1 AND 64),
  -- Minutes of the day in the zone of this computer; from after to is over midnight.
  open_from INTEGER CHECK (open_from BETWEEN 0 AND 1439),
  open_to INTEGER CHECK (open_to BETWEEN 0 AND 1439),
  -- Of '*' only: hours after which a job that still waits is cancelled.
  expire_hours INTEGER CHECK (expire_hours BETWEEN 1 AND 8760),
  CHECK ((open_from IS NULL) = (open_to IS NULL))
) STRICT, WITHOUT ROWID;

UPDATE job SET run_at = 8640000000000000 WHERE status = 'waiting';
INSERT INTO queue_lane (priority, owner, service, turn)
  SELECT DISTINCT priority, coalesce(case_id, intake_id, ''), service, 0 FROM job WHERE status = 'queued';
`,
};
