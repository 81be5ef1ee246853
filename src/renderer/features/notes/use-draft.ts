import { useEffect, useRef, useState } from 'react';
import { discardDraft, saveDraft } from './queries.ts';

/** What is typed is stored this long after the first key that is not yet stored, in milliseconds; typing on moves nothing. */
export const DRAFT_AFTER = 700;
const RETRY_AFTER = 5_000;

/** This window, as drafts know it: another window on the same note keeps its own. */
export const WRITER = crypto.randomUUID();

export interface DraftPlace {
  caseId: string;
  noteId: string | null;
  taskId?: string;
}

/** A draft that an earlier run or another window left, and that this one goes on with. */
export interface AdoptedDraft {
  writer: string;
  savedAt: number;
}

interface Text {
  title: string;
  body: string;
}

/** Keeps what is typed as a draft; stores the last words when the editor closes. */
export function useDraft(input: DraftPlace & Text & { isDirty: boolean; adopted: AdoptedDraft | undefined }): {
  savedAt: number | undefined;
  error: unknown;
  forget(): void;
  discard(): void;
} {
  const { caseId, noteId, taskId, title, body, isDirty, adopted } = input;
  const [savedAt, setSavedAt] = useState(adopted?.savedAt);
  const [error, setError] = useState<unknown>();
  const latest = useRef({ title, body });
  const stored = useRef({ title, body });
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const place = { caseId, noteId, ...(taskId === undefined ? {} : { taskId }), writer: WRITER };

  const store = useRef<() => Promise<void>>(async () => undefined);
  useEffect(() => {
    latest.current = { title, body };
    store.current = async () => {
      clearTimeout(timer.current);
      timer.current = undefined;
      const text = latest.current;
      try {
        const saved = await saveDraft({ ...place, ...text, ...(adopted ? { adopted } : {}) });
        stored.current = text;
        setSavedAt(saved.savedAt);
        setError(undefined);
      } catch (failure) {
        setError(failure);
        // A full disk may have room again: what is typed is not given up.
        timer.current ??= setTimeout(() => void store.current(), RETRY_AFTER);
      }
    };
  });

  useEffect(() => {
    const isStored = stored.current.title === title && stored.current.body === body;
    if (!isDirty || isStored || timer.current !== undefined) return;
    timer.current = setTimeout(() => void store.current(), DRAFT_AFTER);
  }, [title, body, isDirty]);

  useEffect(() => {
    const flush = (): void => {
      if (timer.current !== undefined) void store.current();
    };
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, []);

  const forget = (): void => {
    clearTimeout(timer.current);
    timer.current = undefined;
    stored.current = latest.current;
    setError(undefined);
  };
  return {
    savedAt,
    error,
    forget,
    discard() {
      forget();
      void discardDraft({ ...place, ...(adopted ? { adopted } : {}) });
    },
  };
}
