/** The extractor's marks in words; an unknown one is shown as it is. */
const WORDS: Readonly<Record<string, string>> = {
  private: 'Private or reserved',
  loopback: 'Loopback address',
  reserved: 'Reserved, never routed',
  documentation: 'Documentation range',
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

const wordsOf = (mark: string): string =>
  mark.startsWith('port:') ? `Port ${mark.slice(5)} kept` : (WORDS[mark] ?? mark.replaceAll(/[-_]/g, ' '));

/** All marks of a value in one line; what a more telling mark says already is left out. */
export function marksInWords(marks: readonly string[]): string {
  const told = marks.includes('documentation') ? marks.filter((mark) => mark !== 'private') : marks;
  return told.map(wordsOf).join(', ');
}
