import type { Db } from '../db/open.ts';
import type { Gathered } from '../sync/synced-store.ts';

interface Tagged {
  num: number;
  caseId: string;
  engagementId: string;
}

/** How many have a tag is gathered and stored by `write`; which have it is written at once. */
export interface ObservableTags extends Gathered {
  add(tag: string, row: Tagged): void;
  remove(tag: string, row: Tagged): void;
  /** The most used of a case or an engagement. */
  top(scopeId: string, most: number): { tag: string; n: number }[];
}

/** Which observables have a tag, and how many of each case and engagement do. */
export function createObservableTags(db: Db): ObservableTags {
  const find = db
    .prepare<[string, string], number>('SELECT num FROM observable_tag_list WHERE scope_id = ? AND tag = ?')
    .pluck();
  const create = db.prepare<[string, string]>('INSERT INTO observable_tag_list (scope_id, tag) VALUES (?, ?)');
  const insert = db.prepare<[number, number]>('INSERT OR IGNORE INTO observable_tagged (list, num) VALUES (?, ?)');
  const remove = db.prepare<[number, number]>('DELETE FROM observable_tagged WHERE list = ? AND num = ?');
  const count = db.prepare<[number, number]>('UPDATE observable_tag_list SET n = n + ? WHERE num = ?');
  const top = db.prepare<[string, number], { tag: string; n: number }>(
    'SELECT tag, n FROM observable_tag_list WHERE scope_id = ? AND n > 0 ORDER BY n DESC LIMIT ?',
  );

  /** The lists that this transaction came to, with what became of their counts. */
  const lists = new Map<string, { list: number; by: number }>();
  const listOf = (scopeId: string, tag: string): { list: number; by: number } => {
    const key = `${scopeId} ${tag}`;
    let known = lists.get(key);
    if (known === undefined) {
      known = { list: find.get(scopeId, tag) ?? Number(create.run(scopeId, tag).lastInsertRowid), by: 0 };
      lists.set(key, known);
    }
    return known;
  };
  const write = (): void => {
    for (const { list, by } of lists.values()) if (by !== 0) count.run(by, list);
    lists.clear();
  };

  return {
    add(tag, { num, caseId, engagementId }) {
      for (const scopeId of [caseId, engagementId]) {
        const found = listOf(scopeId, tag);
        found.by += insert.run(found.list, num).changes;
      }
    },
    remove(tag, { num, caseId, engagementId }) {
      for (const scopeId of [caseId, engagementId]) {
        const found = listOf(scopeId, tag);
        found.by -= remove.run(found.list, num).changes;
      }
    },
    top(scopeId, most) {
      write();
      return top.all(scopeId, most);
    },
    write,
    forget: () => lists.clear(),
  };
}
