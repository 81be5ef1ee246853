/** How far back a word may stand, in bytes. */
const LOOK_BACK = 48;
const SLASH = 0x2f;

/** Words after which four numbers are a version: `AppVersion: 1.2.3.4`, `build 1.2.3.4`, `v 1.2.3.4`. */
const VERSION_WORD =
  /([A-Za-z_-]*version|\b(?:ver|build|release|revision|firmware|update|patch|v))["')\]]*\s*[:=>]?\s*["'([]?$/i;
/** Words after which four small numbers are the number of a section: `Section 2.1.1.5`. */
const SECTION_WORD =
  /(\b(?:sections?|sec\.?|chapter|clause|figure|fig\.?|table|appendix|annex)|\u00a7{1,2}|\xc2\xa7) ?$/i;
/** No document has more sections than this on one level. */
const MOST_SECTIONS = 40;
/** What may stand between such a word and the numbers. */
const BETWEEN: ReadonlySet<number> = new Set(Array.from(' \t\r:=>"\'()[]', (letter) => letter.charCodeAt(0)));
/** A product before a slash (`Chrome/1.2.3.4`), protocols and conjunctions excepted. */
const PRODUCT_SLASH = /([A-Za-z][\w-]*)\/$/;
const NOT_PRODUCTS: ReadonlySet<string> = new Set(
  'tcp udp icmp ip ipv4 ipv6 host src dst and or to from http https ssh ftp smb rdp dns vpn'.split(' '),
);

/** The bytes of the same line before `end`, as Latin-1, for words that change the meaning of what follows. */
export function textBefore(bytes: Buffer, end: number): string {
  const text = bytes.toString('latin1', Math.max(0, end - LOOK_BACK), end);
  return text.slice(text.lastIndexOf('\n') + 1);
}

/** Whether a word or a slash stands before `end`, quotes, brackets, signs and blanks aside: cheap, before a string is made. */
function followsWord(bytes: Buffer, end: number): boolean {
  for (let i = end - 1; i >= 0 && i > end - LOOK_BACK; i--) {
    const byte = bytes[i] as number;
    if ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a) return true;
    if (byte === SLASH) return i === end - 1;
    if (!BETWEEN.has(byte)) return false;
  }
  return false;
}

/** The word before `end` that makes numbers there a version (`AppVersion`, `Chrome/`), if there is one. */
export function versionWordBefore(bytes: Buffer, end: number): string | undefined {
  if (!followsWord(bytes, end)) return undefined;
  const before = textBefore(bytes, end);
  const word = VERSION_WORD.exec(before)?.[1];
  if (word !== undefined) return word;
  const product = PRODUCT_SLASH.exec(before)?.[1];
  return product === undefined || NOT_PRODUCTS.has(product.toLowerCase()) ? undefined : `${product}/`;
}

/** The word before `end` that makes the four small numbers `quad` there a section's number, if there is one. */
export function sectionWordBefore(bytes: Buffer, end: number, quad: string): string | undefined {
  if (quad.split('.').some((number) => Number(number) > MOST_SECTIONS)) return undefined;
  return SECTION_WORD.exec(textBefore(bytes, end))?.[1]?.replace('\xc2', '');
}
