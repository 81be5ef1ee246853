import { type DataType, toDataType } from '../../../shared/model/data-type.ts';
import { defang, splitForDisplay } from '../../../shared/model/defang.ts';

const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9a-f]{128})$/i;
const IPV4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const URL = /^[a-z][a-z0-9+.-]{1,20}:\/\/\S{1,4000}$/i;
const HOST = /^(?=.{4,253}$)(?:[a-z0-9_-]{1,63}\.){1,20}[a-z][a-z0-9-]{1,62}$/i;
const MAIL = /^[^\s@<>]{1,200}@[^\s@<>]{1,253}$/;
const HOST_KEYS = new Set(['host', 'shownhost', 'domain', 'fqdn', 'hostname', 'by', 'from', 'helo']);
const VALUE_KEYS = new Set(['value', 'data']);
/** Longer strings are prose or data, not one observable. */
const MOST = 4_200;

/**
 * Whether a string of a report is one observable, so that it is shown defanged like any other: by what it looks like,
 * helped by the name of its field and by a `dataType` beside it. Undefined is plain text.
 */
export function guessType(text: string, key = '', row: Record<string, unknown> = {}): DataType | undefined {
  if (text === '' || text.length > MOST) return undefined;
  const name = key.toLowerCase();
  const stated = row['dataType'];
  if (VALUE_KEYS.has(name) && typeof stated === 'string') return toDataType(stated);
  if (URL.test(text)) return 'url';
  if (HASH.test(text)) return 'hash';
  if (IPV4.test(text)) return 'ip';
  if (MAIL.test(text)) return 'mail';
  if (name === 'ip') return 'ip';
  return HOST_KEYS.has(name) && HOST.test(text) ? 'fqdn' : undefined;
}

const URL_INSIDE = /\b(?:https?|ftp):\/\/[^\s"'<>`]{1,4000}/gi;
const HOST_INSIDE = /(@?)\b((?:[a-z0-9_-]{1,63}\.){1,20}[a-z0-9-]{1,63})\b/gi;

/** Hosts that the report itself names as observables; a file name with a dot in it is none. */
export type KnownHosts = ReadonlySet<string>;

export const NO_HOSTS: KnownHosts = new Set();

/** The hosts of what a report proposes: its names, addresses, and those in its URLs and mail addresses. */
export function knownHosts(artifacts: readonly { dataType: string; data?: string | undefined }[]): KnownHosts {
  const hosts = new Set<string>();
  for (const { dataType, data } of artifacts) {
    const type = toDataType(dataType);
    if (type === undefined || data === undefined) continue;
    const { host } = splitForDisplay(type, data);
    if (host.includes('.')) hosts.add(host.toLowerCase());
  }
  return hosts;
}

/**
 * Prose with the addresses in it defanged, so that nothing that copies it makes a live link: URLs, mail addresses, and
 * the hosts that are known to be some.
 */
export function defangProse(text: string, known: KnownHosts = NO_HOSTS): string {
  const withoutUrls = text.replaceAll(URL_INSIDE, (url) => defang('url', url));
  return withoutUrls.replaceAll(HOST_INSIDE, (found, at: string, host: string) =>
    at === '@' || known.has(host.toLowerCase()) ? `${at}${defang('fqdn', host)}` : found,
  );
}
