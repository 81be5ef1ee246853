import type { Db } from '../db/open.ts';

export interface RevisionRow {
  seq: number;
  id: string;
  at: number;
  actor: string;
  reason: string;
  isFirst: number;
}

/** Versions of a note as the change log has them: every change of its title or text is one. */
export interface RevisionsRepo {
  /** The newest first, older than `before`. */
  list(noteId: string, before: number, limit: number): RevisionRow[];
  find(noteId: string, revisionId: string): RevisionRow | undefined;
  /** A field as it was after the change `seq`; undefined where the log does not have it any more. */
  textAt(noteId: string, field: 'title' | 'body', seq: number): string | undefined;
  lengthAt(noteId: string, seq: number): number;
}

export function createRevisionsRepo(db: Db): RevisionsRepo {
  const select = `SELECT seq, id, at, actor, reason, before IS NULL AS isFirst FROM change
    WHERE entity = 'note' AND row_id = ?
      AND (json_type(after, '$.body') = 'text' OR json_type(after, '$.title') = 'text')`;
  const list = db.prepare<[string, number, number], RevisionRow>(`${select} AND seq < ? ORDER BY seq DESC LIMIT ?`);
  const find = db.prepare<[string, string], RevisionRow>(`${select} AND id = ?`);
  const valueAt = (field: 'title' | 'body', what: 'json_extract' | 'length'): string => {
    const value = `json_extract(after, '$.${field}')`;
    return `SELECT ${what === 'length' ? `length(${value})` : value} FROM change
      WHERE entity = 'note' AND row_id = ? AND seq <= ? AND json_type(after, '$.${field}') = 'text'
      ORDER BY seq DESC LIMIT 1`;
  };
  const at = {
    title: db.prepare<[string, number], string>(valueAt('title', 'json_extract')).pluck(),
    body: db.prepare<[string, number], string>(valueAt('body', 'json_extract')).pluck(),
  };
  const lengthAt = db.prepare<[string, number], number>(valueAt('body', 'length')).pluck();
  return {
    list: (noteId, before, limit) => list.all(noteId, before, limit),
    find: (noteId, revisionId) => find.get(noteId, revisionId),
    textAt: (noteId, field, seq) => at[field].get(noteId, seq),
    lengthAt: (noteId, seq) => lengthAt.get(noteId, seq) ?? 0,
  };
}
