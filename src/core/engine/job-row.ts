import type { JobStatus, SandboxLevel } from '../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';

/** A row of `job`, as SQLite has it. */
export interface JobRow {
  id: string;
  flavor_id: string;
  flavor_name: string;
  flavor_version: string;
  engagement_id: string;
  case_id: string | null;
  observable_id: string | null;
  intake_id: string | null;
  data_type: string;
  /** For a file its name. */
  value: string;
  subject_hash: string;
  blob_id: string | null;
  tlp: Tlp;
  pap: Pap;
  /** JSON object. */
  parameters: string;
  cache_key: string;
  kind: 'analyzer' | 'responder';
  /** What limits and pauses count by: the destination, or '' for what stays here. */
  service: string;
  quota_key: string | null;
  quota_units: number;
  /** The typed reason with which somebody overruled the gate. */
  override_reason: string | null;
  /** A responder's object. */
  object_type: string | null;
  object_id: string | null;
  /** A job that still waits then is cancelled. */
  expires_at: number | null;
  /** Asked for anew: neither the cache nor a twin answers it. */
  is_forced: 0 | 1;
  status: JobStatus;
  reason_code: string | null;
  reason_message: string | null;
  priority: number;
  run_at: number;
  attempt: number;
  max_attempts: number;
  lease_until: number | null;
  lease_token: string | null;
  sandbox: SandboxLevel;
  /** JSON list of text. */
  sandbox_notes: string;
  is_cached: number;
  report_id: string | null;
  exit_code: number | null;
  stderr: string;
  analyzer_sha256: string;
  osmia_version: string;
  zone: string;
  queued_at: number;
  started_at: number | null;
  ended_at: number | null;
}

/** What is decided when a job is made; the rest has defaults. */
export type NewJob = Omit<
  JobRow,
  | 'attempt'
  | 'max_attempts'
  | 'lease_until'
  | 'lease_token'
  | 'sandbox'
  | 'sandbox_notes'
  | 'exit_code'
  | 'stderr'
  | 'started_at'
  | 'is_forced'
> &
  Partial<Pick<JobRow, 'is_forced'>>;

/** How a run ended, as it is written to the row. */
export interface JobEnd {
  /** 'unknown': a responder that was ended while it ran. */
  status: 'done' | 'failed' | 'cancelled' | 'unknown';
  reason: { code: string; message: string } | null;
  reportId: string | null;
  exitCode: number | null;
  stderr: string;
  sandbox: SandboxLevel;
  sandboxNotes: string[];
}
