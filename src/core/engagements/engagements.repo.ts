import type { Engagement } from '../../shared/contract/entities.ts';
import type { Pap, Tlp } from '../../shared/model/marking.ts';
import type { Db } from '../db/open.ts';

interface EngagementRow {
  id: string;
  name: string;
  tlp: Tlp;
  pap: Pap;
  is_offline: number;
  created_at: number;
}

const rowToEngagement = (row: EngagementRow): Engagement => ({
  id: row.id,
  name: row.name,
  tlp: row.tlp,
  pap: row.pap,
  isOffline: row.is_offline === 1,
  createdAt: row.created_at,
});

export interface EngagementsRepo {
  find(id: string): Engagement | undefined;
  /** The oldest first; that one is the default. */
  list(): Engagement[];
}

export function createEngagementsRepo(db: Db): EngagementsRepo {
  const columns = 'id, name, tlp, pap, is_offline, created_at';
  const byId = db.prepare<[string], EngagementRow>(
    `SELECT ${columns} FROM engagement WHERE id = ? AND deleted_at IS NULL`,
  );
  const all = db.prepare<[], EngagementRow>(
    `SELECT ${columns} FROM engagement WHERE deleted_at IS NULL ORDER BY created_at, id`,
  );
  return {
    find(id) {
      const row = byId.get(id);
      return row && rowToEngagement(row);
    },
    list: () => all.all().map(rowToEngagement),
  };
}
