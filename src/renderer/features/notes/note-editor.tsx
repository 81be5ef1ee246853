import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useDeferredValue, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { Note } from '../../../shared/contract/entities.ts';
import type { Draft, NoteLine } from '../../../shared/contract/notes.ts';
import { timelineRequest } from '../../state/timeline-request.ts';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import Markdown from '../../ui/markdown.tsx';
import { When } from '../../ui/time.tsx';
import { addFile } from './add-files.ts';
import { DraftState } from './draft-state.tsx';
import { type Editor, MarkdownEditor } from './editor/markdown-editor.tsx';
import { linkWords } from './link-words.ts';
import { MakeObservable } from './make-observable.tsx';
import { NoteBar } from './note-bar.tsx';
import { NoteMenu } from './note-menu.tsx';
import { type NoteView, useEditingView } from './note-view.ts';
import { draftQuery, findMentions, noteQuery } from './queries.ts';
import { SelectableText } from './selection-bubble.tsx';
import { useNoteText } from './use-note-text.ts';

const ConflictNote = lazy(() => import('./conflict-note.tsx'));

interface Props {
  caseId: string;
  caseNumber: number;
  engagementId: string;
  /** Undefined for a new one. */
  noteId: string | undefined;
  /** What a new one begins with. */
  template: string;
  onSaved(id: string): void;
  onGone(): void;
}

/** Opens with the draft where there is one: a crash loses at most the last second of typing. */
export function NoteEditor(props: Props) {
  const { caseId, noteId } = props;
  const [writer, setWriter] = useState('');
  const note = useQuery({ ...noteQuery(noteId ?? '', caseId), enabled: noteId !== undefined });
  const draft = useQuery(draftQuery({ caseId, noteId: noteId ?? null, writer }));
  const error = note.error ?? draft.error;
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} />
      </div>
    );
  if (draft.isPending || (noteId !== undefined && note.isPending)) return <Skeleton lines={5} />;
  return <OpenNote key={writer} {...props} note={note.data} draft={draft.data ?? undefined} onOtherDraft={setWriter} />;
}

function OpenNote(
  props: Props & { note: Note | undefined; draft: Draft | undefined; onOtherDraft(writer: string): void },
) {
  const { caseId, note, draft } = props;
  const writing = useNoteText({ caseId, note, draft, template: props.template });
  const { title, body, isDirty } = writing;
  const { editing, setEditing } = useEditingView();
  const [view, setView] = useState<NoteView>(note && !draft ? 'read' : editing);
  const [observable, setObservable] = useState<{ text: string; isInEditor: boolean }>();
  const [adding, setAdding] = useState<string>();
  const [fileError, setFileError] = useState<unknown>();
  const editor = useRef<Editor>(null);
  const [, navigate] = useLocation();
  const shown = useDeferredValue(body);

  const show = (next: NoteView): void => {
    setView(next);
    if (next !== 'read') setEditing(next);
  };
  const toTimeline = (noteId: string, given: string, around: string): void => {
    timelineRequest.getState().ask({ caseId: props.caseId, noteId, given, title: around.slice(0, 300) });
    navigate(`/cases/${props.caseNumber}/timeline`);
  };
  const save = (over?: number): void => {
    void writing.save(over).then((saved) => {
      if (!saved) return;
      setView('read');
      if (!note) props.onSaved(saved.id);
    });
  };
  const discard = (): void => {
    writing.discard();
    if (note) setView('read');
    else props.onGone();
  };
  const takeFiles = async (files: readonly File[]): Promise<void> => {
    setFileError(undefined);
    try {
      for (const file of files) {
        setAdding(file.name);
        const { markdown } = await addFile(props, file, new AbortController().signal);
        if (editor.current) editor.current.insert(files.length > 1 ? `${markdown}\n` : markdown);
        else writing.setBody(`${body}\n${markdown}\n`);
      }
    } catch (error) {
      setFileError(error);
    } finally {
      setAdding(undefined);
    }
  };
  const takeObservable = (): void => setObservable({ text: editor.current?.selected() ?? '', isInEditor: true });
  const linkMade = (link: string): void => {
    if (!observable) return;
    if (observable.isInEditor) editor.current?.insert(link);
    else {
      const next = linkWords(body, observable.text, link);
      if (next !== undefined) writing.change(next);
    }
  };
  useKeys([
    { keys: 'mod+Enter', label: 'Save the note', inFields: true, run: () => save() },
    { keys: 'e', label: 'Edit the note', run: () => show(editing) },
  ]);

  const error = writing.error ?? writing.draft.error ?? fileError;
  const read =
    shown.trim() === '' ? (
      <p className="t3">Nothing written yet. Press E to write.</p>
    ) : (
      <SelectableText
        onObservable={(text) => setObservable({ text, isInEditor: false })}
        onTime={note && ((given, around) => toTimeline(note.id, given, around))}
      >
        <Markdown text={shown} onChange={writing.change} />
      </SelectableText>
    );
  return (
    <section className="note-page" aria-label={title === '' ? 'Note' : title}>
      <div className="toolbar">
        <input
          className="note-title"
          aria-label="Title"
          placeholder="Title"
          maxLength={500}
          value={title}
          onChange={(event) => writing.setTitle(event.target.value)}
        />
        {adding === undefined ? (
          <DraftState isDirty={isDirty} savedAt={writing.draft.savedAt} failed={writing.draft.error !== undefined} />
        ) : (
          <span className="f12 t3 el">Adding {adding}…</span>
        )}
        <span className="right" />
        <Segmented<NoteView>
          label="View"
          value={view}
          options={[
            { value: 'write', label: 'Write' },
            { value: 'both', label: 'Side by side' },
            { value: 'read', label: 'Read' },
          ]}
          onChange={show}
        />
        {note && <NoteMenu note={note} text={{ title, body }} onGone={props.onGone} />}
      </div>
      {view !== 'read' && (
        <div className="note-bar">
          <NoteBar
            onRun={(command) => editor.current?.run(command)}
            onFiles={(files) => void takeFiles(files)}
            onObservable={takeObservable}
          />
        </div>
      )}
      {draft && draft.others.length > 0 && (
        <OtherDrafts
          others={draft.others}
          onShow={props.onOtherDraft}
          isDisabled={isDirty && writing.draft.savedAt === undefined}
        />
      )}
      {writing.isConflict && note && (
        <Suspense fallback={null}>
          <ConflictNote
            noteId={note.id}
            caseId={caseId}
            base={writing.base}
            mine={{ title, body }}
            onMine={save}
            onTheirs={(theirs) => {
              writing.takeTheirs(theirs);
              setView('read');
            }}
            onBoth={(theirs) =>
              void writing.keepBoth(theirs).then((mine) => {
                if (mine) navigate(`/cases/${props.caseNumber}/notes/${mine.id}`);
              })
            }
          />
        </Suspense>
      )}
      {error !== undefined && error !== null && (
        <div className="section">
          <ErrorNote error={error} />
        </div>
      )}
      <div className="note-body" data-view={view}>
        {view !== 'read' && (
          <div className="scroll">
            <MarkdownEditor
              ref={editor}
              label="Note"
              hint="What happened, what you saw, what is still open. # names a case, @ an observable or a task. Paste a picture or drop a file to keep it here."
              value={body}
              isFocused={note !== undefined || title !== ''}
              findMentions={(sign, text, signal) => findMentions({ caseId, sign, text }, signal)}
              onChange={writing.setBody}
              onFiles={(files) => void takeFiles(files)}
              onObservable={takeObservable}
            />
          </div>
        )}
        {view !== 'write' && <div className="scroll">{read}</div>}
      </div>
      {isDirty && (
        <div className="hints note-foot">
          <span className="el">The draft survives a crash. Save makes it the note.</span>
          <span className="right row">
            <Button size="small" onClick={discard}>
              Discard draft
            </Button>
            <Button
              size="small"
              kind="primary"
              keys="Control+Enter"
              isDisabled={writing.isSaving}
              onClick={() => save()}
            >
              Save note <Kbd keys={['Ctrl', 'Enter']} />
            </Button>
          </span>
        </div>
      )}
      <MakeObservable
        caseId={caseId}
        text={observable?.text}
        onMade={linkMade}
        onClose={() => setObservable(undefined)}
      />
    </section>
  );
}

/** Another window wrote in the same note, or an earlier run did: its words are there too. */
function OtherDrafts(props: { others: Draft['others']; isDisabled: boolean; onShow(writer: string): void }) {
  const [newest] = props.others;
  if (!newest) return null;
  return (
    <div className="section f12 row other-draft">
      <span className="el t2">
        {props.others.length === 1 ? 'Another draft' : `${props.others.length} other drafts`} of this note, written{' '}
        <When at={newest.savedAt} />.
      </span>
      <button type="button" className="lnk" disabled={props.isDisabled} onClick={() => props.onShow(newest.writer)}>
        Show it
      </button>
    </div>
  );
}

/** How a note is called where it has no title. */
export const nameOf = ({ title }: Pick<NoteLine, 'title'>): string => (title === '' ? 'Untitled note' : title);
