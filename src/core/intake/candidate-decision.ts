import type { Finding } from '../ports.ts';

/**
 * [Note: First decision] The rule is short on purpose, so that an analyst can predict it: what names somebody else's
 * machine, address, file or flaw is accepted; everything else, and whatever is marked as private (documentation ranges
 * included), internal, of an unknown suffix, only derived from another value or only read in the strings of a binary,
 * waits for a decision.
 */
const CLEAR_TYPES: ReadonlySet<string> = new Set([
  'ip',
  'domain',
  'fqdn',
  'url',
  'mail',
  'hash',
  'cve',
  'crypto_address',
]);
const NOISY_MARKS: ReadonlySet<string> = new Set(['private', 'internal', 'unknown-suffix', 'derived', 'strings']);

export const firstDecision = (finding: Pick<Finding, 'dataType' | 'marks'>): 'accept' | 'undecided' =>
  CLEAR_TYPES.has(finding.dataType) && !finding.marks.some((mark) => NOISY_MARKS.has(mark)) ? 'accept' : 'undecided';
