import { createContext, useContext } from 'react';
import { defangProse, type KnownHosts, NO_HOSTS } from './value-guess.ts';

export const KnownHostsContext = createContext<KnownHosts>(NO_HOSTS);

/** Defangs prose with the hosts that the report around it names. */
export function useDefangProse(): (text: string) => string {
  const known = useContext(KnownHostsContext);
  return (text) => defangProse(text, known);
}
