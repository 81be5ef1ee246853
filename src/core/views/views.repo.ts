import type { CaseSort } from '../../shared/contract/case-list.ts';
import type { SavedFilter, SavedScreen, SavedView } from '../../shared/contract/views.ts';
import type { Db } from '../db/open.ts';

interface Row {
  id: string;
  engagement_id: string;
  screen: SavedScreen;
  name: string;
  filter: string;
  sort: CaseSort;
  updated_at: number;
}

const COLUMNS = 'id, engagement_id, screen, name, filter, sort, updated_at';

export interface ViewsRepo {
  list(engagementId: string, screen: SavedScreen): SavedView[];
  find(id: string): SavedView | undefined;
  findByName(engagementId: string, screen: SavedScreen, name: string): SavedView | undefined;
}

export function createViewsRepo(db: Db): ViewsRepo {
  const list = db.prepare<[string, string], Row>(
    `SELECT ${COLUMNS} FROM saved_view WHERE engagement_id = ? AND screen = ? AND deleted_at IS NULL ORDER BY name, id`,
  );
  const byId = db.prepare<[string], Row>(`SELECT ${COLUMNS} FROM saved_view WHERE id = ? AND deleted_at IS NULL`);
  const byName = db.prepare<[string, string, string], Row>(
    `SELECT ${COLUMNS} FROM saved_view WHERE engagement_id = ? AND screen = ? AND name = ? AND deleted_at IS NULL
     ORDER BY id LIMIT 1`,
  );
  return {
    list: (engagementId, screen) => list.all(engagementId, screen).map(toView),
    find(id) {
      const row = byId.get(id);
      return row && toView(row);
    },
    findByName(engagementId, screen, name) {
      const row = byName.get(engagementId, screen, name);
      return row && toView(row);
    },
  };
}

const toView = (row: Row): SavedView => ({
  id: row.id,
  engagementId: row.engagement_id,
  screen: row.screen,
  name: row.name,
  filter: JSON.parse(row.filter) as SavedFilter,
  sort: row.sort,
  updatedAt: row.updated_at,
});
