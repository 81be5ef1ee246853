import { useDebouncedValue } from '@mantine/hooks';
import { IconFilterOff, IconNotes, IconPin, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { NoteLine } from '../../../shared/contract/notes.ts';
import { Button, Empty, FilterField, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import { noteExtract } from '../../ui/note-extract.ts';
import { Text } from '../../ui/text.tsx';
import { Age } from '../../ui/time.tsx';
import { nameOf, NoteEditor } from './note-editor.tsx';
import { notesQuery } from './queries.ts';
import { TemplatesMenu } from './templates-menu.tsx';
import './notes.css';

/** The notes of a case: list at the left, the open one at the right. `new` is a note not yet saved. */
export default function NotesTab(props: {
  caseId: string;
  caseNumber: number;
  engagementId: string;
  noteId: string | undefined;
}) {
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text.trim(), 150);
  const { data, error, refetch } = useQuery({ ...notesQuery(props.caseId, asked), placeholderData: keepPreviousData });
  const [template, setTemplate] = useState('');
  const [, navigate] = useLocation();
  const field = useRef<HTMLInputElement>(null);
  const base = `/cases/${props.caseNumber}/notes`;
  const notes = data?.items ?? [];
  const isNew = props.noteId === 'new';
  const openId = isNew ? undefined : (props.noteId ?? notes[0]?.id);
  const open = (note: NoteLine | undefined): void => {
    if (note) navigate(`${base}/${note.id}`);
  };
  const step = (by: 1 | -1): void => open(notes[notes.findIndex(({ id }) => id === openId) + by]);
  const begin = (body: string): void => {
    setTemplate(body);
    navigate(`${base}/new`);
  };
  useKeys([
    { keys: 'n', label: 'New note', run: () => begin('') },
    { keys: 'j', run: () => step(1) },
    { keys: 'k', run: () => step(-1) },
    { keys: '/', label: 'Find a note', run: () => field.current?.focus() },
    { keys: 'Escape', run: () => (text === '' ? navigate('/cases') : setText('')) },
  ]);
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} onRetry={() => void refetch()} />
      </div>
    );
  if (!data) return <Skeleton />;
  const hasNone = notes.length === 0 && asked === '';
  return (
    <div className="notes">
      <aside aria-label="Notes of this case">
        <div className="side-head">
          Notes
          <span className="right" />
          <Button size="small" kind="ghost" keys="n" onClick={() => begin('')}>
            <IconPlus size={14} stroke={1.75} aria-hidden="true" />
            New <Kbd keys={['N']} />
          </Button>
          <TemplatesMenu onUse={({ body }) => begin(body)} />
        </div>
        {!hasNone && (
          <div className="notes-filter">
            <FilterField label="Find in the notes" value={text} onChange={setText} field={field} />
          </div>
        )}
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
              aria-current={note.id === openId ? 'true' : undefined}
              onClick={() => open(note)}
            >
              <span className="m row tight">
                {note.isPinned && <IconPin size={13} stroke={1.75} className="t3" aria-label="Pinned" />}
                <span className="el">
                  <Text>{nameOf(note)}</Text>
                </span>
              </span>
              <span className="f12 t3">
                <Age at={note.updatedAt} />
              </span>
              <span className="f12 t2 el note-row-text">
                <Text>{noteExtract(note.extract, 120)}</Text>
              </span>
            </button>
          ))}
          {notes.length === 0 && asked !== '' && (
            <p className="t3 f12 notes-none">
              <IconFilterOff size={14} stroke={1.75} aria-hidden="true" /> No note holds these words.{' '}
              <button type="button" className="lnk" onClick={() => setText('')}>
                Show all
              </button>
            </p>
          )}
          {data.isPartial && <p className="t3 f12 notes-none">There are more notes than are shown here.</p>}
        </div>
      </aside>
      {isNew || openId !== undefined ? (
        <NoteEditor
          key={isNew ? `new ${template}` : openId}
          caseId={props.caseId}
          caseNumber={props.caseNumber}
          engagementId={props.engagementId}
          noteId={openId}
          template={template}
          onSaved={(id) => navigate(`${base}/${id}`, { replace: true })}
          onGone={() => navigate(base)}
        />
      ) : (
        <Empty
          icon={IconNotes}
          title="No note yet"
          actions={
            <Button kind="primary" onClick={() => begin('')}>
              New note <Kbd keys={['N']} />
            </Button>
          }
        >
          Markdown with tables, checklists and code. Paste a picture, drop a file, name a case with # or an observable
          with @. What you type is kept as a draft while you type.
        </Empty>
      )}
    </div>
  );
}
