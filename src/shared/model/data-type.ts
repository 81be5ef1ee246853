/**
 * Observable data types. The names are Cortex's and TheHive's (mail_subject with an underscore, as in TheHive 3),
 * so that a descriptor's `dataTypeList` can be compared without a table.
 */
export const DATA_TYPES = [
  'ip',
  'domain',
  'fqdn',
  'url',
  'mail',
  'hash',
  'file',
  'filename',
  'registry',
  'user-agent',
  'cve',
  'autonomous-system',
  'mail_subject',
  'crypto_address',
  'uri_path',
  'hostname',
  'regexp',
  'other',
] as const;

export type DataType = (typeof DATA_TYPES)[number];

const KNOWN: ReadonlySet<string> = new Set(DATA_TYPES);

export const isDataType = (value: string): value is DataType => KNOWN.has(value);

/** Spellings that live descriptors and TheHive 4 use for the same type (reference: cortex.md 1.6). */
const ALIASES: Readonly<Record<string, DataType>> = {
  'mail-subject': 'mail_subject',
  email: 'mail',
  cve_id: 'cve',
  cveid: 'cve',
  btc_address: 'crypto_address',
};

/** Our name for a data type written by someone else, or undefined when we do not know it. */
export function toDataType(name: string): DataType | undefined {
  return isDataType(name) ? name : ALIASES[name];
}
