import type { Finished } from '../engine/runner.ts';
import { readRateHints } from './rate-hints.ts';
import { unpackBody } from '../jobs/reports.repo.ts';

/** A larger report is not looked through: errors are short. */
const MAX_REPORT = 256 * 1024;
/**
 * Without one of these there is nothing for readRateHints to find: names of headers, the status, and words for a refusal.
 * Most reports end here, for a tenth of the time that it takes to parse them.
 */
const MAY_HOLD_HINT = /retry.after|rate.?limit|429|too many requests|quota/i;

/**
 * Adds to the end of a run what it said about limits. A run that failed because the service wanted no more questions has
 * learnt nothing: where it may run again, it does when its budget allows.
 */
export function withHints(result: Finished, now: number, mayRunAgain: boolean): Finished {
  const { end, report } = result;
  const hints = readRateHints(
    {
      message: end.reason?.message ?? '',
      stderr: end.stderr,
      report: report === undefined || report.bodyBytes > MAX_REPORT ? undefined : readFull(report.body),
    },
    now,
  );
  if (hints === undefined) return result;
  return { ...result, hints, retry: result.retry || (mayRunAgain && hints.isRefused && end.status === 'failed') };
}

function readFull(body: Buffer): unknown {
  const json = unpackBody(body);
  // One character a byte: what is looked for is ASCII, and nothing is decoded.
  if (!MAY_HOLD_HINT.test(json.toString('latin1'))) return undefined;
  return (JSON.parse(json.toString('utf8')) as { full?: unknown }).full;
}
