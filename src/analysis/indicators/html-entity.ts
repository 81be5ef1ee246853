/** The named characters that turn up inside addresses; any other name stays as it stands. */
const NAMED: Readonly<Record<string, number>> = {
  amp: 0x26,
  lt: 0x3c,
  gt: 0x3e,
  quot: 0x22,
  apos: 0x27,
  nbsp: 0xa0,
  period: 0x2e,
  colon: 0x3a,
  sol: 0x2f,
  commat: 0x40,
  quest: 0x3f,
  equals: 0x3d,
  num: 0x23,
  percnt: 0x25,
  lowbar: 0x5f,
  hyphen: 0x2d,
  dash: 0x2d,
  bsol: 0x5c,
  lbrack: 0x5b,
  lsqb: 0x5b,
  rbrack: 0x5d,
  rsqb: 0x5d,
  lpar: 0x28,
  rpar: 0x29,
  comma: 0x2c,
  semi: 0x3b,
  plus: 0x2b,
  shy: 0xad,
  zwnj: 0x200c,
  zwj: 0x200d,
  ndash: 0x2013,
  mdash: 0x2014,
  lsquo: 0x2018,
  rsquo: 0x2019,
  ldquo: 0x201c,
  rdquo: 0x201d,
  hellip: 0x2026,
  szlig: 0xdf,
  aring: 0xe5,
  aelig: 0xe6,
  ccedil: 0xe7,
  oslash: 0xf8,
  ntilde: 0xf1,
};

/** Letters with an accent: the base letter and the combining mark that the name's ending stands for. */
const ACCENTS: Readonly<Record<string, string>> = {
  uml: '\u0308',
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  tilde: '\u0303',
};

function accented(name: string): number | undefined {
  const mark = ACCENTS[name.slice(1)];
  const letter = name[0];
  if (mark === undefined || letter === undefined || !/[A-Za-z]/.test(letter)) return undefined;
  const composed = `${letter}${mark}`.normalize('NFC');
  return composed.length === 1 ? composed.charCodeAt(0) : undefined;
}

const LONGEST = 10;

/** The character that `&…;` at `at` stands for and the bytes it takes; undefined when it is no entity of ours. */
export function decodeEntity(bytes: Uint8Array, at: number, end: number): { code: number; size: number } | undefined {
  let name = '';
  for (let i = at + 1; i < end && i <= at + LONGEST; i++) {
    const byte = bytes[i] as number;
    if (byte === 0x3b) {
      const code = name.startsWith('#') ? numeric(name.slice(1)) : (NAMED[name] ?? accented(name));
      return code === undefined ? undefined : { code, size: i + 1 - at };
    }
    name += String.fromCharCode(byte);
  }
  return undefined;
}

function numeric(digits: string): number | undefined {
  const code = /^x[0-9a-f]{1,6}$/i.test(digits)
    ? Number.parseInt(digits.slice(1), 16)
    : /^\d{1,7}$/.test(digits)
      ? Number(digits)
      : Number.NaN;
  return code > 0 && code <= 0xffff ? code : undefined;
}
