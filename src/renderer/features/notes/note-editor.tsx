import {
  IconBold,
  IconCode,
  IconItalic,
  IconLink,
  IconList,
  IconListCheck,
  IconPhoto,
  IconTrash,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { Note } from '../../../shared/contract/entities.ts';
import { AppError } from '../../../shared/errors.ts';
import { Button, Segmented, Skeleton } from '../../ui/controls.tsx';
import { ErrorNote } from '../../ui/error-note.tsx';
import { Kbd } from '../../ui/kbd.tsx';
import { useKeys } from '../../ui/keys.ts';
import Markdown from '../../ui/markdown.tsx';
import { undoToast } from '../../ui/toast.tsx';
import { type Editor, MarkdownEditor } from './markdown-editor.tsx';
import { insertPicture } from './pictures.ts';
import { discardDraft, draftQuery, restoreNote, useRemoveNote, useSaveNote } from './queries.ts';
import { useDraft } from './use-draft.ts';
import { DraftState } from './draft-state.tsx';

interface Props {
  caseId: string;
  /** Undefined for a new one. */
  note: Note | undefined;
  onSaved(id: string): void;
  onGone(): void;
}

/** Opens with the draft where there is one: a crash loses at most the last second of typing. */
export function NoteEditor(props: Props) {
  const { data, isPending, error } = useQuery(draftQuery(props.caseId, props.note?.id ?? null));
  if (isPending) return <Skeleton lines={5} />;
  if (error)
    return (
      <div className="section">
        <ErrorNote error={error} />
      </div>
    );
  return <OpenNote {...props} draft={data ?? undefined} />;
}

function OpenNote({
  caseId,
  note,
  draft,
  onSaved,
  onGone,
}: Props & { draft: { title: string; body: string; savedAt: number } | undefined }) {
  const [title, setTitle] = useState(draft?.title ?? note?.title ?? '');
  const [body, setBody] = useState(draft?.body ?? note?.body ?? '');
  const [view, setView] = useState<'write' | 'preview'>(note && !draft ? 'preview' : 'write');
  // What the text started from; moves only when it is saved, so that a newer note is noticed.
  const [base, setBase] = useState(note?.updatedAt);
  const [conflict, setConflict] = useState<AppError>();
  const [pictureError, setPictureError] = useState<unknown>();
  const editor = useRef<Editor>(null);
  const save = useSaveNote();
  const remove = useRemoveNote();
  const isDirty = title !== (note?.title ?? '') || body !== (note?.body ?? '');
  const drafted = useDraft({ caseId, noteId: note?.id ?? null, title, body, isDirty, savedAt: draft?.savedAt });

  const submit = (overBase = base): void => {
    if (body.trim() === '' && title.trim() === '') return;
    save.mutate(
      {
        caseId,
        title: title.trim(),
        body,
        ...(note ? { id: note.id } : {}),
        ...(overBase === undefined ? {} : { baseUpdatedAt: overBase }),
      },
      {
        onSuccess: (saved) => {
          drafted.forget();
          setBase(saved.updatedAt);
          setConflict(undefined);
          setView('preview');
          if (!note) onSaved(saved.id);
        },
        onError: (error) => {
          if (error instanceof AppError && error.code === 'conflict') setConflict(error);
        },
      },
    );
  };
  const discard = (): void => {
    drafted.forget();
    void discardDraft({ caseId, noteId: note?.id ?? null });
    setTitle(note?.title ?? '');
    setBody(note?.body ?? '');
    setBase(note?.updatedAt);
    setConflict(undefined);
    if (!note) onGone();
    else setView('preview');
  };
  const trash = (): void => {
    if (!note) return;
    remove.mutate(note.id, {
      onSuccess: () => {
        undoToast('Note moved to the trash', () => void restoreNote(note.id));
        onGone();
      },
    });
  };
  const picture = async (file: File): Promise<void> => {
    setPictureError(undefined);
    try {
      editor.current?.insert(await insertPicture(caseId, file));
    } catch (error) {
      setPictureError(error);
    }
  };
  useKeys([
    { keys: 'mod+Enter', inFields: true, run: () => submit() },
    { keys: 'e', run: () => setView('write') },
  ]);

  return (
    <section className="note-page" aria-label={title === '' ? 'Note' : title}>
      <div className="toolbar">
        <input
          className="note-title"
          aria-label="Title"
          placeholder="Title"
          maxLength={500}
          value={title}
          onChange={(event) => setTitle(event.target.value)}
        />
        <DraftState isDirty={isDirty} savedAt={drafted.savedAt} failed={drafted.error !== undefined} />
        <span className="right" />
        {view === 'write' && (
          <Tools onEdit={(edit) => editor.current && edit(editor.current)} onPicture={(file) => void picture(file)} />
        )}
        <Segmented<'write' | 'preview'>
          label="View"
          value={view}
          options={[
            { value: 'write', label: 'Write' },
            { value: 'preview', label: 'Preview' },
          ]}
          onChange={setView}
        />
        {note && (
          <Button kind="ghost" isIcon label="Move to trash" onClick={trash}>
            <IconTrash size={15} stroke={1.75} />
          </Button>
        )}
      </div>
      {conflict && (
        <div className="section">
          <div className="note" role="alert">
            <span className="grow">
              <b className="m">This note was changed elsewhere meanwhile.</b> {conflict.message} Your text is safe as a
              draft.{' '}
              <button type="button" className="lnk" onClick={() => submit(note?.updatedAt)}>
                Save mine as the newest
              </button>{' '}
              or{' '}
              <button type="button" className="lnk" onClick={discard}>
                take theirs
              </button>
              . The version that gives way stays in the history.
            </span>
          </div>
        </div>
      )}
      {!conflict &&
        (save.error ?? remove.error ?? drafted.error ?? pictureError) !== undefined &&
        (save.error ?? remove.error ?? drafted.error ?? pictureError) !== null && (
          <div className="section">
            <ErrorNote error={save.error ?? remove.error ?? drafted.error ?? pictureError} />
          </div>
        )}
      <div className="note-body scroll">
        {view === 'write' ? (
          <MarkdownEditor ref={editor} value={body} onChange={setBody} onPicture={(file) => void picture(file)} />
        ) : body.trim() === '' ? (
          <p className="t3">Nothing written yet. Press E to write.</p>
        ) : (
          <Markdown text={body} />
        )}
      </div>
      {isDirty && (
        <div className="hints note-foot">
          <span>The draft survives a crash. Save makes it the note.</span>
          <span className="right row">
            <Button size="small" onClick={discard}>
              Discard draft
            </Button>
            <Button
              size="small"
              kind="primary"
              keys="Control+Enter"
              isDisabled={save.isPending}
              onClick={() => submit()}
            >
              Save note <Kbd keys={['Ctrl', 'Enter']} />
            </Button>
          </span>
        </div>
      )}
    </section>
  );
}

function Tools({ onEdit, onPicture }: { onEdit(edit: (editor: Editor) => void): void; onPicture(file: File): void }) {
  const file = useRef<HTMLInputElement>(null);
  const tools = [
    { label: 'Bold', Icon: IconBold, run: (editor: Editor) => editor.wrap('**') },
    { label: 'Italic', Icon: IconItalic, run: (editor: Editor) => editor.wrap('_') },
    { label: 'List', Icon: IconList, run: (editor: Editor) => editor.prefix('- ') },
    { label: 'Checklist', Icon: IconListCheck, run: (editor: Editor) => editor.prefix('- [ ] ') },
    { label: 'Code', Icon: IconCode, run: (editor: Editor) => editor.wrap('`') },
    { label: 'Link', Icon: IconLink, run: (editor: Editor) => editor.insert('[text](address)') },
  ];
  return (
    <span className="row note-tools" role="toolbar" aria-label="Format">
      {tools.map(({ label, Icon, run }) => (
        <Button key={label} kind="ghost" size="small" isIcon label={label} onClick={() => onEdit(run)}>
          <Icon size={15} stroke={1.75} />
        </Button>
      ))}
      <Button kind="ghost" size="small" isIcon label="Picture" onClick={() => file.current?.click()}>
        <IconPhoto size={15} stroke={1.75} />
      </Button>
      <input
        ref={file}
        type="file"
        accept="image/png,image/jpeg,image/gif,image/webp"
        hidden
        onChange={(event) => {
          const chosen = event.target.files?.[0];
          if (chosen) onPicture(chosen);
          event.target.value = '';
        }}
      />
    </span>
  );
}
