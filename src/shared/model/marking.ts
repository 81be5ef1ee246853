import { z } from 'zod';

/** TLP 2.0 (FIRST). Stored as a label; a number exists only at a boundary (DESIGN.md 2). Least strict first. */
export const TLP_LABELS = ['clear', 'green', 'amber', 'amber+strict', 'red'] as const;
export const Tlp = z.enum(TLP_LABELS);
export type Tlp = z.infer<typeof Tlp>;

export const PAP_LABELS = ['clear', 'green', 'amber', 'red'] as const;
export const Pap = z.enum(PAP_LABELS);
export type Pap = z.infer<typeof Pap>;

export const tlpRank = (tlp: Tlp): number => TLP_LABELS.indexOf(tlp);
export const papRank = (pap: Pap): number => PAP_LABELS.indexOf(pap);

export const stricterTlp = (a: Tlp, b: Tlp): Tlp => (tlpRank(a) >= tlpRank(b) ? a : b);
export const stricterPap = (a: Pap, b: Pap): Pap => (papRank(a) >= papRank(b) ? a : b);

/**
 * The 0–3 scale of TheHive up to 5.1 and of every Cortex: 3 is red there. amber+strict must go up to 3, never down to
 * 2, or a consumer would share what it may not (reference: thehive.md 1.1, the disclosure hazard).
 */
export function tlpToNumber(tlp: Tlp): 0 | 1 | 2 | 3 {
  switch (tlp) {
    case 'clear':
      return 0;
    case 'green':
      return 1;
    case 'amber':
      return 2;
    case 'amber+strict':
    case 'red':
      return 3;
  }
}

export function papToNumber(pap: Pap): 0 | 1 | 2 | 3 {
  return papRank(pap) as 0 | 1 | 2 | 3;
}

/** A number from a 0–3 consumer. Out of range is undefined: the caller must not guess. */
export function tlpFromNumber(value: number): Tlp | undefined {
  return value === 0 ? 'clear' : value === 1 ? 'green' : value === 2 ? 'amber' : value === 3 ? 'red' : undefined;
}

export const papFromNumber = (value: number): Pap | undefined => PAP_LABELS[value];
