import { useQuery } from '@tanstack/react-query';
import ReactMarkdown, { type Components } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { defang } from '../../shared/model/defang.ts';
import { callQuery } from '../api/query.ts';
import { copyDefanged } from './copy.ts';
import { Text } from './text.tsx';
import './markdown.css';

const IMAGE = /^osmia-image:([0-9a-f-]{36})$/;

/** Notes as they read: no raw HTML, no remote picture, and a link is text to copy, never to click. */
export default function Markdown({ text }: { text: string }) {
  return (
    <div className="markdown">
      <ReactMarkdown remarkPlugins={[remarkGfm]} components={COMPONENTS} urlTransform={(url) => url} skipHtml={false}>
        {text}
      </ReactMarkdown>
    </div>
  );
}

const COMPONENTS: Components = {
  a: ({ href, children }) => <DeadLink href={href ?? ''}>{children}</DeadLink>,
  img: ({ src, alt }) => {
    const id = typeof src === 'string' ? IMAGE.exec(src)?.[1] : undefined;
    if (id !== undefined) return <StoredImage id={id} alt={alt ?? ''} />;
    return (
      <span className="t3" title="Only pictures pasted into the case are shown. Nothing is fetched.">
        [picture not shown: <Text>{defang('url', src ?? '')}</Text>]
      </span>
    );
  },
};

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
  if (error) return <span className="t3">[the picture is no longer there]</span>;
  if (!data) return <span className="t3">[picture]</span>;
  return <img src={`data:${data.mediaType};base64,${data.base64}`} alt={alt} />;
}
