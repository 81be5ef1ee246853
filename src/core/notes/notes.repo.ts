import type { Note } from '../../shared/contract/entities.ts';
import type { Db } from '../db/open.ts';

interface Row {
  id: string;
  case_id: string;
  title: string;
  body: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export type StoredNote = Note & { deletedAt: number | null };

const rowToNote = (row: Row): StoredNote => ({
  id: row.id,
  caseId: row.case_id,
  title: row.title,
  body: row.body,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

export interface NotesRepo {
  /** Also finds one in the trash. */
  find(id: string): StoredNote | undefined;
  /** Those of the case itself; the lines of its tasks are the tasks' own. */
  list(caseId: string): Note[];
  findImage(id: string): { blobId: string; mediaType: string } | undefined;
}

export function createNotesRepo(db: Db): NotesRepo {
  const columns = 'id, case_id, title, body, created_at, updated_at, deleted_at';
  const byId = db.prepare<[string], Row>(`SELECT ${columns} FROM note WHERE id = ?`);
  const byCase = db.prepare<[string], Row>(
    `SELECT ${columns} FROM note WHERE case_id = ? AND task_id IS NULL AND deleted_at IS NULL ORDER BY created_at, id`,
  );
  const image = db.prepare<[string], { blobId: string; mediaType: string }>(
    'SELECT blob_id AS blobId, media_type AS mediaType FROM note_image WHERE id = ? AND deleted_at IS NULL',
  );
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToNote(row);
    },
    list: (caseId) => byCase.all(caseId).map(rowToNote).map(asNote),
    findImage: (id) => image.get(id),
  };
}

export function asNote(stored: StoredNote): Note {
  const { id, caseId, title, body, createdAt, updatedAt } = stored;
  return { id, caseId, title, body, createdAt, updatedAt };
}
