import type { Db } from '../db/open.ts';

export interface StoredDraft {
  writer: string;
  title: string;
  body: string;
  savedAt: number;
}

/** `place` names what the draft is of: a note, a new note, or the next line of a task. */
export interface DraftsRepo {
  /** The newest first, `limit` at most. */
  list(caseId: string, place: string, limit: number): StoredDraft[];
  find(caseId: string, place: string, writer: string): StoredDraft | undefined;
  put(caseId: string, place: string, draft: StoredDraft): void;
  remove(caseId: string, place: string, writer: string): void;
}

export function createDraftsRepo(db: Db): DraftsRepo {
  const select = 'SELECT writer, title, body, saved_at AS savedAt FROM draft WHERE case_id = ? AND note_id = ?';
  const list = db.prepare<[string, string, number], StoredDraft>(`${select} ORDER BY saved_at DESC LIMIT ?`);
  const find = db.prepare<[string, string, string], StoredDraft>(`${select} AND writer = ?`);
  const put = db.prepare<[string, string, string, string, string, number]>(
    `INSERT INTO draft (case_id, note_id, writer, title, body, saved_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (case_id, note_id, writer)
     DO UPDATE SET title = excluded.title, body = excluded.body, saved_at = excluded.saved_at`,
  );
  const remove = db.prepare<[string, string, string]>(
    'DELETE FROM draft WHERE case_id = ? AND note_id = ? AND writer = ?',
  );
  return {
    list: (caseId, place, limit) => list.all(caseId, place, limit),
    find: (caseId, place, writer) => find.get(caseId, place, writer),
    put(caseId, place, { writer, title, body, savedAt }) {
      put.run(caseId, place, writer, title, body, savedAt);
    },
    remove(caseId, place, writer) {
      remove.run(caseId, place, writer);
    },
  };
}
