import { offsetAt, offsetText } from './zones.ts';

/** One thing that a zone's name may mean. */
export interface ZoneMeaning {
  /** As stored: an offset or an IANA name. */
  zone: string;
  label: string;
  note?: string;
}

interface Fixed {
  minutes: number;
  /** A place that uses the name for a part of the year; outside of it people often mean the other part. */
  region?: string;
}

const FIXED: Readonly<Record<string, Fixed>> = {
  UTC: { minutes: 0 },
  UT: { minutes: 0 },
  GMT: { minutes: 0 },
  Z: { minutes: 0 },
  WET: { minutes: 0, region: 'Europe/Lisbon' },
  WEST: { minutes: 60, region: 'Europe/Lisbon' },
  CET: { minutes: 60, region: 'Europe/Paris' },
  CEST: { minutes: 120, region: 'Europe/Paris' },
  MEZ: { minutes: 60, region: 'Europe/Berlin' },
  MESZ: { minutes: 120, region: 'Europe/Berlin' },
  EET: { minutes: 120, region: 'Europe/Athens' },
  EEST: { minutes: 180, region: 'Europe/Athens' },
  EDT: { minutes: -240, region: 'America/New_York' },
  MDT: { minutes: -360, region: 'America/Denver' },
  PDT: { minutes: -420, region: 'America/Los_Angeles' },
  AKST: { minutes: -540, region: 'America/Anchorage' },
  AKDT: { minutes: -480, region: 'America/Anchorage' },
  AEST: { minutes: 600 },
  AEDT: { minutes: 660, region: 'Australia/Sydney' },
  ACST: { minutes: 570 },
  ACDT: { minutes: 630, region: 'Australia/Adelaide' },
  AWST: { minutes: 480 },
  NZST: { minutes: 720, region: 'Pacific/Auckland' },
  NZDT: { minutes: 780, region: 'Pacific/Auckland' },
  MSK: { minutes: 180 },
  JST: { minutes: 540 },
  KST: { minutes: 540 },
  HKT: { minutes: 480 },
  SGT: { minutes: 480 },
  PKT: { minutes: 300 },
  WIB: { minutes: 420 },
  SAST: { minutes: 120 },
  CAT: { minutes: 120 },
  EAT: { minutes: 180 },
  WAT: { minutes: 60 },
  BRT: { minutes: -180 },
  HST: { minutes: -600 },
};

/** Names in use in more than one part of the world: never taken for one of them unasked. */
const AMBIGUOUS: Readonly<Record<string, readonly (readonly [minutes: number, words: string])[]>> = {
  EST: [
    [-300, 'Eastern, North America'],
    [600, 'Eastern, Australia'],
  ],
  CST: [
    [-360, 'Central, North America'],
    [480, 'China'],
    [-300, 'Cuba'],
  ],
  CDT: [
    [-300, 'Central summer, North America'],
    [-240, 'Cuba summer'],
  ],
  MST: [
    [-420, 'Mountain, North America'],
    [480, 'Malaysia'],
  ],
  PST: [
    [-480, 'Pacific, North America'],
    [480, 'Philippines'],
  ],
  AST: [
    [-240, 'Atlantic'],
    [180, 'Arabia'],
  ],
  IST: [
    [330, 'India'],
    [60, 'Ireland, summer'],
    [120, 'Israel'],
  ],
  BST: [
    [60, 'Britain, summer'],
    [360, 'Bangladesh'],
  ],
  GST: [
    [240, 'Gulf'],
    [-120, 'South Georgia'],
  ],
  SST: [
    [-660, 'Samoa'],
    [480, 'Singapore'],
  ],
};

/** RFC 5322, 4.3: in a mail these eight mean North America and nothing else. */
const RFC_5322: Readonly<Record<string, number>> = {
  EST: -300,
  EDT: -240,
  CST: -360,
  CDT: -300,
  MST: -420,
  MDT: -360,
  PST: -480,
  PDT: -420,
};

const offsetZone = (minutes: number): string => (minutes === 0 ? 'UTC' : offsetText(minutes * 60_000));

/**
 * What the text of a zone may mean at a wall time (milliseconds, as if UTC). More than one meaning is a question; none
 * is a zone that nobody knows.
 */
export function zoneMeanings(text: string, wall: number, isMail: boolean): ZoneMeaning[] {
  const plain = text.trim();
  const upper = plain.toUpperCase();
  if (plain === '-0000' || plain === '-00:00')
    return [{ zone: 'UTC', label: 'UTC', note: 'Written as -0000: UTC, and the sender’s own zone is not said.' }];
  const shift = /^(?:UTC|GMT)?\s?([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(upper);
  if (shift) {
    const zone = `${shift[1]}${(shift[2] ?? '').padStart(2, '0')}:${shift[3] ?? '00'}`;
    const offset = offsetAt(zone, wall);
    return offset === undefined ? [] : [{ zone: offset === 0 ? 'UTC' : zone, label: zone }];
  }
  const inMail = isMail ? RFC_5322[upper] : undefined;
  if (inMail !== undefined)
    return [
      { zone: offsetZone(inMail), label: upper, note: `${upper} as RFC 5322 defines it: ${offsetZone(inMail)}.` },
    ];
  const several = AMBIGUOUS[upper];
  if (several)
    return several.map(([minutes, words]) => ({
      zone: offsetZone(minutes),
      label: `${upper}: ${words} (${offsetZone(minutes)})`,
    }));
  const fixed = FIXED[upper];
  if (fixed) {
    const meant: ZoneMeaning = {
      zone: offsetZone(fixed.minutes),
      label: fixed.minutes === 0 ? upper : `${upper} (${offsetZone(fixed.minutes)})`,
    };
    const inUse = fixed.region === undefined ? undefined : offsetAt(fixed.region, wall - fixed.minutes * 60_000);
    if (fixed.region === undefined || inUse === undefined || inUse === fixed.minutes * 60_000) return [meant];
    return [
      { zone: fixed.region, label: `${fixed.region}, which was at ${offsetText(inUse)} that day` },
      { ...meant, label: `${upper} to the letter (${offsetZone(fixed.minutes)})` },
    ];
  }
  return plain.includes('/') && offsetAt(plain, wall) !== undefined ? [{ zone: plain, label: plain }] : [];
}
