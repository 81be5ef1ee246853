import type { DataType } from '../../shared/model/data-type.ts';

/**
 * MISP attribute types as observable types, whatever their category (reference: thehive.md 5.2). What is not here is
 * `other`; type and category are kept as marks, so the way back stays exact.
 */
const TYPES: Readonly<Record<DataType, string>> = {
  hash: 'md5 sha1 sha224 sha256 sha384 sha512 sha512/224 sha512/256 sha3-224 sha3-256 sha3-384 sha3-512 ssdeep imphash impfuzzy pehash authentihash cdhash tlsh vhash telfhash x509-fingerprint-md5 x509-fingerprint-sha1 x509-fingerprint-sha256 ja3-fingerprint-md5 jarm-fingerprint hassh-md5 hasshserver-md5',
  ip: 'ip-src ip-dst ip',
  domain: 'domain',
  fqdn: 'hostname target-machine',
  url: 'url link',
  uri_path: 'uri',
  mail: 'email email-src email-dst email-reply-to target-email whois-registrant-email dns-soa-email jabber-id',
  mail_subject: 'email-subject',
  'user-agent': 'user-agent',
  registry: 'regkey',
  filename: 'filename email-attachment',
  file: 'attachment malware-sample',
  'autonomous-system': 'AS',
  cve: 'vulnerability',
  crypto_address: 'btc dash xmr',
  regexp: '',
  hostname: '',
  other: '',
};

const BY_NAME = new Map<string, DataType>();
for (const [dataType, names] of Object.entries(TYPES)) {
  for (const name of names.split(' ')) if (name !== '') BY_NAME.set(name.toLowerCase(), dataType as DataType);
}

/** Undefined for a type that has no observable type of its own. */
export const ofMispType = (type: string): DataType | undefined => BY_NAME.get(type.toLowerCase());

/** Hashes of MISP that no rule of ours knows the length of: kept as they are. */
export const isFuzzyHash = (type: string): boolean =>
  /^(ssdeep|impfuzzy|tlsh|vhash|telfhash|authentihash|cdhash|jarm-fingerprint|sha512\/|sha3-|sha224|sha384|pehash)/i.test(
    type,
  );
