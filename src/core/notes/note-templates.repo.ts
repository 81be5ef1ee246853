import type { NoteTemplate } from '../../shared/contract/notes.ts';
import type { Db } from '../db/open.ts';

export type StoredTemplate = NoteTemplate & { deletedAt: number | null };

export interface NoteTemplatesRepo {
  /** By name; without those in the trash. */
  list(): NoteTemplate[];
  /** In the trash too. */
  find(id: string): StoredTemplate | undefined;
}

const MOST = 1_000;

export function createNoteTemplatesRepo(db: Db): NoteTemplatesRepo {
  const columns = 'id, name, body, created_at AS createdAt, updated_at AS updatedAt';
  const list = db.prepare<[number], NoteTemplate>(
    `SELECT ${columns} FROM note_template WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE, id LIMIT ?`,
  );
  const find = db.prepare<[string], StoredTemplate>(
    `SELECT ${columns}, deleted_at AS deletedAt FROM note_template WHERE id = ?`,
  );
  return { list: () => list.all(MOST), find: (id) => find.get(id) };
}
