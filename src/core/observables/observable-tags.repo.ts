import type { Db } from '../db/open.ts';

export interface ObservableTags {
  add(tag: string, row: { id: string; caseId: string; engagementId: string }): void;
  remove(tag: string, row: { id: string; caseId: string; engagementId: string }): void;
  /** The most used of a case or an engagement. */
  top(scopeId: string, most: number): { tag: string; n: number }[];
}

/** Which observables have a tag, and how many of each case and engagement do. */
export function createObservableTags(db: Db): ObservableTags {
  const insert = db.prepare<[string, string, string, string]>(
    'INSERT OR IGNORE INTO observable_tag (case_id, tag, observable_id, engagement_id) VALUES (?, ?, ?, ?)',
  );
  const remove = db.prepare<[string, string, string]>(
    'DELETE FROM observable_tag WHERE case_id = ? AND tag = ? AND observable_id = ?',
  );
  const count = db.prepare<[string, string, number]>(
    `INSERT INTO observable_tag_count (scope_id, tag, n) VALUES (?, ?, ?)
     ON CONFLICT (scope_id, tag) DO UPDATE SET n = n + excluded.n`,
  );
  const top = db.prepare<[string, number], { tag: string; n: number }>(
    'SELECT tag, n FROM observable_tag_count WHERE scope_id = ? AND n > 0 ORDER BY n DESC LIMIT ?',
  );
  return {
    add(tag, { id, caseId, engagementId }) {
      if (insert.run(caseId, tag, id, engagementId).changes === 0) return;
      count.run(caseId, tag, 1);
      count.run(engagementId, tag, 1);
    },
    remove(tag, { id, caseId, engagementId }) {
      if (remove.run(caseId, tag, id).changes === 0) return;
      count.run(caseId, tag, -1);
      count.run(engagementId, tag, -1);
    },
    top: (scopeId, most) => top.all(scopeId, most),
  };
}
