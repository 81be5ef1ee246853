import { Textarea } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { Button, Segmented } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';

const Markdown = lazy(() => import('../../ui/markdown.tsx'));

/** A text of the case in Markdown: read it, or write it with a look at what it becomes. */
export function MarkdownField(props: {
  title: string;
  text: string;
  empty: string;
  error: unknown;
  isPending: boolean;
  onSave(text: string, done: () => void): void;
}) {
  const [draft, setDraft] = useState<string>();
  const [mode, setMode] = useState<'write' | 'preview'>('write');
  const shown = draft ?? props.text;
  return (
    <>
      <div className="side-head">
        {props.title}
        <span className="right" />
        {draft === undefined ? (
          <Button
            size="small"
            kind="ghost"
            label={`Edit ${props.title.toLowerCase()}`}
            onClick={() => {
              setMode('write');
              setDraft(props.text);
            }}
          >
            Edit
          </Button>
        ) : (
          <>
            <Segmented<'write' | 'preview'>
              label={`${props.title}: write or look at it`}
              value={mode}
              options={[
                { value: 'write', label: 'Write' },
                { value: 'preview', label: 'Preview' },
              ]}
              onChange={setMode}
            />
            <Button size="small" kind="ghost" onClick={() => setDraft(undefined)}>
              Keep as it was
            </Button>
            <Button
              size="small"
              kind="primary"
              isDisabled={props.isPending}
              onClick={() => props.onSave(draft, () => setDraft(undefined))}
            >
              Save {props.title.toLowerCase()}
            </Button>
          </>
        )}
      </div>
      <div className="section markdown-field">
        {props.error !== null && props.error !== undefined && <ErrorNote error={props.error} />}
        {draft !== undefined && mode === 'write' ? (
          <Textarea
            aria-label={props.title}
            autosize
            minRows={6}
            maxRows={24}
            maxLength={1_000_000}
            autoFocus
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
          />
        ) : shown === '' ? (
          <p className="t3 f12">{props.empty}</p>
        ) : (
          <Suspense fallback={null}>
            <Markdown text={shown} />
          </Suspense>
        )}
      </div>
    </>
  );
}
