import type { Db } from '../db/open.ts';

export interface Draft {
  title: string;
  body: string;
  savedAt: number;
}

/** `noteId` null is the draft of a new note. */
export interface DraftsRepo {
  find(caseId: string, noteId: string | null): Draft | undefined;
  put(caseId: string, noteId: string | null, draft: Draft): void;
  remove(caseId: string, noteId: string | null): void;
}

export function createDraftsRepo(db: Db): DraftsRepo {
  const find = db.prepare<[string, string], Draft>(
    'SELECT title, body, saved_at AS savedAt FROM draft WHERE case_id = ? AND note_id = ?',
  );
  const put = db.prepare<[string, string, string, string, number]>(
    `INSERT INTO draft (case_id, note_id, title, body, saved_at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (case_id, note_id) DO UPDATE SET title = excluded.title, body = excluded.body, saved_at = excluded.saved_at`,
  );
  const remove = db.prepare<[string, string]>('DELETE FROM draft WHERE case_id = ? AND note_id = ?');
  return {
    find: (caseId, noteId) => find.get(caseId, noteId ?? ''),
    put(caseId, noteId, { title, body, savedAt }) {
      put.run(caseId, noteId ?? '', title, body, savedAt);
    },
    remove(caseId, noteId) {
      remove.run(caseId, noteId ?? '');
    },
  };
}
