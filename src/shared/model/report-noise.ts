/**
 * Which fields of a report change from run to run without meaning anything: when it was asked, how long it took, how
 * many questions are left, the number of the scan. A difference in them is hidden until somebody asks for it.
 */

/** Words that make a field noise wherever they stand in its name. */
const NOISE_WORDS: ReadonlySet<string> = new Set([
  'timestamp',
  'datetime',
  'elapsed',
  'took',
  'duration',
  'runtime',
  'latency',
  'ttl',
  'nonce',
  'etag',
  'permalink',
  'quota',
  'remaining',
  'credits',
  'ratelimit',
  'cursor',
  'queried',
  'retrieved',
  'fetched',
  'generated',
  'cached',
  'views',
  'visits',
  'requests',
  'queries',
]); // prettier-ignore

/** Words that make it noise only as the last of the name: `scan_date` is, `date_of_registration` is not looked at here. */
const NOISE_ENDINGS: ReadonlySet<string> = new Set([
  'date',
  'time',
  'ts',
  'updated',
  'checked',
  'scanned',
  'age',
  'now',
]);

/** Dates that say something about the thing itself: a domain registered anew is the news of the day. */
const TELLING_WORDS: ReadonlySet<string> = new Set([
  'created',
  'creation',
  'registered',
  'registration',
  'expires',
  'expiry',
  'expiration',
  'issued',
  'revoked',
  'valid',
  'first',
  'before',
  'after',
  'compiled',
  'compile',
  'compilation',
  'signed',
  'signing',
  'birth',
  'sent',
  'received',
]); // prettier-ignore

/** Two words that are noise together: numbers given to a run, not to the thing. */
const NOISE_PAIRS: ReadonlySet<string> = new Set([
  'scan id',
  'request id',
  'req id',
  'query id',
  'task id',
  'job id',
  'analysis id',
  'search id',
  'session id',
  'trace id',
  'correlation id',
  'transaction id',
  'report id',
  'submission id',
  'times submitted',
  'last seen',
  'last update',
  'last modified',
  'last analysis',
  'last check',
  'last scan',
  'last updated',
  'last submission',
  'next update',
  'rate limit',
  'query time',
  'response time',
  'process time',
  'processing time',
  'query count',
  'request count',
  'api calls',
  'updated at',
  'checked at',
  'scanned at',
  'queried at',
  'fetched at',
]); // prettier-ignore

const MAX_NAME = 200;

/** `lastSeen`, `last_seen`, `LAST-SEEN` → `last seen`. */
function wordsOf(name: string): string[] {
  return name
    .slice(0, MAX_NAME)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
}

/** `telling` fields are never noise, whatever their values look like; of `plain` ones the values decide. */
export type FieldNature = 'noise' | 'telling' | 'plain';

export function natureOf(name: string): FieldNature {
  const words = wordsOf(name);
  const last = words.at(-1);
  if (last === undefined) return 'plain';
  if (words.some((word) => TELLING_WORDS.has(word))) return 'telling';
  if (words.some((word) => NOISE_WORDS.has(word)) || NOISE_ENDINGS.has(last)) return 'noise';
  for (let at = 1; at < words.length; at += 1)
    if (NOISE_PAIRS.has(`${words[at - 1]} ${words[at]}`)) {
      // `last_analysis_stats` is what was found, `last_analysis_date` and `last_analysis` when.
      const next = words[at + 1];
      if (next === undefined || NOISE_ENDINGS.has(next)) return 'noise';
    }
  return 'plain';
}

const ISO = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z| ?[+-]\d{2}:?\d{2}| UTC)?)?$/;
const MAIL = /^(?:[A-Z][a-z]{2}, )?\d{1,2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}(?::\d{2})?(?: (?:[+-]\d{4}|GMT|UTC))?$/;

/** Whether a value is a moment, as text; numbers are told by their field's name. */
export const looksLikeMoment = (value: unknown): boolean =>
  typeof value === 'string' && value.length <= 40 && (ISO.test(value) || MAIL.test(value));
