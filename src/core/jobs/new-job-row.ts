import type { KnownFlavor } from '../analyzers/analyzers.service.ts';
import { destinationOf } from '../analyzers/destination.ts';
import type { NewJob } from '../engine/job-row.ts';
import type { GateDecision } from './gate.ts';

/** What every new job takes from its flavor, its budget and the gate's answer, whoever it runs for. */
type Common = Pick<
  NewJob,
  | 'flavor_id'
  | 'flavor_name'
  | 'flavor_version'
  | 'service'
  | 'quota_key'
  | 'quota_units'
  | 'expires_at'
  | 'status'
  | 'reason_code'
  | 'reason_message'
  | 'priority'
  | 'run_at'
  | 'is_cached'
  | 'report_id'
  | 'analyzer_sha256'
  | 'osmia_version'
  | 'zone'
  | 'queued_at'
  | 'ended_at'
>;

/** `now` is UTC milliseconds, `zone` the local zone's IANA name. A refused job has ended when it is made. */
export function newJobRow(
  flavor: KnownFlavor,
  cost: { key: string; units: number } | null,
  decision: GateDecision,
  at: { now: number; zone: string; osmiaVersion: string },
): Common {
  const { verdict } = decision;
  return {
    flavor_id: flavor.id,
    flavor_name: flavor.name,
    flavor_version: flavor.version,
    service: flavor.isLocal ? '' : destinationOf(flavor),
    quota_key: cost?.key ?? null,
    quota_units: cost?.units ?? 0,
    expires_at: null,
    status: verdict === 'refuse' ? 'refused' : verdict === 'wait' ? 'waiting' : 'queued',
    reason_code: verdict === 'allow' ? null : decision.code,
    reason_message: verdict === 'allow' ? null : decision.message,
    priority: 0,
    run_at: at.now,
    is_cached: 0,
    report_id: null,
    analyzer_sha256: flavor.sha256,
    osmia_version: at.osmiaVersion,
    zone: at.zone,
    queued_at: at.now,
    ended_at: verdict === 'refuse' ? at.now : null,
  };
}
