import { MAX_SENTENCE } from '../shared/model/report.ts';
import { visible } from './text/visible.ts';

/** Room for "and 12 more" behind the last thing said. */
const MORE = 16;

/** A name out of the evidence as it may stand in a sentence: hidden characters shown, hosts and links not alive. */
export const quotable = (text: string, max = 80): string =>
  visible(text.trim(), max)
    .replace(/http(?=s?:)/gi, 'hxxp')
    .replace(/(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])/gu, '[.]');

/**
 * `opening` and then what is to be said, most important first, in at most MAX_SENTENCE characters: what does not fit is
 * counted. `separator` stands between two things, `last` before the last one.
 */
export function sentence(opening: string, things: readonly string[], separator: string, last: string): string {
  const said: string[] = [];
  let length = opening.length;
  for (const thing of things) {
    length += thing.length + last.length;
    if (length > MAX_SENTENCE - MORE - last.length) break;
    said.push(thing);
  }
  const rest = things.length - said.length;
  if (rest > 0) said.push(said.length === 0 ? `${rest} things are odd` : `${rest} more`);
  const end = said.length > 1 ? `${last}${said.pop() ?? ''}` : '';
  return visible(`${opening}${said.join(separator)}${end}.`, MAX_SENTENCE);
}
