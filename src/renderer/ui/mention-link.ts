import { MENTION_KINDS, type MentionRef } from '../../shared/contract/notes.ts';

const ADDRESS = /^osmia:([a-z]{1,20})\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/;
const IN_TEXT = /\(osmia:[a-z]{1,20}\/[0-9a-f-]{36}\)/g;
/** The core resolves so many at once; a note with more shows the words of the rest. */
const MOST = 500;

const isKind = (text: string): text is MentionRef['kind'] => (MENTION_KINDS as readonly string[]).includes(text);

/** What an address in a note points to; undefined where it is no mention. */
export function parseMention(address: string): MentionRef | undefined {
  const [, kind, id] = ADDRESS.exec(address) ?? [];
  return kind !== undefined && id !== undefined && isKind(kind) ? { kind, id } : undefined;
}

/** The link that stands in the text; its words are what is read where nothing can be looked up. */
export const mentionLink = ({ kind, id }: MentionRef, words: string): string =>
  `[${words.replaceAll(/\s+/g, ' ').replaceAll(/[[\]\\`]/g, String.raw`\$&`)}](osmia:${kind}/${id})`;

/** Everything that a text mentions, each once. */
export function mentionsIn(text: string): MentionRef[] {
  const found = new Map<string, MentionRef>();
  for (const [whole] of text.matchAll(IN_TEXT)) {
    const ref = parseMention(whole.slice(1, -1));
    if (ref) found.set(whole, ref);
    if (found.size === MOST) break;
  }
  return [...found.values()];
}
