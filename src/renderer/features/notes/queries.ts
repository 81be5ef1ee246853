import { infiniteQueryOptions } from '@tanstack/react-query';
import { callCore, type Input } from '../../api/client.ts';
import { callQuery } from '../../api/query.ts';

export const notesQuery = (caseId: string, text: string) =>
  callQuery('notes.index', { caseId, text }, ['note'], caseId);

export const noteQuery = (id: string, caseId: string) => callQuery('notes.get', { id }, ['note'], caseId);

export const revisionsQuery = (id: string, caseId: string) =>
  infiniteQueryOptions({
    queryKey: ['notes.revisions', 'pages', id] as const,
    queryFn: ({ pageParam, signal }) =>
      callCore('notes.revisions', { id, ...(pageParam === undefined ? {} : { cursor: pageParam }) }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    meta: { topics: ['note'], caseId },
  });

/** A version never changes. */
export const revisionQuery = (id: string, revisionId: string) => callQuery('notes.revision', { id, revisionId }, []);

export const noteTemplatesQuery = callQuery('noteTemplates.list', {}, ['note']);

/** Asked once when the editor opens; never again under the fingers of the writer. */
export const draftQuery = (of: Input<'drafts.get'>) => ({ ...callQuery('drafts.get', of, []), gcTime: 0 });

export const saveNote = (input: Input<'notes.save'>) => callCore('notes.save', input);
export const saveDraft = (input: Input<'drafts.save'>) => callCore('drafts.save', input);
export const discardDraft = (input: Input<'drafts.discard'>) => callCore('drafts.discard', input);
export const addImage = (input: Input<'notes.addImage'>) => callCore('notes.addImage', input);
export const classifyValue = (input: Input<'intake.classify'>, signal: AbortSignal) =>
  callCore('intake.classify', input, signal);
export const findMentions = (input: Input<'mentions.find'>, signal: AbortSignal) =>
  callCore('mentions.find', input, signal);
export const storedImage = (imageId: string) => callCore('notes.image', { imageId });
export const resolveMentions = (refs: Input<'mentions.resolve'>['refs']) => callCore('mentions.resolve', { refs });
