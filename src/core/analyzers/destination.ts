import type { LoadedFlavor } from './flavor.ts';

/** The name under which what an analyzer sends is grouped, in the sheet, in the policy and in the egress ledger. */
export const destinationOf = ({ name, card }: Pick<LoadedFlavor, 'name' | 'card'>): string =>
  card.hosts.find((host) => host !== '*') ?? `${name}: ${card.hosts.length > 0 ? 'any host' : 'not declared'}`;
