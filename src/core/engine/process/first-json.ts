/**
 * The first JSON document of a text, for programs that print something before or after it. Linear: the end is found by
 * counting brackets outside strings, and the text is parsed once. Throws SyntaxError when there is none.
 */
export function parseFirstJson(text: string, maxDepth: number): unknown {
  const clean = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const start = clean.indexOf('{');
  if (start < 0) throw new SyntaxError('there is no JSON object');
  const end = endOfObject(clean, start, maxDepth);
  return JSON.parse(clean.slice(start, end), dropPrototypeKeys);
}

function endOfObject(text: string, start: number, maxDepth: number): number {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isInString) {
      if (code === 0x5c) at += 1;
      else if (code === 0x22) isInString = false;
    } else if (code === 0x22) isInString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      // JSON.parse recurses: deep nesting would end the process, not only this report.
      if (depth > maxDepth) throw new SyntaxError(`it is nested more than ${maxDepth} levels deep`);
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw new SyntaxError('it ends in the middle');
}

const dropPrototypeKeys = (key: string, value: unknown): unknown =>
  key === '__proto__' || key === 'constructor' || key === 'prototype' ? undefined : value;
