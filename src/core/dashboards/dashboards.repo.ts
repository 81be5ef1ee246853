import type { DashboardDefinition } from '../../shared/contract/dashboards.ts';
import type { Db } from '../db/open.ts';
import type { SharedRow } from '../sync/registry.ts';

type Stored = SharedRow<'dashboard'>;

interface Row {
  id: string;
  title: string;
  description: string;
  is_shared: number;
  definition: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
}

export interface DashboardsRepo {
  /** By title; without those in the trash. */
  list(): Stored[];
  /** In the trash too. */
  find(id: string): Stored | undefined;
}

export function createDashboardsRepo(db: Db): DashboardsRepo {
  const columns = 'id, title, description, is_shared, definition, created_at, updated_at, deleted_at';
  const list = db.prepare<[], Row>(
    `SELECT ${columns} FROM dashboard WHERE deleted_at IS NULL ORDER BY title COLLATE NOCASE, id`,
  );
  const find = db.prepare<[string], Row>(`SELECT ${columns} FROM dashboard WHERE id = ?`);
  return {
    list: () => list.all().map(fromRow),
    find(id) {
      const row = find.get(id);
      return row && fromRow(row);
    },
  };
}

const fromRow = (row: Row): Stored => ({
  id: row.id,
  title: row.title,
  description: row.description,
  isShared: row.is_shared === 1,
  definition: JSON.parse(row.definition) as DashboardDefinition,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  deletedAt: row.deleted_at,
});
