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
};

const LONGEST = 10;

/** The character that `&…;` at `at` stands for and the bytes it takes; undefined when it is no entity of ours. */
export function decodeEntity(bytes: Uint8Array, at: number, end: number): { code: number; size: number } | undefined {
  let name = '';
  for (let i = at + 1; i < end && i <= at + LONGEST; i++) {
    const byte = bytes[i] as number;
    if (byte === 0x3b) {
      const code = name.startsWith('#') ? numeric(name.slice(1)) : NAMED[name];
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
