/** Bytes of a report's JSON that are looked through, and characters of it that are searched. */
const MAX_LOOKED = 256 * 1_024;
const MAX_WORDS = 16_384;

const STRING = /"((?:[^"\\]|\\.)*)"(\s*:)?/gs;
const ESCAPE = /\\(?:u([0-9a-fA-F]{4})|(.))/gs;

/**
 * What a person would search a report for: the texts in its JSON, without names of fields, to a bound. The JSON may be
 * cut anywhere. Linear.
 */
export function reportWords(json: Buffer): string {
  const text = json.toString('utf8', 0, MAX_LOOKED);
  const words: string[] = [];
  let length = 0;
  for (const [, value = '', isName] of text.matchAll(STRING)) {
    if (isName !== undefined || value.length < 2) continue;
    const plain = value.includes('\\') ? value.replace(ESCAPE, unescape) : value;
    words.push(plain);
    length += plain.length + 1;
    if (length > MAX_WORDS) break;
  }
  return words.join('\n').slice(0, MAX_WORDS);
}

const unescape = (_: string, code: string | undefined, sign: string | undefined): string =>
  code === undefined
    ? sign === '"' || sign === '\\' || sign === '/'
      ? sign
      : ' '
    : String.fromCharCode(Number.parseInt(code, 16));
