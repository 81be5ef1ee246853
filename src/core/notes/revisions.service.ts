import type { Revision } from '../../shared/contract/notes.ts';
import { AppError } from '../../shared/errors.ts';
import type { RevisionRow, RevisionsRepo } from './revisions.repo.ts';

export interface NoteText {
  title: string;
  body: string;
}

export interface RevisionsService {
  /** The newest first. */
  list(noteId: string, cursor: string | undefined, limit: number): { items: Revision[]; next: string | null };
  /** `not_found` where the note has no such version, or its text was destroyed. */
  get(noteId: string, revisionId: string): NoteText & { at: number; actor: string };
}

export function createRevisionsService(repo: RevisionsRepo): RevisionsService {
  const view = (noteId: string, { id, seq, at, actor, reason, isFirst }: RevisionRow): Revision => ({
    id,
    at,
    actor,
    reason,
    title: repo.textAt(noteId, 'title', seq) ?? '',
    characters: repo.lengthAt(noteId, seq),
    isFirst: isFirst === 1,
  });
  return {
    list(noteId, cursor, limit) {
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor);
      if (!Number.isSafeInteger(before)) {
        throw new AppError('invalid_input', 'That page no longer exists. Read the list again.');
      }
      const rows = repo.list(noteId, before, limit + 1);
      const items = rows.slice(0, limit);
      return {
        items: items.map((row) => view(noteId, row)),
        next: rows.length > limit ? String(items.at(-1)?.seq) : null,
      };
    },
    get(noteId, revisionId) {
      const row = repo.find(noteId, revisionId);
      const body = row && repo.textAt(noteId, 'body', row.seq);
      if (row === undefined || body === undefined) {
        throw new AppError('not_found', 'That version of the note is not there any more.');
      }
      return { title: repo.textAt(noteId, 'title', row.seq) ?? '', body, at: row.at, actor: row.actor };
    },
  };
}
