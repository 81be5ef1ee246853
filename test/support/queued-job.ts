import { v7 as uuidv7 } from 'uuid';
import type { NewJob } from '../../src/core/engine/job-row.ts';
import type { GateDecision } from '../../src/core/jobs/gate.ts';

/** A job as the gate lets it into the queue; nothing of it has to exist. */
export function queuedJob(more: Partial<NewJob> = {}): NewJob {
  return {
    id: uuidv7(),
    flavor_id: 'kit/Ok_1_0',
    flavor_name: 'Ok',
    flavor_version: '1.0',
    engagement_id: 'e',
    case_id: null,
    observable_id: null,
    intake_id: null,
    data_type: 'other',
    value: 'x',
    subject_hash: 'h',
    blob_id: null,
    tlp: 'amber',
    pap: 'amber',
    parameters: '{}',
    cache_key: 'k',
    kind: 'analyzer',
    service: '',
    quota_key: null,
    quota_units: 0,
    override_reason: null,
    object_type: null,
    object_id: null,
    expires_at: null,
    status: 'queued',
    reason_code: null,
    reason_message: null,
    priority: 0,
    run_at: 0,
    is_cached: 0,
    report_id: null,
    analyzer_sha256: '',
    osmia_version: '0.0.0-test',
    zone: 'UTC',
    queued_at: 0,
    ended_at: null,
    ...more,
  };
}

/** The gate's yes, as far as the queue stores it. */
export const yes = { verdict: 'allow', code: 'allowed', message: 'Allowed.', instead: null, facts: {} } as GateDecision;
