import type { Note } from '../../../shared/contract/entities.ts';
import { defang } from '../../../shared/model/defang.ts';
import { mentionsIn, parseMention } from '../../ui/mention-link.ts';
import { resolveMentions, storedImage } from './queries.ts';

const MENTION = /\[(?:[^\]\\]|\\.){0,2000}\]\((osmia:[a-z]{1,20}\/[0-9a-f-]{36})\)/g;
const IMAGE = /!\[([^\]]{0,500})\]\(osmia-image:([0-9a-f-]{36})\)/g;
/** Base64 characters of pictures in one file. */
const MOST_PICTURES = 20_000_000;

/** Only what stands in the note, for another program: mentions as words (values defanged), pictures by their names. */
export async function plainMarkdown({ title, body }: Pick<Note, 'title' | 'body'>): Promise<string> {
  const found = await resolveMentions(mentionsIn(body));
  const words = new Map(
    found.map(({ kind, id, label, detail, dataType }) => [
      `${kind}/${id}`,
      dataType === null ? (kind === 'case' ? `${label} ${detail}` : label) : defang(dataType, label),
    ]),
  );
  const text = body.replaceAll(MENTION, (whole, address: string) => {
    const ref = parseMention(address);
    const known = ref && words.get(`${ref.kind}/${ref.id}`);
    return known ?? whole.slice(1, whole.indexOf('](')).replaceAll(/\\(.)/g, '$1');
  });
  return title === '' ? text : `# ${title}\n\n${text}`;
}

/** The same with its pictures inside, so that the file stands alone. Says how many did not fit. */
export async function noteFile(note: Pick<Note, 'title' | 'body'>): Promise<{ text: string; leftOut: number }> {
  const text = await plainMarkdown(note);
  const pictures = new Map<string, string>();
  let size = 0;
  let leftOut = 0;
  for (const [, , id] of text.matchAll(IMAGE)) {
    if (id === undefined || pictures.has(id)) continue;
    const { mediaType, base64 } = await storedImage(id);
    if (size + base64.length > MOST_PICTURES) leftOut += 1;
    else {
      size += base64.length;
      pictures.set(id, `data:${mediaType};base64,${base64}`);
    }
  }
  const whole = text.replaceAll(IMAGE, (all, name: string, id: string) => {
    const data = pictures.get(id);
    return data === undefined ? `[picture not included: ${name}]` : all.replace(`osmia-image:${id}`, data);
  });
  return { text: whole, leftOut };
}

/** A name for the file, from the title. */
export const fileNameOf = (title: string): string =>
  `${
    title
      .normalize('NFKC')
      .replaceAll(/[^\p{L}\p{N}._ -]+/gu, ' ')
      .trim()
      .slice(0, 80) || 'note'
  }.md`;
