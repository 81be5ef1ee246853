import type { ConfigItem, ConfigItemType, LoadedFlavor } from './flavor.ts';

const item = (name: string, type: ConfigItemType, description: string): ConfigItem => ({
  name,
  type,
  description,
  isMulti: false,
  isRequired: false,
  defaultValue: undefined,
});

/** What may be set for all analyzers at once. */
export const NETWORK_ITEMS: readonly ConfigItem[] = [
  item('proxy_http', 'string', 'Proxy for addresses that begin with http.'),
  item('proxy_https', 'string', 'Proxy for addresses that begin with https.'),
  item('cacerts', 'text', 'Certificates (PEM) of authorities that this analyzer is to trust as well.'),
];

/** What every analyzer has beside its own items (reference: cortex.md 1.4). */
const COMMON_ITEMS: readonly ConfigItem[] = [
  item('jobTimeout', 'number', 'Minutes until a run is ended.'),
  item('jobCache', 'number', 'Minutes for which an answer is used again; 0 asks each time.'),
  item('check_tlp', 'boolean', 'Refuse what is marked above the highest TLP.'),
  item('max_tlp', 'number', 'Highest TLP: 0 clear, 1 green, 2 amber, 3 red.'),
  item('check_pap', 'boolean', 'Refuse what is marked above the highest PAP.'),
  item('max_pap', 'number', 'Highest PAP: 0 clear, 1 green, 2 amber, 3 red.'),
  item('auto_extract_artifacts', 'boolean', 'Let it look for observables in its own report; Osmia does so anyway.'),
];

/** A descriptor may declare one of them itself; then that counts. What runs here needs no network. */
export function commonItemsOf(flavor: Pick<LoadedFlavor, 'items' | 'isLocal'>): ConfigItem[] {
  const all = flavor.isLocal ? COMMON_ITEMS : [...COMMON_ITEMS, ...NETWORK_ITEMS];
  return all.filter(({ name }) => !flavor.items.some((own) => own.name === name));
}
