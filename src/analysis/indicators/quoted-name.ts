import { extensionOf, hasKnownExtension } from './file-name.ts';

/** How far back the quote that opens a name, and the word before it, may stand; in bytes. At most CONTEXT of extract.ts. */
const LOOK_BACK = 128;
const NAME = '[^"\\u201c-\\u201f\\u00ab\\u00bb\\\\/:*?<>|\\u0000-\\u001f]{1,100}';
/** Words before a quote that say that a name follows; prose in quotes ("run setup.exe now") has blanks as well. */
const SAID = new RegExp(
  `(?:file ?names?|files?|names?|named|called|attachments?|attached|documents?|archives?|download|saved as|dropped as)["']?\\s{0,4}[:=]?\\s{0,4}["'\\u2018\\u201c\\u201e\\u00ab](${NAME})$`,
  'iu',
);
const IN_PATH = new RegExp(
  `["'\\u2018\\u201c\\u201e\\u00ab](?:[a-z]:|%\\w{1,24}%)\\\\(?:${NAME}\\\\){0,12}(${NAME})$`,
  'iu',
);

const DOUBLE = 0x22;
const SINGLE = 0x27;

function closesQuote(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte === DOUBLE || byte === SINGLE) return true;
  if (byte === 0xc2) return bytes[at + 1] === 0xbb;
  return byte === 0xe2 && bytes[at + 1] === 0x80 && ((bytes[at + 2] as number) & 0xf8) === 0x98;
}

/**
 * The file name with blanks in it that ends at the byte `end` with a closing quote: after a word that announces a name,
 * or as the last part of a Windows path. Undefined where the words before may be something else.
 */
export function quotedNameEndingAt(bytes: Buffer, end: number): { value: string; start: number } | undefined {
  if (!closesQuote(bytes, end)) return undefined;
  const text = bytes.toString('utf8', Math.max(0, end - LOOK_BACK), end);
  const line = text.slice(text.lastIndexOf('\n') + 1);
  const value = SAID.exec(line)?.[1] ?? IN_PATH.exec(line)?.[1];
  if (value === undefined || !value.includes(' ') || value !== value.trim() || value.includes('\uFFFD'))
    return undefined;
  if (!hasKnownExtension(`x.${extensionOf(value)}`)) return undefined;
  // `tool.exe -i a.exe` is a command, `a.doc, b.doc` a list.
  if (
    /[,;]| [-/]/.test(value) ||
    value
      .split(' ')
      .slice(0, -1)
      .some((word) => hasKnownExtension(word))
  )
    return undefined;
  return { value, start: end - Buffer.byteLength(value) };
}
