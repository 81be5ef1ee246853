/** Reads JSON that a person may have edited; the Error says in which line and column it stops being JSON. */
export function parseJsonText(text: string): unknown {
  const plain = text.replace(/^\uFEFF/, '');
  if (plain.trim() === '') throw new Error('The file is empty.');
  try {
    return JSON.parse(plain);
  } catch (error) {
    const at = firstFault(plain);
    const before = plain.slice(0, at);
    const line = before.split('\n').length;
    const column = before.length - before.lastIndexOf('\n');
    const what = at >= plain.length ? 'it ends too early' : `“${plain.slice(at, at + 1)}” does not belong there`;
    throw new Error(`It is not JSON: ${what} (line ${line}, column ${column}).`, { cause: error });
  }
}

const SPACE = /[ \t\r\n]*/y;
// oxlint-disable no-control-regex -- JSON forbids them in a string
const SCALAR =
  /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;

/** Offset of the first character that does not fit, in one pass; engines do not say it in every message. */
function firstFault(text: string): number {
  let at = 0;
  const take = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) return false;
    at = pattern.lastIndex;
    return true;
  };
  const sign = (char: string): boolean => {
    take(SPACE);
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };
  const open: ('{' | '[')[] = [];
  const key = (): boolean => {
    take(SPACE);
    return take(STRING) && sign(':');
  };
  let wantsValue = true;
  for (;;) {
    if (wantsValue) {
      if (sign('{')) {
        if (!sign('}')) {
          open.push('{');
          if (!key()) return at;
          continue;
        }
      } else if (sign('[')) {
        if (!sign(']')) {
          open.push('[');
          continue;
        }
      } else if (!take(SCALAR)) return at;
      wantsValue = false;
    }
    const inside = open.at(-1);
    if (inside === undefined) {
      take(SPACE);
      return at;
    }
    if (sign(',')) {
      if (inside === '{' && !key()) return at;
      wantsValue = true;
    } else if (sign(inside === '{' ? '}' : ']')) open.pop();
    else return at;
  }
}
