/** What happened: the steps of an attack, then what we did about it. */
export const EVENT_KINDS = [
  'reconnaissance',
  'delivery',
  'execution',
  'persistence',
  'privilege',
  'evasion',
  'credentials',
  'discovery',
  'lateral',
  'collection',
  'command',
  'exfiltration',
  'impact',
  'detection',
  'response',
  'other',
] as const;
export type EventKind = (typeof EVENT_KINDS)[number];

export const EVENT_KIND_WORDS: Readonly<Record<EventKind, string>> = {
  reconnaissance: 'Reconnaissance',
  delivery: 'Delivery',
  execution: 'Execution',
  persistence: 'Persistence',
  privilege: 'Privilege escalation',
  evasion: 'Defence evasion',
  credentials: 'Credential access',
  discovery: 'Discovery',
  lateral: 'Lateral movement',
  collection: 'Collection',
  command: 'Command and control',
  exfiltration: 'Exfiltration',
  impact: 'Impact',
  detection: 'Detection',
  response: 'Response',
  other: 'Other',
};

/** Done by us, or seen in evidence: the two are drawn apart. */
export const isOurs = (kind: EventKind): boolean => kind === 'detection' || kind === 'response';
