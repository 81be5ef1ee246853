/** The extractor's marks in words; an unknown one is shown as it is. */
const WORDS: Readonly<Record<string, string>> = {
  private: 'Private address',
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
};

export function markWords(mark: string): string {
  if (mark.startsWith('port:')) return `Port ${mark.slice(5)} kept`;
  return WORDS[mark] ?? mark.replaceAll(/[-_]/g, ' ');
}
