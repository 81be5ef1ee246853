import { type DataType, toDataType } from '../../../shared/model/data-type.ts';
import { defang } from '../../../shared/model/defang.ts';

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

/** Prose with the addresses in it defanged, so that nothing that copies it makes a live link. */
export const defangProse = (text: string): string => text.replaceAll(URL_INSIDE, (url) => defang('url', url));
