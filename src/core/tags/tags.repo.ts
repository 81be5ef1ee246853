import type { Db } from '../db/open.ts';

export interface StoredTag {
  id: string;
  name: string;
  colour: string;
}

export interface TagsRepo {
  /** One that has a colour of its own. */
  find(name: string): StoredTag | undefined;
  all(): StoredTag[];
  tagsOf(carrier: 'case' | 'observable' | 'alert', id: string): CarrierRow | undefined;
}

export interface CarrierRow {
  id: string;
  tags: string[];
  engagementId: string;
  caseId: string | null;
}

/** Nobody gives more tags a colour by hand. */
export const MAX_COLOURED = 10_000;

export function createTagsRepo(db: Db): TagsRepo {
  const one = db.prepare<[string], StoredTag>('SELECT id, name, colour FROM tag WHERE name = ? AND deleted_at IS NULL');
  const all = db.prepare<[], StoredTag>(
    `SELECT id, name, colour FROM tag WHERE deleted_at IS NULL ORDER BY name LIMIT ${MAX_COLOURED}`,
  );
  type Row = Omit<CarrierRow, 'tags'> & { tags: string };
  const carrier = {
    case: db.prepare<[string], Row>(
      'SELECT id, tags, engagement_id AS engagementId, id AS caseId FROM case_record WHERE id = ?',
    ),
    observable: db.prepare<[string], Row>(
      'SELECT id, tags, engagement_id AS engagementId, case_id AS caseId FROM observable WHERE id = ?',
    ),
    alert: db.prepare<[string], Row>(
      'SELECT id, tags, engagement_id AS engagementId, case_id AS caseId FROM alert WHERE id = ?',
    ),
  };
  return {
    find: (name) => one.get(name),
    all: () => all.all(),
    tagsOf(kind, id) {
      const row = carrier[kind].get(id);
      return row && { ...row, tags: JSON.parse(row.tags) as string[] };
    },
  };
}
