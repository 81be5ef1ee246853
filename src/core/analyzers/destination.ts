import type { LoadedFlavor } from './flavor.ts';

/** The name under which what an analyzer sends is grouped, in the sheet, in the policy and in the egress ledger. */
export const destinationOf = ({ name, card }: Pick<LoadedFlavor, 'name' | 'card'>): string =>
  card.hosts[0] ?? `${name}: not declared`;
