import { sentence } from '../../src/analysis/report-sentence.ts';
import { MAX_SENTENCE } from '../../src/shared/model/report.ts';
import type { Finding } from './findings.ts';

/** Kinds of content that nobody counts: "a plain text" is no English. */
const UNCOUNTED = /(?:text|data|script|types?|code|content)$/i;
/** Words that have their capital only because a label begins with them. */
const COMMON = /^(?:Mail|Empty|Encrypted|Encoded|Animated|Bitmap|Embedded|Network|Medical|Log|Table|Style|Shell)\b/;
/** Begins with the sound of a vowel when it is read aloud, letter by letter where it is an abbreviation. */
const VOWEL = /^(?:[AEIO]|[FHLMNSX](?=[A-Z0-9])|RTF)/;

/** The report's opening: what the file is, how large, and what is suspicious about it. */
export function inWords(label: string, size: number, found: readonly Finding[]): string {
  const kind = label.replace(/,? [(].*$|, .*$/, '');
  const article = UNCOUNTED.test(kind) ? '' : VOWEL.test(label) ? 'An ' : 'A ';
  const what = label.endsWith(')') ? `${label.slice(0, -1)}, ${sizeInWords(size)})` : `${label} (${sizeInWords(size)})`;
  const opening =
    article !== '' && COMMON.test(what) ? `${article}${what.charAt(0).toLowerCase()}${what.slice(1)}` : article + what;
  const odd = found.filter(({ level }) => level === 'suspicious').map(({ message }) => shorter(message));
  if (odd.length === 0)
    return sentence(`${opening}. `, ['Nothing odd about its name or structure was noticed'], '', '');
  return sentence(`${opening}: `.slice(0, MAX_SENTENCE / 2), odd, '; ', '; ');
}

/** What the content is has been said already. */
const shorter = (message: string): string => message.replace(/^named (\.\w+), content is .*$/, 'its name ends in $1');

function sizeInWords(bytes: number): string {
  if (bytes < 1000) return bytes === 1 ? '1 byte' : `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 999.5 && unit < units.length - 1; unit++) value /= 1000;
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit] ?? ''}`;
}
