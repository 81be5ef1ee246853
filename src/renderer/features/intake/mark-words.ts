/** The extractor's marks in words; an unknown one is shown as it is. */
const WORDS: Readonly<Record<string, string>> = {
  private: 'Private or reserved',
  loopback: 'Loopback address',
  reserved: 'Reserved, never routed',
  documentation: 'Reserved for documentation',
  multicast: 'Multicast address',
  'link-local': 'Link-local address',
  cidr: 'A network, not a host',
  mac: 'MAC address',
  attack: 'ATT&CK technique',
  md5: 'MD5',
  sha1: 'SHA-1',
  sha256: 'SHA-256',
  sha512: 'SHA-512',
  ssdeep: 'ssdeep',
  imphash: 'Import hash',
  idn: 'International name',
  punycode: 'International name',
  defanged: 'Was written defanged',
  strings: 'Only in strings, may be chance',
};

const DOCUMENTATION = /(?:^|\/)(?:192\.0\.2\.|198\.51\.100\.|203\.0\.113\.|\[?2001:db8:)/i;

/** `value` tells apart what one mark puts together. */
export function markWords(mark: string, value: string): string {
  if (mark === 'private' && DOCUMENTATION.test(value)) return 'Documentation range';

  if (mark.startsWith('port:')) return `Port ${mark.slice(5)} kept`;
  return WORDS[mark] ?? mark.replaceAll(/[-_]/g, ' ');
}
