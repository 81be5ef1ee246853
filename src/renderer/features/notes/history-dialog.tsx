import { Modal } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Note } from '../../../shared/contract/entities.ts';
import { undoable } from '../../state/undoable.ts';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { count } from '../../ui/format.ts';
import Markdown from '../../ui/markdown.tsx';
import { Text } from '../../ui/text.tsx';
import { DateTime } from '../../ui/time.tsx';
import DiffView from './diff-view.tsx';
import { revisionQuery, revisionsQuery } from './queries.ts';

type Shown = 'now' | 'before' | 'text';

/** Every version that was saved, what each changed, and the way back to it. */
export default function HistoryDialog(props: { note: Note; isOpen: boolean; onClose(): void }) {
  return (
    <Modal opened={props.isOpen} onClose={props.onClose} title="Versions of this note" size="xl">
      {props.isOpen && <History note={props.note} onClose={props.onClose} />}
    </Modal>
  );
}

function History({ note, onClose }: { note: Note; onClose(): void }) {
  const query = useInfiniteQuery(revisionsQuery(note.id, note.caseId));
  const revisions = useMemo(() => query.data?.pages.flatMap(({ items }) => items) ?? [], [query.data]);
  const [chosenId, setChosenId] = useState<string>();
  const [shown, setShown] = useState<Shown>('now');
  const [failure, setFailure] = useState<unknown>();
  const at = Math.max(
    0,
    revisions.findIndex(({ id }) => id === chosenId),
  );
  const chosen = revisions[at];
  const previous = revisions[at + 1];
  const text = useQuery({ ...revisionQuery(note.id, chosen?.id ?? ''), enabled: chosen !== undefined });
  const before = useQuery({
    ...revisionQuery(note.id, previous?.id ?? ''),
    enabled: shown === 'before' && previous !== undefined,
  });
  const restore = async (): Promise<void> => {
    if (!chosen) return;
    try {
      await undoable('Version restored', 'notes.revert', { id: note.id, revisionId: chosen.id });
      onClose();
    } catch (error) {
      setFailure(error);
    }
  };
  const error = query.error ?? text.error ?? before.error ?? failure;
  if (query.isPending) return <Skeleton />;
  const isCurrent = text.data?.body === note.body && text.data.title === note.title;
  return (
    <>
      <div className="note-history">
        <div className="scroll" role="listbox" aria-label="Versions">
          {revisions.map((revision) => (
            <button
              type="button"
              role="option"
              key={revision.id}
              className="note-row inset-focus"
              aria-selected={revision.id === chosen?.id}
              onClick={() => setChosenId(revision.id)}
            >
              <span className="f12">
                <DateTime at={revision.at} />
              </span>
              <span className="f12 t3 num">{count(revision.characters)}</span>
              <span className="f12 t3 el note-row-text">
                <Text>
                  {revision.isFirst
                    ? `${revision.actor}, first version`
                    : [revision.actor, revision.reason].filter(Boolean).join(', ')}
                </Text>
              </span>
            </button>
          ))}
          {query.hasNextPage && (
            <button type="button" className="lnk history-more" onClick={() => void query.fetchNextPage()}>
              Older versions
            </button>
          )}
        </div>
        <section className="history-text" aria-label="Version">
          <Segmented<Shown>
            label="Show"
            value={shown}
            options={[
              { value: 'now', label: 'Since then' },
              { value: 'before', label: 'What it changed' },
              { value: 'text', label: 'As it was' },
            ]}
            onChange={setShown}
          />
          <div className="scroll grow">
            {error !== null && error !== undefined && <ErrorNote error={error} />}
            {text.data && shown === 'now' && <DiffView before={whole(text.data)} after={whole(note)} />}
            {text.data && shown === 'before' && (previous === undefined || before.data) && (
              <DiffView before={before.data ? whole(before.data) : ''} after={whole(text.data)} />
            )}
            {text.data && shown === 'text' && <Markdown text={text.data.body} />}
          </div>
        </section>
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Close</Button>
        <Button kind="primary" isDisabled={!text.data || isCurrent} onClick={() => void restore()}>
          Restore this version
        </Button>
      </div>
    </>
  );
}

/** The title as the first line, so that a change of it is seen too. */
const whole = ({ title, body }: { title: string; body: string }): string =>
  title === '' ? body : `${title}\n\n${body}`;
