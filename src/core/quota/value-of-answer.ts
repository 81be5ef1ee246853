/** What is known of a subject before it is asked about. */
export interface Worth {
  dataType: string;
  isIoc: boolean;
  isSighted: boolean;
  marks: readonly string[];
  /** Reports there are on it already. */
  reports: number;
  /** Other cases that have it. */
  cases: number;
}

/** A hash or a URL answers more than an address that thousands share. */
const TYPE_WORTH: Readonly<Record<string, number>> = {
  file: 6,
  hash: 6,
  url: 5,
  fqdn: 4,
  domain: 4,
  mail: 3,
  ip: 3,
};

/**
 * How much an answer is worth, from 0 to 40: what is marked as an indicator, was sighted, has no report yet or turns up in
 * several cases comes first; what a warning list or a private range explains comes last. The order in which a scarce
 * budget is spent.
 */
export function valueOfAnswer(worth: Worth): number {
  const { dataType, isIoc, isSighted, marks, reports, cases } = worth;
  const known = marks.some((mark) =>
    /^(warning|warninglist|private|loopback|reserved|documentation|multicast|link-local)\b/.test(mark),
  );
  const value =
    (TYPE_WORTH[dataType] ?? 1) +
    (isIoc ? 14 : 0) +
    (isSighted ? 6 : 0) +
    (reports === 0 ? 8 : Math.max(0, 4 - reports)) +
    Math.min(6, cases * 2);
  return known ? Math.floor(value / 4) : value;
}
