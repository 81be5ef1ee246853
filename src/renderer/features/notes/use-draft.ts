import { useEffect, useRef, useState } from 'react';
import { saveDraft } from './queries.ts';

/** Typing pauses this long before the draft is saved, in milliseconds. */
const PAUSE = 700;

/** Keeps what is typed as a draft; saves the last words when the editor closes. */
export function useDraft(input: {
  caseId: string;
  noteId: string | null;
  title: string;
  body: string;
  isDirty: boolean;
  savedAt: number | undefined;
}): { savedAt: number | undefined; error: unknown; forget(): void } {
  const { caseId, noteId, title, body, isDirty } = input;
  const [savedAt, setSavedAt] = useState(input.savedAt);
  const [error, setError] = useState<unknown>();
  const pending = useRef<(() => Promise<void>) | undefined>(undefined);
  const stored = useRef({ title, body });

  useEffect(() => {
    if (!isDirty || (stored.current.title === title && stored.current.body === body)) return undefined;
    const save = async (): Promise<void> => {
      pending.current = undefined;
      try {
        const saved = await saveDraft({ caseId, noteId, title, body });
        stored.current = { title, body };
        setSavedAt(saved.savedAt);
        setError(undefined);
      } catch (failure) {
        setError(failure);
      }
    };
    pending.current = save;
    const timer = setTimeout(() => void save(), PAUSE);
    return () => clearTimeout(timer);
  }, [caseId, noteId, title, body, isDirty]);

  useEffect(() => {
    const flush = (): void => void pending.current?.();
    window.addEventListener('pagehide', flush);
    return () => {
      window.removeEventListener('pagehide', flush);
      flush();
    };
  }, []);

  return {
    savedAt,
    error,
    forget: () => {
      pending.current = undefined;
      stored.current = { title, body };
      setError(undefined);
    },
  };
}
