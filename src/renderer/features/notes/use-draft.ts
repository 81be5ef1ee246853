import { useEffect, useRef, useState } from 'react';
import { createDraftPace, type DraftPace } from './draft-pace.ts';
import { discardDraft, saveDraft } from './queries.ts';

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
  // What a template gave is written nowhere yet.
  const [stored, setStored] = useState(isDirty && !adopted ? undefined : { title, body });
  const place = { caseId, noteId, ...(taskId === undefined ? {} : { taskId }), writer: WRITER };

  const save = useRef<() => Promise<boolean>>(async () => true);
  useEffect(() => {
    latest.current = { title, body };
    save.current = async () => {
      const text = latest.current;
      try {
        const saved = await saveDraft({ ...place, ...text, ...(adopted ? { adopted } : {}) });
        setStored(text);
        setSavedAt(saved.savedAt);
        setError(undefined);
        return true;
      } catch (failure) {
        setError(failure);
        return false;
      }
    };
  });
  const pace = useRef<DraftPace>(undefined);
  useEffect(() => {
    const made = createDraftPace(() => save.current(), {
      setTimeout: (run, ms) => window.setTimeout(run, ms),
      clearTimeout: (timer) => window.clearTimeout(timer as number),
    });
    pace.current = made;
    window.addEventListener('pagehide', made.flush);
    return () => {
      window.removeEventListener('pagehide', made.flush);
      made.flush();
    };
  }, []);

  useEffect(() => {
    if (isDirty && !(stored?.title === title && stored.body === body)) pace.current?.touch();
  }, [title, body, isDirty, stored]);

  const forget = (): void => {
    pace.current?.stop();
    setStored(latest.current);
    setError(undefined);
  };
  return {
    savedAt: stored?.title === title && stored.body === body ? savedAt : undefined,
    error,
    forget,
    discard() {
      forget();
      void discardDraft({ ...place, ...(adopted ? { adopted } : {}) });
    },
  };
}
