import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { createContext, useContext, useMemo, useState } from 'react';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import type { Mention } from '../../shared/contract/notes.ts';
import { defang } from '../../shared/model/defang.ts';
import { callQuery } from '../api/query.ts';
import { copyDefanged } from './copy.ts';
import { count } from './format.ts';
import { MentionChip } from './mention-chip.tsx';
import { mentionsIn, parseMention } from './mention-link.ts';
import { toggleBox } from './task-boxes.ts';
import { Text } from './text.tsx';
import './markdown.css';

const IMAGE = /^osmia-image:([0-9a-f-]{36})$/;
/** Longer texts are drawn up to here until somebody asks for the rest: a log of megabytes must not freeze the window. */
const DRAWN = 100_000;
const DRAWN_LINES = 4_000;

interface Surroundings {
  /** What mentions point to now, by `kind/id`; undefined until it is known. */
  mentions: ReadonlyMap<string, Mention> | undefined;
  /** Ticks the item of a checklist that begins at an offset of the text. */
  onTick: ((offset: number) => void) | undefined;
}

const Around = createContext<Surroundings>({ mentions: undefined, onTick: undefined });
const Item = createContext<{ offset: number; label: string } | undefined>(undefined);

/**
 * Notes as they read: no raw HTML, no remote picture, and a link is text to copy, never to click. Mentions open what they
 * name; with `onChange` the boxes of a checklist can be ticked, which changes the text.
 */
export default function Markdown({ text, onChange }: { text: string; onChange?: (text: string) => void }) {
  const [isWhole, setWhole] = useState(false);
  const drawn = isWhole ? text : beginningOf(text);
  const mentions = useMentions(drawn);
  const around = useMemo<Surroundings>(
    () => ({
      mentions,
      onTick:
        onChange &&
        ((offset) => {
          const next = toggleBox(text, offset);
          if (next !== undefined) onChange(next);
        }),
    }),
    [mentions, onChange, text],
  );
  return (
    <div className="markdown">
      <Around value={around}>
        <ReactMarkdown remarkPlugins={[remarkGfm]} components={COMPONENTS} urlTransform={(url) => url} skipHtml={false}>
          {drawn}
        </ReactMarkdown>
      </Around>
      {drawn.length < text.length && (
        <p className="t3">
          {count(text.length - drawn.length)} more characters.{' '}
          <button type="button" className="lnk" onClick={() => setWhole(true)}>
            Show all
          </button>
        </p>
      )}
    </div>
  );
}

function beginningOf(text: string): string {
  let at = -1;
  for (let lines = 0; lines < DRAWN_LINES; lines += 1) {
    at = text.indexOf('\n', at + 1);
    if (at === -1) break;
  }
  const end = Math.min(at === -1 ? text.length : at, DRAWN);
  return end < text.length ? text.slice(0, end) : text;
}

function useMentions(text: string): ReadonlyMap<string, Mention> | undefined {
  const refs = useMemo(() => mentionsIn(text), [text]);
  const { data } = useQuery({
    ...callQuery('mentions.resolve', { refs }, ['case', 'observable', 'task', 'evidence', 'report']),
    enabled: refs.length > 0,
    placeholderData: keepPreviousData,
  });
  return useMemo(() => data && new Map(data.map((each) => [`${each.kind}/${each.id}`, each])), [data]);
}

const COMPONENTS: Components = {
  a: ({ href, children }) => {
    const ref = parseMention(href ?? '');
    return ref ? (
      <Mentioned name={`${ref.kind}/${ref.id}`}>{children}</Mentioned>
    ) : (
      <DeadLink href={href ?? ''}>{children}</DeadLink>
    );
  },
  img: ({ src, alt }) => {
    const id = typeof src === 'string' ? IMAGE.exec(src)?.[1] : undefined;
    if (id !== undefined) return <StoredImage id={id} alt={alt ?? ''} />;
    return (
      <span className="t3" title="Only pictures pasted into the case are shown. Nothing is fetched.">
        [picture not shown: <Text>{defang('url', src ?? '')}</Text>]
      </span>
    );
  },
  li: ({ node, children, className }) => (
    <Item
      value={
        node?.position?.start.offset === undefined
          ? undefined
          : { offset: node.position.start.offset, label: words(node) }
      }
    >
      <li className={className}>{children}</li>
    </Item>
  ),
  input: ({ checked }) => <TickBox isTicked={checked === true} />,
};

function Mentioned({ name, children }: { name: string; children: React.ReactNode }) {
  const { mentions } = useContext(Around);
  if (mentions === undefined) return <span className="mention">{children}</span>;
  const mention = mentions.get(name);
  if (mention) return <MentionChip mention={mention} />;
  return (
    <span className="mention gone" title="It is no longer there, or in the trash.">
      {children}
    </span>
  );
}

function TickBox({ isTicked }: { isTicked: boolean }) {
  const { onTick } = useContext(Around);
  const item = useContext(Item);
  return (
    <input
      type="checkbox"
      aria-label={item?.label === '' || item === undefined ? 'Item' : item.label}
      checked={isTicked}
      disabled={onTick === undefined || item === undefined}
      onChange={() => item && onTick?.(item.offset)}
    />
  );
}

interface Words {
  value?: unknown;
  children?: readonly Words[];
}

/** The beginning of what an element says. */
function words(node: Words): string {
  const found: string[] = [];
  const left: Words[] = [node];
  for (let seen = 0; left.length > 0 && seen < 60; seen += 1) {
    const next = left.shift();
    if (typeof next?.value === 'string') found.push(next.value);
    left.unshift(...(next?.children ?? []));
  }
  return found.join('').replaceAll(/\s+/g, ' ').trim().slice(0, 120);
}

function DeadLink({ href, children }: { href: string; children: React.ReactNode }) {
  const shown = defang('url', href);
  // A bare address has itself as its text: shown once, defanged.
  const isBare = typeof children === 'string' && href.endsWith(children);
  return (
    <>
      {!isBare && <>{children} </>}
      <button
        type="button"
        className="dead-link mono"
        title="Copy defanged"
        onClick={() => void copyDefanged([{ dataType: 'url', value: href }])}
      >
        <Text>{shown}</Text>
      </button>
    </>
  );
}

function StoredImage({ id, alt }: { id: string; alt: string }) {
  const { data, error } = useQuery(callQuery('notes.image', { imageId: id }, []));
  const [isLarge, setLarge] = useState(false);
  if (error) return <span className="t3">[the picture is no longer there]</span>;
  if (!data) return <span className="t3">[picture]</span>;
  return (
    <button
      type="button"
      className={isLarge ? 'picture large' : 'picture'}
      aria-pressed={isLarge}
      title={isLarge ? 'Smaller' : 'Full size'}
      onClick={() => setLarge(!isLarge)}
    >
      <img src={`data:${data.mediaType};base64,${data.base64}`} alt={alt} />
    </button>
  );
}
