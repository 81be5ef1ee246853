import { useState } from 'react';
import { count } from './format.ts';
import { hasHiddenCharacters, visibleParts } from './visible-text.ts';

/** Somebody else's text: characters that reorder or hide are shown by their code. */
export function Text({ children }: { children: string }) {
  if (!hasHiddenCharacters(children)) return children;
  return visibleParts(children).map((part, index) =>
    part.kind === 'text' ? (
      part.text
    ) : (
      <span className="control-char" key={index} title="A character that is not visible">
        {part.code}
      </span>
    ),
  );
}

const CLIP = 2_000;

/** Long text, clipped until asked for: a page of 10 MB must not freeze the window. */
export function ClippedText({ children, clip = CLIP }: { children: string; clip?: number }) {
  const [shown, setShown] = useState(clip);
  if (children.length <= shown) return <Text>{children}</Text>;
  return (
    <>
      <Text>{children.slice(0, shown)}</Text>…{' '}
      <button type="button" className="lnk" onClick={() => setShown(shown + 20_000)}>
        Show more ({count(children.length - shown)} characters left)
      </button>
    </>
  );
}
