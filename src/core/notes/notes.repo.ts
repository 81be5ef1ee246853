import type { Note } from '../../shared/contract/entities.ts';
import type { NoteLine } from '../../shared/contract/notes.ts';
import type { Db } from '../db/open.ts';

interface Row {
  id: string;
  case_id: string;
  title: string;
  body: string;
  is_pinned: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}
type LineRow = Omit<Row, 'body' | 'deleted_at'> & { extract: string; characters: number };

export type StoredNote = Note & { deletedAt: number | null };

const rowToNote = (row: Row): StoredNote => ({
  id: row.id,
  caseId: row.case_id,
  title: row.title,
  body: row.body,
  isPinned: row.is_pinned === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

const rowToLine = (row: LineRow): NoteLine => ({
  id: row.id,
  caseId: row.case_id,
  title: row.title,
  isPinned: row.is_pinned === 1,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  extract: row.extract,
  characters: row.characters,
});

export interface NotesRepo {
  /** Also finds one in the trash, and a line of a task. */
  find(id: string): StoredNote | undefined;
  /** Those of the case itself; the lines of its tasks are the tasks' own. */
  list(caseId: string): Note[];
  /** Pinned ones first, then by the last change. */
  lines(caseId: string, limit: number): NoteLine[];
  /** The same order, with the text, one by one. */
  texts(caseId: string): Iterable<NoteLine & { body: string }>;
  findImage(id: string): { blobId: string; mediaType: string } | undefined;
}

/** Characters of a text that a list gets to see. */
const EXTRACT = 600;
const MOST_LINES = 100_000;

export function createNotesRepo(db: Db): NotesRepo {
  const columns = 'id, case_id, title, body, is_pinned, created_at, updated_at, deleted_at';
  const ofCase = 'FROM note WHERE case_id = ? AND task_id IS NULL AND deleted_at IS NULL';
  const byId = db.prepare<[string], Row>(`SELECT ${columns} FROM note WHERE id = ?`);
  const byCase = db.prepare<[string], Row>(`SELECT ${columns} ${ofCase} ORDER BY created_at, id`);
  const line = `id, case_id, title, is_pinned, created_at, updated_at,
    substr(body, 1, ${EXTRACT}) AS extract, length(body) AS characters`;
  const order = 'ORDER BY is_pinned DESC, updated_at DESC, id';
  const lines = db.prepare<[string, number], LineRow>(`SELECT ${line} ${ofCase} ${order} LIMIT ?`);
  const image = db.prepare<[string], { blobId: string; mediaType: string }>(
    'SELECT blob_id AS blobId, media_type AS mediaType FROM note_image WHERE id = ? AND deleted_at IS NULL',
  );
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToNote(row);
    },
    list: (caseId) => byCase.all(caseId).map(rowToNote).map(asNote),
    lines: (caseId, limit) => lines.all(caseId, limit).map(rowToLine),
    *texts(caseId) {
      // The texts one at a time: sorting them together would hold all of them.
      for (const row of lines.iterate(caseId, MOST_LINES))
        yield { ...rowToLine(row), body: byId.get(row.id)?.body ?? '' };
    },
    findImage: (id) => image.get(id),
  };
}

export function asNote(stored: StoredNote): Note {
  const { deletedAt: _, ...note } = stored;
  return note;
}
