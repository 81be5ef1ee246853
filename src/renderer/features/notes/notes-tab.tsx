import { IconNotes, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useLocation } from 'wouter';
import { Button, Empty, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { noteExtract } from '../../ui/note-extract.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { NoteEditor } from './note-editor.tsx';
import { notesQuery } from './queries.ts';
import './notes.css';

/** The notes of a case: list at the left, the open one at the right. `new` is a note not yet saved. */
export default function NotesTab(props: { caseId: string; caseNumber: number; noteId: string | undefined }) {
  const { data, error, refetch } = useQuery(notesQuery(props.caseId));
  const [, navigate] = useLocation();
  const base = `/cases/${props.caseNumber}/notes`;
  const notes = [...(data ?? [])].sort((a, b) => b.updatedAt - a.updatedAt);
  const open = notes.find((note) => note.id === props.noteId) ?? (props.noteId === 'new' ? undefined : notes[0]);
  const isNew = props.noteId === 'new';
  const step = (by: 1 | -1): void => {
    const next = notes[notes.findIndex((note) => note.id === open?.id) + by];
    if (next) navigate(`${base}/${next.id}`);
  };
  useKeys([
    { keys: 'n', run: () => navigate(`${base}/new`) },
    { keys: 'j', run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: 'Escape', run: () => navigate('/cases') },
  ]);
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton />;
  return (
    <div className="notes">
      <aside aria-label="Notes of this case">
        <div className="side-head">
          Notes <span className="t3">{notes.length}</span>
          <span className="right" />
          <Button size="small" kind="ghost" keys="n" onClick={() => navigate(`${base}/new`)}>
            <IconPlus size={14} stroke={1.75} aria-hidden="true" />
            New <Kbd keys={['N']} />
          </Button>
        </div>
        <div className="scroll grow">
          {isNew && (
            <span className="note-row" aria-current="true">
              <span className="m">New note</span>
            </span>
          )}
          {notes.map((note) => (
            <button
              type="button"
              key={note.id}
              className="note-row inset-focus"
              aria-current={!isNew && note.id === open?.id ? 'true' : undefined}
              onClick={() => navigate(`${base}/${note.id}`)}
            >
              <span className="m el">
                <Text>{note.title === '' ? 'Untitled note' : note.title}</Text>
              </span>
              <span className="f12 t3">
                <Age at={note.updatedAt} />
              </span>
              <span className="f12 t2 el note-row-text">
                <Text>{noteExtract(note.body, 120)}</Text>
              </span>
            </button>
          ))}
        </div>
      </aside>
      {isNew || open ? (
        <NoteEditor
          key={isNew ? 'new' : open?.id}
          caseId={props.caseId}
          note={isNew ? undefined : open}
          onSaved={(id) => navigate(`${base}/${id}`, { replace: true })}
          onGone={() => navigate(base)}
        />
      ) : (
        <Empty
          icon={IconNotes}
          title="No note yet"
          actions={
            <Button kind="primary" onClick={() => navigate(`${base}/new`)}>
              New note <Kbd keys={['N']} />
            </Button>
          }
        >
          Markdown with preview. Paste a picture into it. What you type is kept as a draft while you type.
        </Empty>
      )}
    </div>
  );
}
