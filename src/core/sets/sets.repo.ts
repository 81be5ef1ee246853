import type { Db } from '../db/open.ts';

export interface SetMember {
  flavorId: string;
  /** Empty is every type that it takes. */
  dataTypes: string[];
}

export interface StoredSet {
  id: string;
  name: string;
  description: string;
  members: SetMember[];
  createdAt: number;
  updatedAt: number;
  deletedAt: number | null;
}

interface Row {
  id: string;
  name: string;
  description: string;
  members: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

const fromRow = (row: Row): StoredSet => ({
  id: row.id,
  name: row.name,
  description: row.description,
  members: JSON.parse(row.members) as SetMember[],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});

export interface SetsRepo {
  /** By name; without those in the trash. */
  list(): StoredSet[];
  /** In the trash too. */
  find(id: string): StoredSet | undefined;
}

export function createSetsRepo(db: Db): SetsRepo {
  const columns = 'id, name, description, members, created_at, updated_at, deleted_at';
  const list = db.prepare<[], Row>(
    `SELECT ${columns} FROM analyzer_set WHERE deleted_at IS NULL ORDER BY name COLLATE NOCASE, id`,
  );
  const find = db.prepare<[string], Row>(`SELECT ${columns} FROM analyzer_set WHERE id = ?`);
  return {
    list: () => list.all().map(fromRow),
    find(id) {
      const row = find.get(id);
      return row && fromRow(row);
    },
  };
}
