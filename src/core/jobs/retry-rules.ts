import type { JobRow } from '../engine/job-row.ts';

/** Why a finished job is not tried again, or null where the next attempt may do better. */
export type LeftOut = string | null;

/** Ends that say nothing about the question: the same run can come out well another time. */
const BY_CODE: Readonly<Record<string, LeftOut>> = {
  crashed: null,
  timeout: null,
  internal: null,
  spawn_failed: null,
  expired: null,
  'disk.full': null,
  offline: null,
  quota: null,
  bad_output: 'What came back could not be read; it would come back so again',
  output_too_large: 'It writes more than a job may; it would do so again',
  no_output: 'It ended without a report; it would do so again',
  exit_code: 'It ended with an error of its own; look at what it wrote',
  flavor_gone: 'The analyzer is not there any more',
  changed: 'Somebody has to look at a run sheet again first',
};

/** What analyzers say when the service or the way to it was the trouble; matched in the first part of the message. */
const LINK_TROUBLE =
  /\b(?:timed? ?out|connection (?:refused|reset|aborted|error)|max retries exceeded|name resolution|network is unreachable|no route to host|temporar(?:y|ily)|too many requests|rate.?limit|(?:429|502|503|504)\b)/i;
const MESSAGE_LOOKED_AT = 2_000;

/** Whether this job can be tried again, by what it says of its end. */
export function leftOutOfRetry(job: Pick<JobRow, 'kind' | 'status' | 'reason_code' | 'reason_message'>): LeftOut {
  if (job.kind === 'responder') return 'A responder may have acted; run it again from its object';
  switch (job.status) {
    case 'cancelled':
      return null;
    case 'failed':
      break;
    case 'refused':
      return 'The gate refused it; look at a new run sheet';
    case 'done':
      return 'It is done';
    default:
      return 'It has not ended';
  }
  const code = job.reason_code ?? '';
  if (code === 'analyzer_error') {
    return LINK_TROUBLE.test((job.reason_message ?? '').slice(0, MESSAGE_LOOKED_AT))
      ? null
      : 'The analyzer itself said why it failed; it would say so again';
  }
  // `code in` would find what every object has.
  return Object.hasOwn(BY_CODE, code) ? (BY_CODE[code] ?? null) : 'Nobody knows whether it would help';
}
