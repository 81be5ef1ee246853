import { useMutation } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const notesQuery = (caseId: string) => callQuery('notes.list', { caseId }, ['note'], caseId);

/** Asked once when the editor opens; never again under the fingers of the writer. */
export const draftQuery = (caseId: string, noteId: string | null) => ({
  ...callQuery('drafts.get', { caseId, noteId }, []),
  gcTime: 0,
});

export const useSaveNote = () =>
  useMutation({ mutationFn: (input: Input<'notes.save'>) => callCore('notes.save', input) });

export const useRemoveNote = () => useMutation({ mutationFn: (id: string) => callCore('notes.remove', { id }) });

export const restoreNote = (id: string) => callCore('notes.restore', { id });
export const saveDraft = (input: Input<'drafts.save'>) => callCore('drafts.save', input);
export const discardDraft = (input: Input<'drafts.discard'>) => callCore('drafts.discard', input);
export const addImage = (input: Input<'notes.addImage'>) => callCore('notes.addImage', input);
