/** May stand in a run: letters and digits of any script, dot, hyphen, underscore. */
export const WORD = 1;
export const DIGIT = 2;
export const HEX = 4;
export const ASCII_LETTER = 8;
/** Ends a URL wherever it stands. */
export const URL_END = 16;
/** Letters of scripts that are written without spaces between words. */
export const UNSPACED = 32;
const KNOWN = 128;

const table = new Uint8Array(0x10000);

const WORD_PATTERN = /[\p{L}\p{M}\p{N}]/u;
const UNSPACED_PATTERN =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]/u;

function compute(code: number): number {
  if (code < 0x80) {
    const letter = String.fromCharCode(code);
    if (code <= 0x20 || '"<>`|^\\'.includes(letter) || code === 0x7f) return KNOWN | URL_END;
    if (/\d/.test(letter)) return KNOWN | WORD | DIGIT | HEX;
    if (/[a-f]/i.test(letter)) return KNOWN | WORD | HEX | ASCII_LETTER;
    if (/[a-z]/i.test(letter)) return KNOWN | WORD | ASCII_LETTER;
    return letter === '.' || letter === '-' || letter === '_' ? KNOWN | WORD : KNOWN;
  }
  // Halves of pairs: letters beyond the basic plane may stand in a URL path, never in a name we accept.
  if (code >= 0xd800 && code <= 0xdfff) return KNOWN;
  const letter = String.fromCharCode(code);
  if (WORD_PATTERN.test(letter)) return KNOWN | WORD | (UNSPACED_PATTERN.test(letter) ? UNSPACED : 0);
  return KNOWN | URL_END;
}

/** The class bits of a UTF-16 unit; computed once for each that turns up. */
export function charClass(code: number): number {
  const known = table[code] as number;
  if (known !== 0) return known;
  const bits = compute(code);
  table[code] = bits;
  return bits;
}
