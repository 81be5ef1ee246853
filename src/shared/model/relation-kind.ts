/**
 * How one observable of a case relates to another. Each is read from the first to the second; `inverse` is the same
 * relation read from the other side.
 */
export const RELATION_KINDS = [
  'related-to',
  'resolves-to',
  'downloaded-from',
  'drops',
  'contains',
  'communicates-with',
  'sent-by',
  'redirects-to',
  'hosted-on',
  'registered-by',
  'variant-of',
  'exploits',
] as const;
export type RelationKind = (typeof RELATION_KINDS)[number];

const WORDS: Readonly<Record<RelationKind, { forward: string; inverse: string }>> = {
  'related-to': { forward: 'related to', inverse: 'related to' },
  'resolves-to': { forward: 'resolves to', inverse: 'is resolved from' },
  'downloaded-from': { forward: 'downloaded from', inverse: 'serves' },
  drops: { forward: 'drops', inverse: 'dropped by' },
  contains: { forward: 'contains', inverse: 'contained in' },
  'communicates-with': { forward: 'communicates with', inverse: 'is contacted by' },
  'sent-by': { forward: 'sent by', inverse: 'sent' },
  'redirects-to': { forward: 'redirects to', inverse: 'redirected to by' },
  'hosted-on': { forward: 'hosted on', inverse: 'hosts' },
  'registered-by': { forward: 'registered by', inverse: 'registered' },
  'variant-of': { forward: 'variant of', inverse: 'variant of' },
  exploits: { forward: 'exploits', inverse: 'exploited by' },
};

/** The relation in words, as read from the observable that is looked at. */
export const relationWords = (kind: RelationKind, direction: 'from' | 'to'): string =>
  direction === 'from' ? WORDS[kind].forward : WORDS[kind].inverse;

/** Whether it says the same from both sides. */
export const isSymmetric = (kind: RelationKind): boolean => WORDS[kind].forward === WORDS[kind].inverse;
