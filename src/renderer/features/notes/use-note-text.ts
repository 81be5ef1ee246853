import { useState } from 'react';
import type { Note } from '../../../shared/contract/entities.ts';
import { AppError } from '../../../shared/errors.ts';
import { undoable } from '../../state/undoable.ts';
import { saveNote } from './queries.ts';
import { type AdoptedDraft, useDraft, WRITER } from './use-draft.ts';

export interface NoteText {
  title: string;
  body: string;
}

interface Base extends NoteText {
  /** Undefined for a new note. */
  updatedAt: number | undefined;
}

export interface NoteWriting {
  title: string;
  body: string;
  base: Base;
  isDirty: boolean;
  isSaving: boolean;
  /** The note was changed elsewhere while it was written here. */
  isConflict: boolean;
  draft: { savedAt: number | undefined; error: unknown };
  error: unknown;
  setTitle(title: string): void;
  setBody(body: string): void;
  /** `over` is the version that this one is known to replace. Resolves with the note, or undefined where it was not saved. */
  save(over?: number): Promise<Note | undefined>;
  /** A change made while reading (a box ticked): saved at once where nothing else is written. */
  change(body: string): void;
  takeTheirs(theirs: NoteText & { updatedAt: number }): void;
  /** Saves what is written as a note of its own and goes back to the other version. */
  keepBoth(theirs: NoteText & { updatedAt: number }): Promise<Note | undefined>;
  discard(): void;
}

/** The text of a note while it is open: what it began with, what is written, and how it becomes the note. */
export function useNoteText(input: {
  caseId: string;
  note: Note | undefined;
  draft: (NoteText & AdoptedDraft) | undefined;
  template: string;
}): NoteWriting {
  const { caseId, note, draft } = input;
  const [base, setBase] = useState<Base>({
    title: note?.title ?? '',
    body: note?.body ?? '',
    updatedAt: note?.updatedAt,
  });
  const [title, setTitle] = useState(draft?.title ?? base.title);
  const [body, setBody] = useState(draft?.body ?? (note ? base.body : input.template));
  const [isConflict, setConflict] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>();
  const isDirty = title !== base.title || body !== base.body;
  const noteId = note?.id ?? null;
  const drafted = useDraft({ caseId, noteId, title, body, isDirty, adopted: draft });

  const adopt = (next: NoteText & { updatedAt: number | undefined }): void => {
    setBase({ title: next.title, body: next.body, updatedAt: next.updatedAt });
    setTitle(next.title);
    setBody(next.body);
    setConflict(false);
  };

  // Undo, another window, a restored version: an editor that nobody writes in follows; one in use is never redrawn.
  if (note && base.updatedAt !== undefined && note.updatedAt > base.updatedAt && !isSaving) {
    const isSame = note.title === base.title && note.body === base.body;
    if (!isDirty) adopt(note);
    else if (isSame) setBase({ ...base, updatedAt: note.updatedAt });
    else if (!isConflict) setConflict(true);
  }

  const store = async (
    text: NoteText,
    over: number | undefined,
    id: string | null,
    writer = WRITER,
  ): Promise<Note | undefined> => {
    setSaving(true);
    try {
      const saved = await saveNote({
        caseId,
        title: text.title.trim(),
        body: text.body,
        writer,
        ...(id === null ? {} : { id }),
        ...(over === undefined ? {} : { baseUpdatedAt: over }),
        ...(draft ? { adopted: { writer: draft.writer, savedAt: draft.savedAt } } : {}),
      });
      setError(undefined);
      return saved;
    } catch (failure) {
      if (failure instanceof AppError && failure.code === 'conflict') setConflict(true);
      else setError(failure);
      return undefined;
    } finally {
      setSaving(false);
    }
  };

  const save: NoteWriting['save'] = async (over = base.updatedAt) => {
    if (isSaving || (body.trim() === '' && title.trim() === '')) return undefined;
    const text = { title, body };
    const saved = await store(text, over, noteId);
    if (!saved) return undefined;
    drafted.forget();
    // What was typed while it was being saved stays.
    setBase({ title: saved.title, body: saved.body, updatedAt: saved.updatedAt });
    if (saved.title !== text.title) setTitle((now) => (now === text.title ? saved.title : now));
    setConflict(false);
    return saved;
  };

  return {
    title,
    body,
    base,
    isDirty,
    isSaving,
    isConflict,
    draft: { savedAt: drafted.savedAt, error: drafted.error },
    error,
    setTitle,
    setBody,
    save,
    change(next) {
      setBody(next);
      if (isDirty || !note) return;
      setBase({ ...base, body: next });
      const { updatedAt } = base;
      const input = { id: note.id, caseId, title, body: next, writer: WRITER };
      undoable('', 'notes.save', { ...input, ...(updatedAt === undefined ? {} : { baseUpdatedAt: updatedAt }) }).then(
        (saved) => setBase({ title: saved.title, body: saved.body, updatedAt: saved.updatedAt }),
        (failure: unknown) => {
          setBase(base);
          if (failure instanceof AppError && failure.code === 'conflict') setConflict(true);
          else setError(failure);
        },
      );
    },
    takeTheirs(theirs) {
      drafted.discard();
      adopt(theirs);
    },
    async keepBoth(theirs) {
      // Not by this window: what it may have begun as another new note is none of this one's drafts.
      const nobody = crypto.randomUUID();
      const text = { title: `${title.slice(0, 480)} (my version)`.trim(), body };
      const mine = await store(text, undefined, null, nobody);
      if (mine) {
        drafted.discard();
        adopt(theirs);
      }
      return mine;
    },
    discard() {
      drafted.discard();
      adopt(note ?? base);
    },
  };
}
